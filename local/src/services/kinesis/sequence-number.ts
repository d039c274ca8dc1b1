import type { ShardInfo } from './stream-info';

/*
 * 56 digits, as AWS's: "49", when the shard was made (13 digits, milliseconds), the shard's index (6), the record's
 * number in the shard's log (35). Within a shard they grow with every record, a child's are larger than its parents',
 * and as all have the same length, text order is numeric order.
 */
const NUMBER_DIGITS = 35;
const ZEROS = Array.from({ length: NUMBER_DIGITS + 1 }, (_, length) => '0'.repeat(length));

/** What all sequence numbers of a shard begin with. */
export function sequencePrefix(shard: Pick<ShardInfo, 'createdAt' | 'index'>): string {
  return `49${String(shard.createdAt).padStart(13, '0')}${String(shard.index).padStart(6, '0')}`;
}

/** @param prefix of {@link sequencePrefix} @param number of the record in its shard's log */
export function formatSequenceNumber(prefix: string, number: number): string {
  const digits = String(number);
  return prefix + ZEROS[NUMBER_DIGITS - digits.length] + digits;
}

/** The record's number in its shard's log. @returns undefined if the sequence number isn't one of the shard's. */
export function parseSequenceNumber(shard: ShardInfo, sequenceNumber: string): number | undefined {
  const prefix = sequencePrefix(shard);
  if (sequenceNumber.length !== prefix.length + NUMBER_DIGITS || !sequenceNumber.startsWith(prefix)) return undefined;
  const number = Number(sequenceNumber.slice(prefix.length));
  return Number.isSafeInteger(number) ? number : undefined;
}
