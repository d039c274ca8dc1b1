import { randomUUID } from 'node:crypto';
import type { Random } from '../record/random';
import { MAX_KEY_CHARACTERS } from './limits';
import { KeyError, type KeyOf } from './pack';

/**
 * How records get their partition key, whose MD5 picks the shard.
 * - `uuid`: the event's own UUID where the generator made it, else a fresh one: spreads evenly over the shards
 * - `random`: eight random characters: spreads as evenly and is shorter, since keys count as bytes sent
 * - `constant`: one key for all: one shard, in order
 * - `field:NAME`: the value of a field of the event, which must be a JSON object: events of one value stay on one shard
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
    value = (JSON.parse(event) as Record<string, unknown> | null)?.[field];
  } catch {
    throw new KeyError('NoPartitionKey', 'not JSON, so it has no field to take the partition key from');
  }
  if (value === undefined || value === null || value === '') {
    throw new KeyError('NoPartitionKey', `no field "${field}" to take the partition key from`);
  }
  const key = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (key.length > MAX_KEY_CHARACTERS) {
    throw new KeyError('PartitionKeyTooLong', `field "${field}" has ${key.length} characters, a key at most 256`);
  }
  return key;
}
