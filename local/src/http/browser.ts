import { isIP } from 'node:net';

/** Headers by which a browser, and the page that it sends for, are told from a program. */
export interface Sender {
  readonly host: string | undefined;
  readonly method: string | undefined;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Why a request is not answered, if it isn't. Signatures are not checked, so a web page must not be able to make a browser
 * send requests here: one that rebinds its own name to 127.0.0.1 can't do it with a loopback Host, one that posts or
 * fetches across origins can't do it without its Origin, and one that loads or frames an object can't do it without the
 * browser's word that it is for another site ("Fetch Metadata Request Headers", W3C). Programs send none of these.
 */
export function refusalOf(sender: Sender): string | undefined {
  if (!isLoopbackHost(sender.host)) return 'This endpoint answers requests to a loopback host only.';
  const { origin } = sender.headers;
  if (origin !== undefined && !isOfThisMachine(origin))
    return `This endpoint answers web pages of this machine only, not ${JSON.stringify(origin)}.`;
  if (sender.headers['sec-fetch-site'] !== 'cross-site' || isForLocalPage(sender) || opensPresigned(sender))
    return undefined;
  return 'This endpoint answers web pages of this machine only. A presigned URL may be opened from any page.';
}

/**
 * Headers of every answer: whatever a browser makes of an object, it is no page of this endpoint's origin, runs nothing,
 * and is given to no page of another site.
 */
export function protectiveHeaders(sender: Sender): Record<string, string> {
  return {
    'content-security-policy': 'sandbox allow-downloads',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': isForLocalPage(sender) ? 'cross-origin' : 'same-origin',
  };
}

/** A page under another name or port of this machine, such as a development server's. */
function isForLocalPage({ headers }: Sender): boolean {
  return isOfThisMachine(headers.origin ?? headers.referer);
}

/** Somebody follows a link to a presigned URL: it opens by itself, not inside of a page. */
function opensPresigned({ headers, method, query }: Sender): boolean {
  const presigned = query.has('X-Amz-Signature') || (query.has('Signature') && query.has('AWSAccessKeyId'));
  const opens = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return presigned && opens && (method === 'GET' || method === 'HEAD');
}

function isOfThisMachine(url: string | string[] | undefined): boolean {
  return typeof url === 'string' && URL.canParse(url) && isLoopbackHost(new URL(url).host);
}

/** Whether a Host header names this machine. `<bucket>.localhost` is S3's virtual-hosted style. */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = (host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === '::1' || name === 'localhost' || name.endsWith('.localhost');
}
