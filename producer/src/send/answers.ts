import type { KinesisClient } from '@aws-sdk/client-kinesis';

/** Something between this machine and Kinesis answered, such as a proxy with a page for people. */
export class ForeignAnswer extends Error {
  override readonly name = 'ForeignAnswer';
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

interface WireAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

/** Bytes of a foreign answer that are looked at for its title. */
const MOST_READ = 64 * 1024;

/**
 * Refuses answers that no AWS service gives, before the SDK tries to read them: a page has no request id and its type is
 * not JSON's or CBOR's. The SDK would report the first character that isn't JSON.
 */
export function refuseForeignAnswers(client: KinesisClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const answer = result.response as WireAnswer;
      const type = answer.headers['content-type'] ?? '';
      if (!/^(text\/|application\/xhtml)/i.test(type) || answer.headers['x-amzn-requestid']) return result;
      const { hostname } = args.request as { hostname: string };
      const page = await firstBytes(answer.body);
      const title =
        /<(title|h1)[^>]*>\s*([^<]{1,200}?)\s*<\//i.exec(page)?.[2] ?? page.trim().split('\n')[0]?.slice(0, 100);
      const said = title ? `: "${title.replace(/\s+/g, ' ')}"` : '';
      throw new ForeignAnswer(
        `${hostname} was asked, and something else answered (a proxy?) with HTTP ${answer.statusCode}, ${type}${said}`,
        answer.statusCode,
      );
    },
    { step: 'deserialize', priority: 'low', name: 'refuseForeignAnswers' },
  );
}

async function firstBytes(body: WireAnswer['body']): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= MOST_READ) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}
