import { randomUUID } from 'node:crypto';
import { fieldText } from '../record/json-text';
import type { Random } from '../record/random';
import { MAX_KEY_CHARACTERS } from './limits';
import { KeyError, type KeyOf } from './pack';

/**
 * Partition key of records; its MD5 determines the shard.
 * - `uuid`: the event's own UUID if the generator made it, else a fresh one: spreads evenly over the shards
 * - `random`: eight random characters: spreads as evenly and is shorter, since keys count as bytes sent
 * - `constant`: one key for all: one shard, in order
 * - `field:NAME`: the value of a field of the event, which must be a JSON object: events of one value share a shard. A
 * number keeps its digits, so that integers beyond 2^53 stay distinct
 */
export type PartitionKey = 'uuid' | 'random' | 'constant' | `field:${string}`;

const CONSTANT_KEY = 'lakehouse-producer';

/** Whether keys carry meaning: packing must then not mix events of different keys. */
export const isMeaningful = (partitionKey: PartitionKey): boolean => partitionKey.startsWith('field:');

/** Creates the function that gives an event its key. */
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

/**
 * A field's value as a key, with the digits of the event's text: as a double, an integer beyond 2^53 would get its
 * neighbour's key.
 */
function keyText(value: unknown, event: string, field: string): string {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return fieldText(event, field) ?? JSON.stringify(value);
}
