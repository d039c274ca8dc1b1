import { isIP } from 'node:net';

/** Headers that tell a browser's requests, and their page's origin, from a program's. */
export interface Sender {
  readonly host: string | undefined;
  readonly method: string | undefined;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The reason to refuse a request, if any. Signatures are not checked, so web pages must be kept from sending requests
 * here through a browser: DNS rebinding to 127.0.0.1 doesn't have a loopback Host, cross-origin posts and fetches have
 * their Origin, and cross-site loads and frames have fetch metadata ("Fetch Metadata Request Headers", W3C). Programs
 * send none of these.
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
 * Headers of every answer: an object rendered by a browser isn't a page of this endpoint's origin, runs no scripts, and
 * isn't readable by other sites' pages.
 */
export function protectiveHeaders(sender: Sender): Record<string, string> {
  return {
    'content-security-policy': 'sandbox allow-downloads',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': isForLocalPage(sender) ? 'cross-origin' : 'same-origin',
  };
}

/** Whether the page has another name or port of this machine, such as a development server's. */
function isForLocalPage({ headers }: Sender): boolean {
  return isOfThisMachine(headers.origin ?? headers.referer);
}

/** Whether a user follows a link to a presigned URL: as a top-level navigation, not within a page. */
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
