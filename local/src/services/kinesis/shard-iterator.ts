import { createHash } from 'node:crypto';
import { expiredIterator, invalidArgument } from './errors';

const LIFETIME_MS = 300_000;
const CHECK_CHARACTERS = 8;
const VERSION = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
const BLOCK = 16;

/** Position of a reader in a shard. */
export interface ShardPosition {
  readonly accountId: string;
  readonly region: string;
  readonly streamName: string;
  /** Creation of the stream: an iterator isn't valid for a later stream of the same name. */
  readonly streamCreatedAt: number;
  readonly shardId: string;
  /** Number of the next record in the shard's log. */
  readonly number: number;
}

/** Formats a shard iterator: opaque to clients, valid for five minutes. */
export function formatIterator(position: ShardPosition, issuedAt: number): string {
  const { accountId, region, streamName, streamCreatedAt, shardId, number } = position;
  const text = JSON.stringify([accountId, region, streamName, streamCreatedAt, shardId, number, issuedAt]);
  const content = Buffer.from(check(text) + text);
  // A version of eight bytes and whole blocks, by which some clients recognize an iterator.
  const padding = Buffer.alloc(BLOCK - (content.length % BLOCK), ' ');
  return Buffer.concat([VERSION, content, padding]).toString('base64');
}

/** @throws InvalidArgumentException for an iterator of another origin, ExpiredIteratorException after five minutes */
export function parseIterator(iterator: string, now: number): ShardPosition {
  const bytes = Buffer.from(iterator, 'base64');
  const content = bytes.subarray(VERSION.length).toString('utf8').trimEnd();
  const text = content.slice(CHECK_CHARACTERS);
  if (check(text) !== content.slice(0, CHECK_CHARACTERS)) throw invalidArgument('Invalid ShardIterator.');
  const [accountId, region, streamName, streamCreatedAt, shardId, number, issuedAt] = JSON.parse(text);
  if (now - issuedAt > LIFETIME_MS) throw expiredIterator(issuedAt, now);
  return { accountId, region, streamName, streamCreatedAt, shardId, number };
}

// A check value against truncated and garbled iterators, not against forged ones.
function check(text: string): string {
  return createHash('md5').update(text).digest('hex').slice(0, CHECK_CHARACTERS);
}
