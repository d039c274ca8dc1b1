import type { ShardInfo } from './stream-info';

/*
 * A sequence number in AWS's format: 186 bits, written as 56 decimal digits. From the top: `10`, the shard's creation
 * (36, seconds), the shard's index (4, its lowest), the record's number in the shard (64), zeros (8), the record's
 * arrival (36, seconds), the shard's index (32), the version, 2 (4). Within a shard they increase with every record, a
 * child's are larger than its parents', and as all have the same length, text order is numeric order.
 */
const VERSION = 2n;
const NUMBER_SHIFT = 80n;
const ARRIVAL_SHIFT = 36n;
const CREATION_SHIFT = 148n;
const SECONDS = (1n << 36n) - 1n;
const TOP = 1n << 185n;
/** Upper bound of a closed shard's record numbers. */
const END = 2n ** 63n - 1n;
/** Upper bound of the times in Kinesis' sequence numbers. */
const MAX_SECONDS = 16_025_175_000n;

/** A shard's part of its sequence numbers. */
type Numbered = Pick<ShardInfo, 'createdAt' | 'index' | 'numberedFrom'>;

/** Fields of a sequence number, of AWS's or this endpoint's. Times are seconds since the epoch. */
export interface SequenceNumber {
  readonly version: number;
  readonly shardSeconds: number;
  readonly shardIndex: number;
  /** Arrival of the record; undefined in the oldest version. */
  readonly seconds?: number;
  /** Number of the record in its shard, in version 2. */
  readonly number?: bigint;
}

function encode(shard: Numbered, number: bigint, seconds: number): bigint {
  const index = BigInt(shard.index);
  return (
    TOP +
    (BigInt(secondsOf(shard)) << CREATION_SHIFT) +
    ((index & 15n) << 144n) +
    (number << NUMBER_SHIFT) +
    (BigInt(seconds) << ARRIVAL_SHIFT) +
    (index << 4n) +
    VERSION
  );
}

/** Seconds of a shard's creation in its sequence numbers. */
export function secondsOf({ numberedFrom, createdAt }: Numbered): number {
  return numberedFrom ?? Math.floor(createdAt / 1000);
}

/** Start of a shard's sequence number range: less than that of any record. */
export function startingSequenceNumber(shard: Numbered): string {
  return String(encode(shard, 0n, secondsOf(shard)));
}

/** End of a closed shard's sequence number range: greater than that of any record. @param at epoch milliseconds */
export function endingSequenceNumber(shard: Numbered, at: number): string {
  return String(encode(shard, END, Math.floor(at / 1000)));
}

/** Difference between two consecutive sequence numbers of one second. */
const STEP = 1n << NUMBER_SHIFT;
/** Modulus of the digits that a step changes; the others change once in eight thousand records. */
const LOW = 10n ** 28n;

/**
 * Creates a formatter of a shard's sequence numbers, by addition for consecutive records.
 * @returns a function of the record's number in its shard's log, and its arrival in epoch milliseconds
 */
export function sequenceNumbers(shard: Numbered): (number: number, at: number) => string {
  let high = '';
  let low = LOW;
  let last = Number.NaN;
  let lastSeconds = Number.NaN;
  return (number, at) => {
    const seconds = Math.floor(at / 1000);
    low += STEP;
    if (number !== last + 1 || seconds !== lastSeconds || low >= LOW) {
      const whole = encode(shard, BigInt(number), seconds);
      high = String(whole / LOW);
      low = whole % LOW;
    }
    last = number;
    lastSeconds = seconds;
    return high + String(low + LOW).slice(1);
  };
}

/** Parses a sequence number of any of Kinesis' versions. @returns undefined for another number */
export function parseSequenceNumber(text: string): SequenceNumber | undefined {
  const given = BigInt(text);
  // The oldest version has 125 bits, whose first one was sometimes omitted.
  const value = given < 1n << 124n ? given + (1n << 124n) : given;
  const bits = (shift: bigint, mask: bigint) => Number((value >> shift) & mask);
  if (value < 1n << 129n) {
    const shardSeconds = bits(88n, SECONDS);
    if (shardSeconds >= MAX_SECONDS) return undefined;
    return { version: 0, shardSeconds, shardIndex: bits(0n, 0xffffn) };
  }
  if (value <= TOP || value >= TOP + (TOP >> 1n)) return undefined;
  const shardSeconds = bits(CREATION_SHIFT, SECONDS);
  const version = bits(0n, 15n);
  const shardIndex = Number(BigInt.asIntN(32, value >> 4n));
  if (version === 1) return { version, shardSeconds, shardIndex, seconds: bits(100n, SECONDS) };
  const number = (value >> NUMBER_SHIFT) & ((1n << 64n) - 1n);
  if (version !== 2 || number > END || shardSeconds >= MAX_SECONDS) return undefined;
  return { version, shardSeconds, shardIndex, seconds: bits(ARRIVAL_SHIFT, SECONDS), number };
}

/** Number of the record in its shard's log. @returns undefined if the sequence number isn't the shard's */
export function numberIn(shard: ShardInfo, text: string): number | undefined {
  const earlier = earlierNumberIn(shard, text);
  if (earlier !== undefined) return earlier;
  const parsed = parseSequenceNumber(text);
  if (parsed?.number === undefined || parsed.shardIndex !== shard.index || parsed.shardSeconds !== secondsOf(shard))
    return undefined;
  const end = shard.closed?.number ?? Number.MAX_SAFE_INTEGER;
  return parsed.number > BigInt(end) ? end : Number(parsed.number);
}

/**
 * Record number of this endpoint's earlier format, which consumers' checkpoints may hold: "49", the shard's creation,
 * its index, the record's number.
 */
function earlierNumberIn({ createdAt, index }: ShardInfo, text: string): number | undefined {
  const prefix = `49${String(createdAt).padStart(13, '0')}${String(index).padStart(6, '0')}`;
  if (text.length !== 56 || !text.startsWith(prefix)) return undefined;
  const number = Number(text.slice(prefix.length));
  return Number.isSafeInteger(number) ? number : undefined;
}
