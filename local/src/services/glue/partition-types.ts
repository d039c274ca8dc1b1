import { invalidInput, invalidState } from './errors';

/** A partition key's type: converts its values, which the catalog stores as text, for comparison. */
export interface KeyType {
  /** Name of the type in LIKE's error; undefined for strings, which LIKE supports. */
  readonly likeName: string | undefined;
  /** @throws AwsError `InvalidInputException` for a literal that isn't of the type */
  literal(text: string): string | bigint;
  /** @throws AwsError `InvalidStateException` for a partition's value that isn't of the type */
  value(text: string): string | bigint;
}

/** Converts a value to a form that `<` compares; undefined if it isn't of the type. */
type Read = (text: string) => string | bigint | undefined;

/**
 * Types that GetPartitions compares ("GetPartitions", AWS Glue's API reference: "Supported Partition Key Types").
 * @throws AwsError `InvalidInputException` for any other
 */
export function keyType(name: string): KeyType {
  const base = name.toLowerCase().replace(/\(.*$/, '').trim();
  if (['string', 'char', 'varchar'].includes(base)) return made(undefined, (text) => text, '');
  if (['tinyint', 'smallint', 'int', 'integer', 'bigint', 'long'].includes(base)) {
    return made('Integral', integer, 'an integer');
  }
  if (base === 'decimal') return made('Decimal', decimal, 'a decimal');
  if (base === 'date') return made('Date', date, 'a date');
  if (base === 'timestamp') return made('Timestamp', timestamp, 'a timestamp');
  throw invalidInput(`Unknown type : '${base}'`);
}

function made(likeName: string | undefined, read: Read, kind: string): KeyType {
  const message = (text: string) => {
    const hint = kind === 'a timestamp' ? 'Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] ' : '';
    return `${hint}${kind === 'an integer' ? `"${text}"` : text} is not ${kind}.`;
  };
  const orElse = (refuse: (text: string) => Error) => (text: string) => {
    const value = read(text);
    if (value === undefined) throw refuse(text);
    return value;
  };
  return {
    likeName,
    literal: orElse((text) => invalidInput(message(text))),
    value: orElse((text) => invalidState(message(text))),
  };
}

const integer: Read = (text) =>
  /^[+-]?\d{1,40}$/.test(text.trim()) ? BigInt(text.trim().replace('+', '')) : undefined;

/** Digits of a decimal that are compared, on each side of its point. */
const SCALE = 400;

const decimal: Read = (text) => {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text.trim()) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const shift = SCALE + Number(exponent) - fraction.length;
  if (shift < 0 || shift > 2 * SCALE) return undefined;
  const digits = BigInt(whole + fraction) * 10n ** BigInt(shift);
  return sign === '-' ? -digits : digits;
};

const date: Read = (text) => (isDay(text) ? text : undefined);

const timestamp: Read = (text) => {
  const [, day = '', time = '', fraction = ''] = /^(\S{10}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (!isDay(day) || !/^([01]\d|2[0-3])(:[0-5]\d){2}$/.test(time)) return undefined;
  return `${day} ${time}.${fraction.padEnd(9, '0')}`;
};

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}
