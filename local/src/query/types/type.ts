/**
 * Trino's types, which the analyser assigns to expressions ("Data types" in Trino's documentation, which Athena's
 * engine version 3 follows).
 */
export type TrinoType =
  | SimpleType
  | { readonly kind: 'varchar' /** @default unbounded */; readonly length?: number }
  | { readonly kind: 'char'; readonly length: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: TimeKind; readonly precision: number }
  | { readonly kind: 'array'; readonly of: TrinoType }
  | { readonly kind: 'map'; readonly key: TrinoType; readonly value: TrinoType }
  | RowType
  /** A lambda, as an argument; no column has this type. */
  | { readonly kind: 'function'; readonly parameters: readonly TrinoType[]; readonly result: TrinoType };

export interface SimpleType {
  readonly kind: SimpleKind;
}

export interface RowType {
  readonly kind: 'row';
  readonly fields: readonly RowField[];
}

export interface RowField {
  readonly name?: string;
  readonly type: TrinoType;
}

const SIMPLE = [
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'varbinary',
  'date',
  'json',
  'uuid',
  'ipaddress',
  'interval day to second',
  'interval year to month',
  'unknown',
] as const;
type SimpleKind = (typeof SIMPLE)[number];
const TIMES = ['time', 'time with time zone', 'timestamp', 'timestamp with time zone'] as const;
type TimeKind = (typeof TIMES)[number];

const isSimple = (name: string): name is SimpleKind => (SIMPLE as readonly string[]).includes(name);
const isTime = (name: string): name is TimeKind => (TIMES as readonly string[]).includes(name);

export const simple = (kind: SimpleKind): SimpleType => ({ kind });
export const BOOLEAN = simple('boolean');
export const TINYINT = simple('tinyint');
export const SMALLINT = simple('smallint');
export const INTEGER = simple('integer');
export const BIGINT = simple('bigint');
export const REAL = simple('real');
export const DOUBLE = simple('double');
export const DATE = simple('date');
export const JSON_TYPE = simple('json');
export const UNKNOWN = simple('unknown');
export const VARBINARY = simple('varbinary');
export const VARCHAR: TrinoType = { kind: 'varchar' };
export const varchar = (length: number): TrinoType => ({ kind: 'varchar', length });
export const decimal = (precision: number, scale: number): TrinoType => ({ kind: 'decimal', precision, scale });
export const arrayOf = (of: TrinoType): TrinoType => ({ kind: 'array', of });
export const timestamp = (precision: number): TrinoType => ({ kind: 'timestamp', precision });
export const zoned = (precision: number): TrinoType => ({ kind: 'timestamp with time zone', precision });

export const MAX_PRECISION = 38;
const DEFAULT_TIME_PRECISION = 3;
const MAX_CHAR = 65_536;
const MAX_TIME_PRECISION = 12;

/** An unknown type name, or one with invalid arguments. */
export class TypeNameError extends Error {}

/** A type's name with its arguments, from the parser, without positions. */
export interface TypeSpelling {
  readonly name: string;
  readonly args: readonly (number | { readonly field?: string; readonly type: TypeSpelling })[];
}

const SYNONYMS: Readonly<Record<string, string>> = {
  int: 'integer',
  string: 'varchar',
  binary: 'varbinary',
  float: 'real',
  dec: 'decimal',
};

/** The type of a name in SQL. @throws TypeNameError */
export function typeOf({ name: spelled, args }: TypeSpelling): TrinoType {
  const name = Object.hasOwn(SYNONYMS, spelled) ? (SYNONYMS[spelled] as string) : spelled;
  const numbers = args.filter((arg) => typeof arg === 'number');
  const types = args.filter((arg) => typeof arg !== 'number');
  if (isSimple(name) && args.length === 0) return { kind: name };
  if (isTime(name)) return timeOf(name, numbers[0] ?? DEFAULT_TIME_PRECISION);
  switch (name) {
    case 'varchar':
      return numbers[0] === undefined ? VARCHAR : varchar(numbers[0]);
    case 'char':
      if ((numbers[0] ?? 1) > MAX_CHAR)
        throw new TypeNameError(`CHAR length must be in range [0, ${MAX_CHAR}], got ${numbers[0]}`);
      return { kind: 'char', length: numbers[0] ?? 1 };
    case 'decimal':
      return decimalOf(numbers[0] ?? MAX_PRECISION, numbers[1] ?? 0);
    case 'array':
      if (types.length === 1) return arrayOf(typeOf((types[0] as { type: TypeSpelling }).type));
      break;
    case 'map':
      if (types.length === 2) {
        const [key, value] = types.map(({ type }) => typeOf(type));
        return { kind: 'map', key: key as TrinoType, value: value as TrinoType };
      }
      break;
    case 'row':
      if (types.length > 0)
        return { kind: 'row', fields: types.map(({ field, type }) => ({ name: field, type: typeOf(type) })) };
  }
  throw new TypeNameError(`Unknown type: ${spelled}`);
}

