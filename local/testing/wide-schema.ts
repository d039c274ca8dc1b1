/** A wide table, with records whose values follow from their index. */
export interface WideTable {
  readonly columns: Readonly<Record<string, string>>;
  readonly leaves: number;
  /** A record in JSON; each seventh value is missing. */
  record(index: number): Record<string, unknown>;
}

const LEAF_TYPES = ['string', 'int', 'double', 'boolean', 'bigint'] as const;
const LEAVES_EACH = 100;

/** Flat columns of all kinds. */
export function flatTable(count: number): WideTable {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  return {
    leaves: count,
    columns: Object.fromEntries(names.map((name, index) => [name, leafType(index)])),
    record: (row) => compact(Object.fromEntries(names.map((name, index) => [name, leafValue(row, index)]))),
  };
}

/** Columns of a hundred leaves each: structs, structs of structs, arrays of structs, maps to structs. */
export function nestedTable(leaves: number): WideTable {
  const names = Array.from({ length: leaves / LEAVES_EACH }, (_, index) => `c${index}`);
  return {
    leaves,
    columns: Object.fromEntries(names.map((name, index) => [name, nestedType(index)])),
    record: (row) => Object.fromEntries(names.map((name, index) => [name, nestedValue(row, index)])),
  };
}

function nestedType(index: number): string {
  switch (index % 4) {
    case 0:
      return struct(0, LEAVES_EACH);
    case 1:
      return `struct<a:struct<b:${struct(0, 50)},c:string>,d:struct<e:struct<f:${struct(50, 99)}>>>`;
    case 2:
      return `array<${struct(0, LEAVES_EACH)}>`;
    default:
      return `map<string,${struct(0, LEAVES_EACH - 1)}>`;
  }
}

function nestedValue(row: number, index: number): unknown {
  switch (index % 4) {
    case 0:
      return members(row, 0, LEAVES_EACH);
    case 1:
      return { a: { b: members(row, 0, 50), c: `c${row}` }, d: { e: { f: members(row, 50, 99) } } };
    case 2:
      return row % 7 === 0 ? [] : [members(row, 0, LEAVES_EACH), members(row + 1, 0, 3)];
    default:
      return row % 7 === 1 ? {} : { [`k${row}`]: members(row, 0, LEAVES_EACH - 1) };
  }
}

const struct = (from: number, to: number) =>
  `struct<${range(from, to)
    .map((index) => `m${index}:${leafType(index)}`)
    .join(',')}>`;

const members = (row: number, from: number, to: number) =>
  compact(Object.fromEntries(range(from, to).map((index) => [`m${index}`, leafValue(row, index)])));

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

const leafType = (index: number) => LEAF_TYPES[index % LEAF_TYPES.length] as string;

function leafValue(row: number, index: number): unknown {
  if ((row + index + Math.floor(index / 5)) % 7 === 6) return undefined;
  return [`v${row}-${index}`, row * 1000 + index, row + index / 8, row % 2 === 0, row * 1_000_000_007][index % 5];
}

function compact(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** A row read by hyparquet, without nulls, and with 64-bit integers as numbers, like the record. */
export function withoutNulls(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}
