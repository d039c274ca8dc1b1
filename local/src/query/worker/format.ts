import {
  type DuckDBBlobValue,
  type DuckDBDateValue,
  type DuckDBIntervalValue,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBTimestampValue,
  type DuckDBTimeValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

/** Writes a value that isn't NULL as Athena prints it. */
export type Formatter = (value: DuckDBValue) => string;

/** How Athena prints values of a type: `2022-02-04 21:35:54.000`, `1.0E10`, `[a, b]`, `{k=v}`. */
export function formatterOf(type: DuckDBType): Formatter {
  switch (type.typeId) {
    case DuckDBTypeId.DOUBLE:
      return (value) => formatDouble(value as number);
    case DuckDBTypeId.FLOAT:
      return (value) => formatDouble(shortestFloat(value as number));
    case DuckDBTypeId.TIMESTAMP:
      return (value) => formatMicros((value as DuckDBTimestampValue).micros);
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (value) => `${formatMicros((value as DuckDBTimestampValue).micros)} UTC`;
    case DuckDBTypeId.TIMESTAMP_S:
      return (value) => formatMicros((value as unknown as { seconds: bigint }).seconds * 1_000_000n);
    case DuckDBTypeId.TIMESTAMP_MS:
      return (value) => formatMicros((value as unknown as { millis: bigint }).millis * 1_000n);
    case DuckDBTypeId.TIMESTAMP_NS:
      return (value) => formatMicros((value as unknown as { nanos: bigint }).nanos / 1_000n);
    case DuckDBTypeId.DATE:
      return (value) => new Date((value as DuckDBDateValue).days * 86_400_000).toISOString().slice(0, 10);
    case DuckDBTypeId.TIME:
      return (value) => formatMicros((value as DuckDBTimeValue).micros).slice(11);
    case DuckDBTypeId.BLOB:
      return (value) => hexBytes((value as DuckDBBlobValue).bytes);
    case DuckDBTypeId.INTERVAL:
      return (value) => formatInterval(value as DuckDBIntervalValue);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const item = nullable((type as unknown as { valueType: DuckDBType }).valueType);
      return (value) => `[${(value as DuckDBListValue).items.map(item).join(', ')}]`;
    }
    case DuckDBTypeId.MAP: {
      const types = type as unknown as { keyType: DuckDBType; valueType: DuckDBType };
      const [key, item] = [nullable(types.keyType), nullable(types.valueType)];
      return (value) =>
        `{${(value as DuckDBMapValue).entries.map((entry) => `${key(entry.key)}=${item(entry.value)}`).join(', ')}}`;
    }
    case DuckDBTypeId.STRUCT:
      return structFormatter(type as unknown as { entryNames: string[]; entryTypes: DuckDBType[] });
    default:
      return (value) => String(value);
  }
}

function nullable(type: DuckDBType): (value: DuckDBValue) => string {
  const format = formatterOf(type);
  return (value) => (value === null ? 'null' : format(value));
}

function structFormatter({ entryNames, entryTypes }: { entryNames: string[]; entryTypes: DuckDBType[] }): Formatter {
  const formats = entryTypes.map(nullable);
  return (value) => {
    const { entries } = value as DuckDBStructValue;
    // Fields without names share one key there, so that values are taken by position where they can be.
    const values = Array.isArray(entries) ? entries : entryNames.map((name) => entries[name] as DuckDBValue);
    return `{${entryNames.map((name, index) => `${name === '' ? `field${index}` : name}=${formats[index]?.(values[index] ?? null)}`).join(', ')}}`;
  };
}

/** As Java's Double.toString: plain from 10^-3 to 10^7, else with an exponent; always a fraction. */
export function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

function shortestFloat(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

function formatMicros(micros: bigint): string {
  const millis = Number(micros / 1_000n) - (micros < 0n && micros % 1_000n !== 0n ? 1 : 0);
  return new Date(millis).toISOString().replace('T', ' ').slice(0, -1);
}

function hexBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function formatInterval({ months, days, micros }: DuckDBIntervalValue): string {
  if (months !== 0) return `${Math.trunc(months / 12)}-${months % 12}`;
  const time = Number(micros / 1_000n);
  const [hours, minutes] = [Math.trunc(time / 3_600_000), Math.trunc(time / 60_000) % 60];
  const pad = (part: number, width = 2) => String(Math.abs(part)).padStart(width, '0');
  return `${days} ${pad(hours)}:${pad(minutes)}:${pad(Math.trunc(time / 1_000) % 60)}.${pad(time % 1_000, 3)}`;
}
