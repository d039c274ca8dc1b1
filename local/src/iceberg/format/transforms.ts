import { badMetadata } from './errors';
import { hashOf, hashSqlOf } from './murmur';
import { decimalOf, type IcebergType } from './schema';
import { floorDiv, type Value, valueToText } from './values';

/** The derivation of a partition's value from a column's ("Partition Transforms"). */
export interface Transform {
  readonly name: 'identity' | 'bucket' | 'truncate' | 'year' | 'month' | 'day' | 'hour' | 'void';
  /** Number of buckets, or truncation width. */
  readonly argument: number;
}

const ARGUMENT = /^(bucket|truncate)\[(\d+)\]$/;

/** Parses a transform. @throws IcebergError for one that this format version lacks */
export function parseTransform(text: string): Transform {
  const match = ARGUMENT.exec(text);
  if (match !== null) return { name: match[1] as 'bucket', argument: Number(match[2]) };
  if (['identity', 'year', 'month', 'day', 'hour', 'void'].includes(text)) {
    return { name: text as 'identity', argument: 0 };
  }
  throw badMetadata(`the partition transform ${text} is not known`);
}

export function formatTransform({ name, argument }: Transform): string {
  return name === 'bucket' || name === 'truncate' ? `${name}[${argument}]` : name;
}

const TEMPORAL: Readonly<Record<string, readonly string[]>> = {
  year: ['date', 'timestamp', 'timestamptz'],
  month: ['date', 'timestamp', 'timestamptz'],
  day: ['date', 'timestamp', 'timestamptz'],
  hour: ['timestamp', 'timestamptz'],
};

/** Whether a transform supports a column of this type. */
export function transformAccepts({ name }: Transform, type: IcebergType): boolean {
  if (typeof type !== 'string') return false;
  if (name === 'identity' || name === 'void') return true;
  if (name === 'bucket') return !['boolean', 'float', 'double'].includes(type);
  if (name === 'truncate') return ['int', 'long', 'string', 'binary'].includes(type) || decimalOf(type) !== undefined;
  return TEMPORAL[name]?.includes(type) === true;
}

export function transformResult({ name }: Transform, source: IcebergType): IcebergType {
  switch (name) {
    case 'identity':
    case 'truncate':
    case 'void':
      return source;
    // Type date: the spec says int, but Iceberg's own library writes a date, which reads as an int.
    case 'day':
      return 'date';
    default:
      return 'int';
  }
}

/** Whether the transform is monotonic: greater column values never give smaller partition values. */
export const keepsOrder = ({ name }: Transform): boolean => name !== 'bucket' && name !== 'void';

/** SQL of a row's partition value. */
export function transformSql({ name, argument }: Transform, type: IcebergType, column: string): string {
  switch (name) {
    case 'identity':
      return column;
    case 'void':
      return 'NULL';
    case 'bucket':
      return `CASE WHEN ${column} IS NULL THEN NULL ELSE ((${hashSqlOf(type, column)} & 2147483647) % ${argument})::INTEGER END`;
    case 'truncate': {
      if (type === 'string') return `left(${column}, ${argument})`;
      if (type === 'binary') return `array_slice(${column}, 1, ${argument})`;
      const scale = decimalOf(type)?.scale ?? 0;
      const wide = scale === 0 ? String(argument) : `${valueToText(type, BigInt(argument))}::DECIMAL(38,${scale})`;
      return `(${column} - (((${column} % ${wide}) + ${wide}) % ${wide}))`;
    }
    case 'year':
      return `(year(${column}) - 1970)::INTEGER`;
    case 'month':
      return `((year(${column}) - 1970) * 12 + month(${column}) - 1)::INTEGER`;
    case 'day':
      return `${column}::DATE`;
    case 'hour':
      return `date_diff('hour', TIMESTAMP '1970-01-01', date_trunc('hour', ${column}::TIMESTAMP))::INTEGER`;
  }
}

/** The partition value of a column's value, for pruning by conditions on the column. */
export function applyTransform({ name, argument }: Transform, type: IcebergType, value: Value): Value | null {
  switch (name) {
    case 'identity':
      return value;
    case 'void':
      return null;
    case 'bucket':
      return (hashOf(type, value) & 0x7fffffff) % argument;
    case 'truncate': {
      if (typeof value === 'string') return [...value].slice(0, argument).join('');
      if (Buffer.isBuffer(value)) return value.subarray(0, argument);
      const [wide, by] = [BigInt(value as number), BigInt(argument)];
      const kept = wide - (((wide % by) + by) % by);
      return typeof value === 'number' ? Number(kept) : kept;
    }
    default:
      return timePart(name, type, value);
  }
}

function timePart(name: 'year' | 'month' | 'day' | 'hour', type: IcebergType, value: Value): number {
  const micros = type === 'date' ? BigInt(value as number) * 86_400_000_000n : (value as bigint);
  if (name === 'hour') return Number(floorDiv(micros, 3_600_000_000n));
  if (name === 'day') return Number(floorDiv(micros, 86_400_000_000n));
  const date = new Date(Number(floorDiv(micros, 1000n)));
  const years = date.getUTCFullYear() - 1970;
  return name === 'year' ? years : years * 12 + date.getUTCMonth();
}

/** A partition value in paths and metadata tables: `2026-01-01-10` for an hour. */
export function partitionText({ name }: Transform, type: IcebergType, value: Value | null): string {
  if (value === null || typeof value !== 'number') return valueToText(type, value);
  if (name === 'year') return String(1970 + value);
  if (name === 'month') return new Date(Date.UTC(1970, value)).toISOString().slice(0, 7);
  if (name === 'hour') return new Date(value * 3_600_000).toISOString().slice(0, 13).replace('T', '-');
  return valueToText(type, value);
}
