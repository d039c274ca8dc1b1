import {
  arrayOf,
  BIGINT,
  DOUBLE,
  decimal,
  INTEGER,
  MAX_PRECISION,
  REAL,
  SMALLINT,
  sameType,
  type TrinoType,
  timestamp,
  varchar,
  zoned,
} from './type';

/**
 * Trino's implicit casts ("Conversion functions: Implicit conversion" and TypeCoercion's rules): numbers to wider ones,
 * dates to timestamps, strings to longer ones, unknown to any.
 */
interface Compatibility {
  readonly common: TrinoType;
  /** Whether the first type is implicitly cast to the second. */
  readonly coercible: boolean;
}

/** The common type for a comparison, CASE or UNION; undefined if there is none. */
export function commonType(a: TrinoType, b: TrinoType): TrinoType | undefined {
  return compatibility(a, b)?.common;
}

export function canCoerce(from: TrinoType, to: TrinoType): boolean {
  return compatibility(from, to)?.coercible ?? false;
}

function compatibility(from: TrinoType, to: TrinoType): Compatibility | undefined {
  if (sameType(from, to)) return { common: to, coercible: true };
  if (from.kind === 'unknown') return { common: to, coercible: true };
  if (to.kind === 'unknown') return { common: from, coercible: false };
  if (from.kind === to.kind) return withinKind(from, to);
  const coerced = toKind(from, to.kind);
  if (coerced !== undefined) return compatibility(coerced, to);
  const back = toKind(to, from.kind);
  const found = back && compatibility(from, back);
  return found && { common: found.common, coercible: false };
}

function withinKind(from: TrinoType, to: TrinoType): Compatibility | undefined {
  const common = widest(from, to);
  if (common !== undefined) return { common, coercible: sameType(common, to) };
  if (from.kind === 'array' && to.kind === 'array') {
    const of = compatibility(from.of, to.of);
    return of && { common: arrayOf(of.common), coercible: of.coercible };
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const [key, value] = [compatibility(from.key, to.key), compatibility(from.value, to.value)];
    if (key === undefined || value === undefined) return undefined;
    return {
      common: { kind: 'map', key: key.common, value: value.common },
      coercible: key.coercible && value.coercible,
    };
  }
  return from.kind === 'row' && to.kind === 'row' ? rows(from, to) : undefined;
}

function rows(from: TrinoType & { kind: 'row' }, to: TrinoType & { kind: 'row' }): Compatibility | undefined {
  if (from.fields.length !== to.fields.length) return undefined;
  let coercible = true;
  const fields = [];
  for (const [index, field] of from.fields.entries()) {
    const other = to.fields[index] as typeof field;
    const found = compatibility(field.type, other.type);
    if (found === undefined) return undefined;
    coercible &&= found.coercible;
    fields.push({ name: field.name === other.name ? field.name : undefined, type: found.common });
  }
  return { common: { kind: 'row', fields }, coercible };
}

/** The wider of two parameterized types of a kind. */
function widest(a: TrinoType, b: TrinoType): TrinoType | undefined {
  if (a.kind === 'decimal' && b.kind === 'decimal') {
    const scale = Math.max(a.scale, b.scale);
    return decimal(Math.min(MAX_PRECISION, Math.max(a.precision - a.scale, b.precision - b.scale) + scale), scale);
  }
  if (a.kind === 'varchar' && b.kind === 'varchar') {
    return a.length === undefined || b.length === undefined
      ? { kind: 'varchar' }
      : varchar(Math.max(a.length, b.length));
  }
  if (a.kind === 'char' && b.kind === 'char') return { kind: 'char', length: Math.max(a.length, b.length) };
  if ('precision' in a && 'precision' in b && a.kind !== 'decimal') {
    return { kind: a.kind, precision: Math.max(a.precision, b.precision) };
  }
  return undefined;
}

const WIDER: Readonly<Partial<Record<TrinoType['kind'], Readonly<Partial<Record<TrinoType['kind'], TrinoType>>>>>> = {
  tinyint: { smallint: SMALLINT, integer: INTEGER, bigint: BIGINT, real: REAL, double: DOUBLE, decimal: decimal(3, 0) },
  smallint: { integer: INTEGER, bigint: BIGINT, real: REAL, double: DOUBLE, decimal: decimal(5, 0) },
  integer: { bigint: BIGINT, real: REAL, double: DOUBLE, decimal: decimal(10, 0) },
  bigint: { real: REAL, double: DOUBLE, decimal: decimal(19, 0) },
  decimal: { real: REAL, double: DOUBLE },
  real: { double: DOUBLE },
  date: { timestamp: timestamp(0), 'timestamp with time zone': zoned(0) },
};
const MAX_CHAR = 65_536;

/** A type implicitly cast to another kind, if Trino does so. */
function toKind(from: TrinoType, kind: TrinoType['kind']): TrinoType | undefined {
  const known = WIDER[from.kind]?.[kind];
  if (known !== undefined) return known;
  if (from.kind === 'time' && kind === 'time with time zone') return { kind, precision: from.precision };
  if (from.kind === 'timestamp' && kind === 'timestamp with time zone') return zoned(from.precision);
  if (from.kind === 'varchar' && kind === 'char') return { kind, length: Math.min(MAX_CHAR, from.length ?? MAX_CHAR) };
  return undefined;
}
