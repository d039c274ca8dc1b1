/** Parses a timestamp to its local text for DuckDB, `yyyy-MM-dd HH:mm:ss.SSSSSS`; undefined if the text isn't one. */
export type TimestampReader = (text: string) => string | undefined;

const MICROS_PER_MS = 1_000n;

/** Epoch microseconds as a timestamp in UTC; undefined beyond the years 1 to 9999. */
export function fromEpochMicros(micros: bigint): string | undefined {
  const ms = micros >= 0n ? micros / MICROS_PER_MS : -((-micros + 999n) / MICROS_PER_MS);
  const date = new Date(Number(ms));
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return undefined;
  const rest = String(micros - ms * MICROS_PER_MS).padStart(3, '0');
  return `${date.toISOString().replace('T', ' ').slice(0, -1)}${rest}`;
}

/** Checks and formats the fields of a date and time, converted to UTC by `offsetMinutes` east. */
function compose(fields: readonly number[], fraction: string, offsetMinutes = 0): string | undefined {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 || year < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCDate() !== day) return undefined;
  const micros = BigInt(date.getTime() - offsetMinutes * 60_000) * MICROS_PER_MS;
  return fromEpochMicros(micros + BigInt(fraction.slice(0, 6).padEnd(6, '0')));
}

const SQL_TIMESTAMP = /^\s*(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?\s*$/;
const ISO_TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/;

function matchFields(pattern: RegExp): TimestampReader {
  return (text) => {
    const found = pattern.exec(text);
    if (found === null) return undefined;
    return compose(found.slice(1, 7).map(Number), found[7] ?? '0');
  };
}

/** java.sql.Timestamp.valueOf's format: the Hive SerDe's default. */
export const sqlTimestamp: TimestampReader = matchFields(SQL_TIMESTAMP);

const isoTimestamp = matchFields(ISO_TIMESTAMP);

/** Parses a date, independently of the timestamps' formats. @returns `yyyy-MM-dd` */
export function dateOnly(text: string): string | undefined {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  return found === null ? undefined : compose(found.slice(1).map(Number), '0')?.slice(0, 10);
}

/** Smallest epoch time in milliseconds; smaller numbers are seconds. */
const LEAST_EPOCH_MILLIS = 1_000_000_000_000n;

/** Parses epoch time in seconds or milliseconds; digits beyond milliseconds are truncated. */
export function epochTimestamp(text: string): string | undefined {
  const plain = /[eE]/.test(text) ? String(Number(text)) : text;
  const found = /^(-?)0*(\d{1,16})(?:\.(\d*))?$/.exec(plain);
  if (found === null) return undefined;
  const [, sign, whole = '0', fraction = ''] = found;
  const number = BigInt(whole);
  const millis = number >= LEAST_EPOCH_MILLIS ? number : number * 1_000n + BigInt(fraction.slice(0, 3).padEnd(3, '0'));
  return fromEpochMicros((sign === '-' ? -millis : millis) * MICROS_PER_MS);
}

/** Formats of the OpenX SerDe ("Convert input data format"): ISO 8601 in UTC, SQL's, and epoch time. */
export const openxTimestamp: TimestampReader = (text) =>
  isoTimestamp(text) ?? sqlTimestamp(text) ?? epochTimestamp(text);

const FIELDS = 'yMdHms';
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Regular expression of a letter of Joda-Time's DateTimeFormat. */
function letterPattern(letter: string, width: number, last: boolean): string | undefined {
  const digits = (most: number) => (last ? `(\\d{1,${most}})` : `(\\d{${width}})`);
  if ('yYu'.includes(letter)) return width === 2 ? '(\\d{2})' : '(\\d{4})';
  if (letter === 'M') return width >= 3 ? '([A-Za-z]{3,9})' : digits(2);
  if ('dHhmsk'.includes(letter)) return digits(2);
  if (letter === 'S') return last ? '(\\d{1,9})' : `(\\d{${width}})`;
  if (letter === 'a') return '([AaPp][Mm])';
  if (letter === 'Z') return '(Z|[+-]\\d{2}:?\\d{2})';
  if (letter === 'E') return '([A-Za-z]+)';
  return undefined;
}

/**
 * Compiles one of the Hive SerDe's TimestampFormats: a pattern of Joda-Time's DateTimeFormat, or `millis`.
 * @returns undefined for an unsupported letter
 */
export function jodaTimestamp(pattern: string): TimestampReader | undefined {
  if (pattern === 'millis') {
    return (text) => (/^-?\d{1,16}$/.test(text) ? fromEpochMicros(BigInt(text) * MICROS_PER_MS) : undefined);
  }
  const letters: string[] = [];
  let source = '';
  for (const match of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+/g)) {
    const [token] = match;
    if (token.startsWith("'")) source += literal(token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'"));
    else if (!/[A-Za-z]/.test(token)) source += literal(token);
    else {
      const letter = token.charAt(0);
      const after = pattern.charAt(match.index + token.length);
      const read = letterPattern(letter, token.length, !/[A-Za-z]/.test(after));
      if (read === undefined) return undefined;
      letters.push(letter);
      source += read;
    }
  }
  const compiled = new RegExp(`^${source}$`);
  return (text) => {
    const found = compiled.exec(text);
    return found === null ? undefined : fromLetters(letters, found.slice(1));
  };
}

function fromLetters(letters: readonly string[], values: readonly string[]): string | undefined {
  const fields = [1970, 1, 1, 0, 0, 0];
  let [fraction, offsetMinutes, afternoon] = ['0', 0, undefined as boolean | undefined];
  for (const [index, letter] of letters.entries()) {
    const value = values[index] as string;
    if (letter === 'S') fraction = value;
    else if (letter === 'a') afternoon = /p/i.test(value);
    else if (letter === 'Z') offsetMinutes = offsetOf(value);
    else if (letter === 'E') continue;
    else {
      const field = FIELDS.indexOf('hk'.includes(letter) ? 'H' : 'Yu'.includes(letter) ? 'y' : letter);
      const month = MONTHS.indexOf(value.slice(0, 3).toLowerCase()) + 1;
      fields[field] = letter === 'M' && /\D/.test(value) ? month : Number(value);
      if ('yYu'.includes(letter) && value.length === 2)
        fields[field] = Number(value) + (Number(value) < 70 ? 2000 : 1900);
      if (letter === 'k' && fields[field] === 24) fields[field] = 0;
    }
  }
  if (afternoon !== undefined) fields[3] = ((fields[3] as number) % 12) + (afternoon ? 12 : 0);
  return compose(fields, fraction, offsetMinutes);
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})/.exec(text) as RegExpExecArray;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
