import type { KinesisClient } from '@aws-sdk/client-kinesis';

/** An answer that isn't Kinesis', such as a proxy's HTML page. */
export class ForeignAnswer extends Error {
  override readonly name = 'ForeignAnswer';
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** An HTTP answer before it is parsed. */
export interface WireAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
}

/** Bytes of a foreign answer that are searched for its title. */
const MOST_READ = 64 * 1024;

/** Refuses answers that no AWS service gives, before the SDK parses them. */
export function refuseForeignAnswers(client: KinesisClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      await refuseForeign(result.response as WireAnswer, (args.request as { hostname: string }).hostname);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'refuseForeignAnswers' },
  );
}

/**
 * Tells a proxy's page from an AWS answer: it has no request id, and a text content type. The SDK would only report the
 * first character that isn't JSON.
 *
 * @throws ForeignAnswer with the page's title
 */
export async function refuseForeign(answer: WireAnswer, hostname: string): Promise<void> {
  const type = answer.headers['content-type'] ?? '';
  if (!/^(text\/|application\/xhtml)/i.test(type) || answer.headers['x-amzn-requestid']) return;
  const page = await firstBytes(answer.body);
  const title =
    /<(title|h1)[^>]*>\s*([^<]{1,200}?)\s*<\//i.exec(page)?.[2] ?? page.trim().split('\n')[0]?.slice(0, 100);
  const said = title ? `: "${title.replace(/\s+/g, ' ')}"` : '';
  throw new ForeignAnswer(
    `${hostname} was asked, and something else answered (a proxy?) with HTTP ${answer.statusCode}, ${type}${said}`,
    answer.statusCode,
  );
}

async function firstBytes(body: WireAnswer['body']): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body instanceof Uint8Array ? [body] : (body ?? [])) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= MOST_READ) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}