function timeOf(kind: TimeKind, precision: number): TrinoType {
  if (precision <= MAX_TIME_PRECISION) return { kind, precision };
  throw new TypeNameError(
    `${kind.split(' ')[0]?.toUpperCase()} precision must be in range [0, ${MAX_TIME_PRECISION}]: ${precision}`,
  );
}

function decimalOf(precision: number, scale: number): TrinoType {
  if (precision < 1 || precision > MAX_PRECISION)
    throw new TypeNameError(`DECIMAL precision must be in range [1, ${MAX_PRECISION}]: ${precision}`);
  if (scale > precision)
    throw new TypeNameError(`DECIMAL scale must be in range [0, precision (${precision})]: ${scale}`);
  return decimal(precision, scale);
}

/**
 * A type's name in Trino's notation: `varchar(10)`, `decimal(10,2)`, `row(a integer)`, `timestamp(3) with time zone`.
 */
export function typeName(type: TrinoType, quote: (name: string) => string = (name) => name): string {
  switch (type.kind) {
    case 'varchar':
      return type.length === undefined ? 'varchar' : `varchar(${type.length})`;
    case 'char':
      return `char(${type.length})`;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'time':
    case 'timestamp':
      return `${type.kind}(${type.precision})`;
    case 'time with time zone':
    case 'timestamp with time zone':
      return type.kind.replace(' ', `(${type.precision}) `);
    case 'array':
      return `array(${typeName(type.of, quote)})`;
    case 'map':
      return `map(${typeName(type.key, quote)}, ${typeName(type.value, quote)})`;
    case 'row': {
      const fields = type.fields.map((field) =>
        field.name === undefined ? typeName(field.type, quote) : `${quote(field.name)} ${typeName(field.type, quote)}`,
      );
      return `row(${fields.join(', ')})`;
    }
    case 'function':
      return `function(${[...type.parameters, type.result].map((each) => typeName(each, quote)).join(',')})`;
    default:
      return type.kind;
  }
}

export function sameType(a: TrinoType, b: TrinoType): boolean {
  return a === b || (a.kind === b.kind && typeName(a, JSON.stringify) === typeName(b, JSON.stringify));
}

export const isNumeric = ({ kind }: TrinoType): boolean =>
  isInteger({ kind } as TrinoType) || kind === 'real' || kind === 'double' || kind === 'decimal';
export const isInteger = ({ kind }: TrinoType): boolean =>
  kind === 'tinyint' || kind === 'smallint' || kind === 'integer' || kind === 'bigint';
export const isText = (type: TrinoType): type is TrinoType & { kind: 'varchar' | 'char' } =>
  type.kind === 'varchar' || type.kind === 'char';

/** The component types of a type, one level down. */
export function partsOf(type: TrinoType): readonly TrinoType[] {
  switch (type.kind) {
    case 'array':
      return [type.of];
    case 'map':
      return [type.key, type.value];
    case 'row':
      return type.fields.map((field) => field.type);
    default:
      return [];
  }
}

/** Rebuilds a type with `change` applied to its parts, then to itself. */
export function mapType(type: TrinoType, change: (type: TrinoType) => TrinoType): TrinoType {
  switch (type.kind) {
    case 'array':
      return change({ kind: 'array', of: mapType(type.of, change) });
    case 'map':
      return change({ kind: 'map', key: mapType(type.key, change), value: mapType(type.value, change) });
    case 'row':
      return change({
        kind: 'row',
        fields: type.fields.map((field) => ({ ...field, type: mapType(field.type, change) })),
      });
    default:
      return change(type);
  }
}

/** Whether a type, or a component at any level, passes the test. */
export function someType(type: TrinoType, test: (type: TrinoType) => boolean): boolean {
  return test(type) || partsOf(type).some((part) => someType(part, test));
}

/** Whether values can be sorted: maps can't, nor types that contain one. */
export const isOrderable = (type: TrinoType): boolean =>
  !someType(type, ({ kind }) => kind === 'map' || kind === 'json' || kind === 'function');
export const isComparable = (type: TrinoType): boolean => !someType(type, ({ kind }) => kind === 'function');
