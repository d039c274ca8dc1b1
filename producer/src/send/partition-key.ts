import { randomUUID } from 'node:crypto';
import { fieldText } from '../record/json-text';
import type { Random } from '../record/random';
import { MAX_KEY_CHARACTERS } from './limits';
import { KeyError, type KeyOf } from './pack';

/**
 * How records get their partition key, whose MD5 picks the shard.
 * - `uuid`: the event's own UUID where the generator made it, else a fresh one: spreads evenly over the shards
 * - `random`: eight random characters: spreads as evenly and is shorter, since keys count as bytes sent
 * - `constant`: one key for all: one shard, in order
 * - `field:NAME`: the value of a field of the event, which must be a JSON object: events of one value stay on one shard.
 *   A number is taken as it is written, so that integers beyond 2^53 stay apart
 */
export type PartitionKey = 'uuid' | 'random' | 'constant' | `field:${string}`;

const CONSTANT_KEY = 'lakehouse-producer';

/** Keys that carry meaning: packing must not mix events of different keys. */
export const isMeaningful = (partitionKey: PartitionKey): boolean => partitionKey.startsWith('field:');

/** The function that gives an event its key. */
export function createKeyOf(partitionKey: PartitionKey, random: Random): KeyOf {
  if (partitionKey === 'uuid') return uuidKey;
  if (partitionKey === 'random') return () => random.below(0x1_0000_0000).toString(16).padStart(8, '0');
  if (partitionKey === 'constant') return () => CONSTANT_KEY;
  const field = partitionKey.slice('field:'.length);
  return (chunk, index) => keyFromField(chunk.bytes.toString('utf8', chunk.starts[index], chunk.ends[index]), field);
}

const uuidKey: KeyOf = ({ bytes, starts, uuidAt }, index) => {
  if (uuidAt === undefined) return randomUUID();
  const start = (starts[index] as number) + uuidAt;
  return bytes.toString('latin1', start, start + 36);
};

function keyFromField(event: string, field: string): string {
  let value: unknown;
  try {
    const parsed: unknown = JSON.parse(event);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    if (isObject && Object.hasOwn(parsed, field)) value = (parsed as Record<string, unknown>)[field];
  } catch {
    throw new KeyError('NoPartitionKey', 'not JSON, so it has no field to take the partition key from');
  }
  if (value === undefined || value === null || value === '') {
    throw new KeyError('NoPartitionKey', `no field "${field}" to take the partition key from`);
  }
  const key = keyText(value, event, field);
  if (key.length > MAX_KEY_CHARACTERS) {
    throw new KeyError('PartitionKeyTooLong', `field "${field}" has ${key.length} characters, a key at most 256`);
  }
  return key;
}

/** A key in the event's own digits: an integer beyond 2^53 would get the key of its neighbours from a double. */
function keyText(value: unknown, event: string, field: string): string {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return fieldText(event, field) ?? JSON.stringify(value);
}
