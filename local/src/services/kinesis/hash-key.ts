import * as crypto from 'node:crypto';
import type { ShardInfo } from './stream-info';

/** Number of hash keys. */
export const HASH_KEYS = 2n ** 128n;

// The one-shot form exists from Node 20.12 on and costs half as much.
const md5: (key: string) => string =
  typeof crypto.hash === 'function'
    ? (key) => crypto.hash('md5', key)
    : (key) => crypto.createHash('md5').update(key).digest('hex');

/** Equal ranges of all hash keys, the last one with the remainder, as CreateStream makes them. */
export function evenRanges(count: number): { readonly start: bigint; readonly end: bigint }[] {
  const size = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: size * BigInt(index),
    end: (index === count - 1 ? HASH_KEYS : size * BigInt(index + 1)) - 1n,
  }));
}

/** Finds a record's open shard: by the MD5 of its partition key, or by its explicit hash key. */
export class ShardRouter {
  // Range ends as 32 hexadecimal digits, so that text order is numeric order.
  private readonly ends: string[];
  private readonly shards: readonly ShardInfo[];

  constructor(open: readonly ShardInfo[]) {
    this.shards = [...open].sort((a, b) => (BigInt(a.startHash) < BigInt(b.startHash) ? -1 : 1));
    this.ends = this.shards.map((shard) => toHex(shard.endHash));
  }

  /** @param explicitHashKey decimal, below 2^128 */
  route(partitionKey: string, explicitHashKey: string | undefined): ShardInfo {
    if (this.shards.length === 1) return this.shards[0] as ShardInfo;
    const hash = explicitHashKey === undefined ? md5(partitionKey) : toHex(explicitHashKey);
    let low = 0;
    let high = this.ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[middle] as string) < hash) low = middle + 1;
      else high = middle;
    }
    return this.shards[low] as ShardInfo;
  }
}

function toHex(decimal: string): string {
  return BigInt(decimal).toString(16).padStart(32, '0');
}
