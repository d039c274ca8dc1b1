import { createHash } from 'node:crypto';
import { expiredIterator, invalidArgument } from './errors';

const LIFETIME_MS = 300_000;
const CHECK_CHARACTERS = 8;
const VERSION = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
const BLOCK = 16;

/** A place in a shard, from which to read on. */
export interface ShardPosition {
  readonly accountId: string;
  readonly region: string;
  readonly streamName: string;
  /** When the stream was made: an iterator is no good for a later stream of the same name. */
  readonly streamCreatedAt: number;
  readonly shardId: string;
  /** Number of the next record in the shard's log. */
  readonly number: number;
}

/** A shard iterator: opaque to clients, good for five minutes. */
export function formatIterator(position: ShardPosition, issuedAt: number): string {
  const { accountId, region, streamName, streamCreatedAt, shardId, number } = position;
  const text = JSON.stringify([accountId, region, streamName, streamCreatedAt, shardId, number, issuedAt]);
  const content = Buffer.from(check(text) + text);
  // A version of eight bytes and whole blocks, by which some clients know an iterator.
  const padding = Buffer.alloc(BLOCK - (content.length % BLOCK), ' ');
  return Buffer.concat([VERSION, content, padding]).toString('base64');
}

/** @throws InvalidArgumentException if it isn't ours, ExpiredIteratorException after five minutes. */
export function parseIterator(iterator: string, now: number): ShardPosition {
  const bytes = Buffer.from(iterator, 'base64');
  const content = bytes.subarray(VERSION.length).toString('utf8').trimEnd();
  const text = content.slice(CHECK_CHARACTERS);
  if (check(text) !== content.slice(0, CHECK_CHARACTERS)) throw invalidArgument('Invalid ShardIterator.');
  const [accountId, region, streamName, streamCreatedAt, shardId, number, issuedAt] = JSON.parse(text);
  if (now - issuedAt > LIFETIME_MS) throw expiredIterator(issuedAt, now);
  return { accountId, region, streamName, streamCreatedAt, shardId, number };
}

// Finds truncated and garbled iterators; nobody is kept from making one.
function check(text: string): string {
  return createHash('md5').update(text).digest('hex').slice(0, CHECK_CHARACTERS);
}
