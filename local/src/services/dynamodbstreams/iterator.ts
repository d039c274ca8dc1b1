import { AwsError } from '../../core/errors';

/** Lifetime of an iterator ("GetShardIterator"). */
const LIFETIME_MS = 15 * 60_000;

/** Position in a shard. */
export interface Position {
  readonly stream: string;
  readonly shard: string;
  readonly sequence: number;
}

export function formatIterator({ stream, shard, sequence }: Position, now: number): string {
  return `${stream}|1|${Buffer.from(JSON.stringify([shard, sequence, now])).toString('base64')}`;
}

/** @throws AwsError `ValidationException`, `ExpiredIteratorException` */
export function parseIterator(text: string, now: number): Position {
  const [stream = '', version, content = ''] = text.split('|');
  const [shard, sequence, at] = version === '1' ? decoded(content) : [];
  if (typeof shard !== 'string' || typeof sequence !== 'number' || typeof at !== 'number')
    throw new AwsError('ValidationException', 'Invalid ShardIterator');
  if (now - at > LIFETIME_MS)
    throw new AwsError('ExpiredIteratorException', 'The ShardIterator has expired: it is older than 15 minutes.');
  return { stream, shard, sequence };
}

function decoded(content: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(content, 'base64').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
