import type { TrinoType } from '../types/type';
import { castOf } from '../values/cast';
import { equalityOf, orderOf } from '../values/compare';
import { hiveHashOf } from '../values/hive-hash';
import { instantOf } from '../values/parse-time';
import { codePoints, type OffsetTime, type Value, ValueError } from '../values/value';
import { likePattern } from './like';
import type { Run } from './row';

/** Operators and casts that differ between DuckDB and Trino. */
interface Internal {
  readonly takesNull: boolean;
  readonly make: (args: readonly TrinoType[], result: TrinoType) => Run;
}

const first = (args: readonly TrinoType[]): TrinoType => args[0] as TrinoType;

const plain = (make: Internal['make']): Internal => ({ takesNull: false, make });

/** A cast. Its second argument is the statement's time, which casts of times of day depend on. */
function castRun(args: readonly TrinoType[], result: TrinoType): Run {
  let [known, cast] = [Number.NaN, undefined as ReturnType<typeof castOf>];
  return (value: Value, now: bigint) => {
    if (known !== Number(now)) {
      known = Number(now);
      cast = castOf(first(args), result, { now: known });
    }
    return cast?.(value) ?? null;
  };
}

const compared = (test: (order: number) => boolean): Internal =>
  plain((args) => {
    const order = orderOf(first(args));
    return (a: Value, b: Value) => test(order(a, b));
  });

export const INTERNAL: ReadonlyMap<string, Internal> = new Map<string, Internal>([
  ['cast', plain(castRun)],
  [
    'try_cast',
    plain((args, result) => {
      const cast = castRun(args, result);
      return (value: Value, now: bigint) => {
        try {
          return cast(value, now);
        } catch (error) {
          if (error instanceof ValueError) return null;
          throw error;
        }
      };
    }),
  ],
  ['=', plain((args) => equalityOf(first(args)))],
  [
    '<>',
    plain((args) => {
      const equal = equalityOf(first(args));
      return (a: Value, b: Value) => {
        const found = equal(a, b);
        return found === null ? null : !found;
      };
    }),
  ],
  ['<', compared((order) => order < 0)],
  ['<=', compared((order) => order <= 0)],
  ['>', compared((order) => order > 0)],
  ['>=', compared((order) => order >= 0)],
  ['float <', plain(() => (a: number, b: number) => a < b)],
  ['float <=', plain(() => (a: number, b: number) => a <= b)],
  ['float >', plain(() => (a: number, b: number) => a > b)],
  ['float >=', plain(() => (a: number, b: number) => a >= b)],
  ['hive_hash', plain((args) => hiveHashOf(first(args)))],
  ['instant', plain(() => (value: OffsetTime) => instantOf(value))],
  [
    'fail',
    plain(() => (code: string, message: string) => {
      throw new ValueError(code, message);
    }),
  ],
  ['like', plain(() => (value: string, pattern: string) => likePattern(pattern).test(value))],
  [
    'like_escape',
    plain(() => (value: string, pattern: string, mark: string) => likePattern(pattern, mark).test(value)),
  ],
  [
    'pad',
    plain(
      (args) => (value: string) =>
        args[0]?.kind === 'char' ? value + ' '.repeat(Math.max(0, args[0].length - codePoints(value).length)) : value,
    ),
  ],
  [
    'nonzero',
    plain(() => (value: number | bigint) => {
      if (Number(value) === 0) throw new ValueError('DIVISION_BY_ZERO', 'Division by zero');
      return value;
    }),
  ],
  [
    'subscript',
    plain(() => (items: readonly Value[], index: bigint) => {
      if (index === 0n) throw new ValueError('INVALID_FUNCTION_ARGUMENT', 'SQL array indices start at 1');
      if (index < 0n) throw new ValueError('INVALID_FUNCTION_ARGUMENT', `Array subscript is negative: ${index}`);
      if (index > BigInt(items.length)) {
        throw new ValueError(
          'INVALID_FUNCTION_ARGUMENT',
          'Array subscript must be less than or equal to array length: '.concat(`${index} > ${items.length}`),
        );
      }
      return items[Number(index) - 1] ?? null;
    }),
  ],
  [
    'frame_offset',
    {
      takesNull: true,
      make: () => (offset: Value) => {
        if (offset !== null && Number(offset) >= 0) return offset;
        throw new ValueError('INVALID_WINDOW_FRAME', 'Window frame offset value must not be negative or null');
      },
    },
  ],
  [
    'too_deep',
    plain(() => (_depth: bigint, message: string) => {
      throw new ValueError('NOT_SUPPORTED', message);
    }),
  ],
  [
    'one_row',
    plain(() => () => {
      throw new ValueError('SUBQUERY_MULTIPLE_ROWS', 'Scalar sub-query has returned multiple rows');
    }),
  ],
]);
