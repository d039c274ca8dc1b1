import type { TrinoType } from '../types/type';
import { instantOf } from './parse-time';
import { type OffsetTime, type Value, ValueError, type ZonedValue } from './value';

/** Trino's equality: null (unknown) if a NULL within the values decides it. */
export function equalityOf(type: TrinoType): (a: Value, b: Value) => boolean | null {
  switch (type.kind) {
    case 'array': {
      const item = nullable(equalityOf(type.of));
      return (a, b) => allEqual(a as Value[], b as Value[], () => item);
    }
    case 'row': {
      const items = type.fields.map((field) => nullable(equalityOf(field.type)));
      return (a, b) => allEqual(a as Value[], b as Value[], (index) => items[index] as (typeof items)[0]);
    }
    case 'map': {
      const key = keyOf(type.key);
      const item = nullable(equalityOf(type.value));
      return (a, b) => {
        const [left, right] = [a as Value[][], b as Value[][]];
        if (left.length !== right.length) return false;
        const others = new Map(right.map(([k = null, v = null]) => [key(k), v]));
        if (left.some(([k = null]) => !others.has(key(k)))) return false;
        return combine(left.map(([k = null, v = null]) => item(v, others.get(key(k)) ?? null)));
      };
    }
    case 'varbinary':
    case 'ipaddress':
      return (a, b) => Buffer.compare(a as Uint8Array, b as Uint8Array) === 0;
    case 'timestamp with time zone':
      return (a, b) => (a as ZonedValue).picos === (b as ZonedValue).picos;
    case 'time with time zone':
      return (a, b) => instantOf(a as OffsetTime) === instantOf(b as OffsetTime);
    case 'unknown':
      return () => null;
    default:
      return (a, b) => a === b;
  }
}

const nullable =
  (equal: (a: Value, b: Value) => boolean | null) =>
  (a: Value, b: Value): boolean | null =>
    a === null || b === null ? null : equal(a, b);

function combine(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function allEqual(
  a: readonly Value[],
  b: readonly Value[],
  equal: (index: number) => (a: Value, b: Value) => boolean | null,
): boolean | null {
  if (a.length !== b.length) return false;
  return combine(a.map((item, index) => equal(index)(item, b[index] ?? null)));
}

/** A text that is equal for values that aren't distinct; key of sets and maps. */
export function keyOf(type: TrinoType): (value: Value) => string {
  const key = keyFor(type);
  return (value) => (value === null ? 'N' : key(value));
}

function keyFor(type: TrinoType): (value: Value) => string {
  switch (type.kind) {
    case 'array': {
      const item = keyOf(type.of);
      return (value) => JSON.stringify((value as Value[]).map(item));
    }
    case 'row': {
      const items = type.fields.map((field) => keyOf(field.type));
      return (value) =>
        JSON.stringify((value as Value[]).map((item, index) => (items[index] as (typeof items)[0])(item)));
    }
    case 'map': {
      const [key, item] = [keyOf(type.key), keyOf(type.value)];
      return (value) =>
        JSON.stringify((value as Value[][]).map(([k = null, v = null]) => [key(k), item(v)].join('=')).sort());
    }
    case 'varbinary':
    case 'ipaddress':
      return (value) => Buffer.from(value as Uint8Array).toString('hex');
    case 'timestamp with time zone':
      return (value) => String((value as ZonedValue).picos);
    case 'time with time zone':
      return (value) => String(instantOf(value as OffsetTime));
    case 'double':
    case 'real':
      return (value) => (value === 0 ? '0' : String(value));
    default:
      return (value) => `=${value}`;
  }
}

/** Trino's order of non-NULL values; NaN is last. @throws ValueError for a NULL within */
export function orderOf(type: TrinoType): (a: Value, b: Value) => number {
  switch (type.kind) {
    case 'array': {
      const item = inside(orderOf(type.of), 'Array');
      return (a, b) => {
        const [left, right] = [a as Value[], b as Value[]];
        for (let index = 0; index < Math.min(left.length, right.length); index++) {
          const order = item(left[index] ?? null, right[index] ?? null);
          if (order !== 0) return order;
        }
        return left.length - right.length;
      };
    }
    case 'row': {
      const items = type.fields.map((field) => inside(orderOf(field.type), 'ROW'));
      return (a, b) => {
        for (const [index, item] of items.entries()) {
          const order = item((a as Value[])[index] ?? null, (b as Value[])[index] ?? null);
          if (order !== 0) return order;
        }
        return 0;
      };
    }
    case 'varbinary':
    case 'ipaddress':
      return (a, b) => Buffer.compare(a as Uint8Array, b as Uint8Array);
    case 'timestamp with time zone':
      return (a, b) => plain((a as ZonedValue).picos, (b as ZonedValue).picos);
    case 'time with time zone':
      return (a, b) => plain(instantOf(a as OffsetTime), instantOf(b as OffsetTime));
    case 'varchar':
      return textOrder;
    case 'char':
      return (a, b) => textOrder((a as string).padEnd(type.length), (b as string).padEnd(type.length));
    case 'double':
    case 'real':
      return (a, b) =>
        Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : plain(a as number, b as number);
    default:
      return (a, b) => plain(a as number, b as number);
  }
}

const plain = <T extends number | bigint | string | boolean>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Order by UTF-8 bytes: that of code points, unlike UTF-16's. */
function textOrder(a: Value, b: Value): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
}

function inside(order: (a: Value, b: Value) => number, what: string) {
  return (a: Value, b: Value): number => {
    if (a === null || b === null) {
      throw new ValueError(
        'NOT_SUPPORTED',
        `${what} comparison not supported for ${what === 'Array' ? 'arrays' : 'rows'} with null elements`.replace(
          'rows with null elements',
          'fields with null elements',
        ),
      );
    }
    return order(a, b);
  };
}

/** Order for sorting, NULL last. */
export function sortOrderOf(type: TrinoType): (a: Value, b: Value) => number {
  const order = orderOf(type);
  return (a, b) => (a === null ? (b === null ? 0 : 1) : b === null ? -1 : order(a, b));
}
