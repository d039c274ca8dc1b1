import type { TrinoType } from '../types/type';
import type { Value } from './value';

const BUCKETABLE = new Set([
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'varchar',
  'date',
  'real',
  'double',
]);

/** Whether rows can be bucketed by values of a type. */
export const isBucketable = ({ kind }: TrinoType): boolean => BUCKETABLE.has(kind);

/** A value's hash for Hive's buckets (bucketing version 1), from 0 to 2^32 - 1. */
export function hiveHashOf({ kind }: TrinoType): (value: Value) => bigint {
  switch (kind) {
    case 'boolean':
      return (value) => (value === true ? 1n : 0n);
    case 'bigint':
      return (value) => folded(BigInt.asUintN(64, value as bigint));
    case 'double':
      return (value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE(value as number);
        return folded(bytes.readBigUInt64BE());
      };
    case 'real':
      return (value) => {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatBE(value as number);
        return BigInt(bytes.readUInt32BE());
      };
    case 'varchar':
      return (value) => {
        let hash = 0;
        for (const byte of Buffer.from(value as string)) hash = (Math.imul(hash, 31) + ((byte << 24) >> 24)) | 0;
        return BigInt(hash >>> 0);
      };
    default:
      return (value) => BigInt.asUintN(32, BigInt(value as number));
  }
}

/** Folds a long's upper half onto the lower one, as Java's hashCode does. */
const folded = (value: bigint): bigint => (value ^ (value >> 32n)) & 0xffff_ffffn;
