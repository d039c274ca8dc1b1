import { formatHiveType, type HiveType, parseHiveType } from '../../../core/hive-types';
import { LineConverter } from '../../../delivery/convert/line-converter';
import { serdeOf } from '../../../delivery/convert/serde';
import type { RowSettings } from '../../row-settings';
import { firstDocument, JsonTextError, outerKeys } from './json-text';
import { lazyFields, lazyValue } from './lazy-simple';
import { csvFields } from './open-csv';

/** A line that isn't a row, with Trino's code. */
export class RowError extends Error {
  constructor(
    readonly code: 'HIVE_BAD_DATA' | 'HIVE_CURSOR_ERROR',
    message: string,
  ) {
    super(message);
  }
}

/** Converts a line to a JSON object with every column, in the columns' types. @throws RowError */
export type RowReader = (line: string) => string;

export function rowReader(settings: RowSettings): RowReader {
  const columns = settings.columns.map(({ name, type, index }) => ({ name, index, type: parseHiveType(type) }));
  switch (settings.serde) {
    case 'json':
      return jsonReader(settings, columns);
    case 'csv':
      return (line) => {
        const fields = csvFields(line, settings.marks);
        return objectOf(columns, ({ type, index }) => csvValue(fields[index], type, index));
      };
    case 'lazy':
      return (line) => {
        const fields = lazyFields(line, settings.marks);
        return objectOf(columns, ({ type, index }) => lazyValue(fields[index], type, settings.marks));
      };
  }
}

interface Column {
  readonly name: string;
  readonly index: number;
  readonly type: HiveType;
}

const objectOf = (columns: readonly Column[], read: (column: Column) => unknown) =>
  JSON.stringify(Object.fromEntries(columns.map((column) => [column.name, read(column)])));

function jsonReader(settings: RowSettings & { serde: 'json' }, columns: readonly Column[]): RowReader {
  const openx = settings.deserializer.OpenXJsonSerDe;
  const converter = new LineConverter(columns, serdeOf(settings.deserializer));
  const convert = (line: string) => {
    const whole = converter.convert(Buffer.from(line));
    return 'failure' in whole || whole.rows > 1 ? converter.convert(Buffer.from(firstDocument(line))) : whole;
  };
  const malformed = (message: string) =>
    new RowError(
      'HIVE_CURSOR_ERROR',
      openx === undefined
        ? `Row is not valid JSON: ${message}`
        : `Row is not a valid JSON Object - JSONException: ${message}`,
    );
  return (line) => {
    try {
      if (openx !== undefined) checkKeys(line, openx.CaseInsensitive !== false);
      const converted = convert(line);
      if (!('failure' in converted)) return converted.lines.toString('utf8');
      const { code, message } = converted.failure;
      if (code === 'DataFormatConversion.MalformedData') {
        throw new RowError('HIVE_BAD_DATA', `Error parsing a row: ${message}`);
      }
      throw malformed(message);
    } catch (error) {
      const broken = error instanceof JsonTextError ? malformed(error.message) : error;
      if (!(broken instanceof RowError) || broken.code !== 'HIVE_CURSOR_ERROR' || !settings.ignoreMalformed)
        throw broken;
      return '{}';
    }
  };
}

/** Refuses duplicate keys, as OpenX's parser does, also in columns that aren't read. */
function checkKeys(line: string, insensitive: boolean): void {
  const seen = new Set<string>();
  for (const key of outerKeys(firstDocument(line))) {
    const spelled = insensitive ? key.toLowerCase() : key;
    if (seen.has(spelled)) throw new JsonTextError(`Duplicate key "${spelled}"`);
    seen.add(spelled);
  }
}

const WHOLE: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };
const DAY_MS = 86_400_000;

/**
 * A field of OpenCSVSerde in Athena's form ("Open CSV SerDe for processing CSV"): dates are days and timestamps
 * milliseconds since the epoch; an empty field isn't a number.
 */
function csvValue(text: string | undefined, type: HiveType, index: number): unknown {
  if (text === undefined) return null;
  const name = formatHiveType(type);
  const refused = () =>
    new RowError(
      'HIVE_BAD_DATA',
      `Error parsing field value '${text}' for field ${index}: For input string: "${text}"`,
    );
  if (type.kind === 'char' || type.kind === 'varchar') return [...text].slice(0, type.length).join('');
  if (type.kind === 'decimal') {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw refused();
    return text.replace(/^\+/, '');
  }
  const bits = WHOLE[name];
  if (bits !== undefined || name === 'date' || name === 'timestamp') {
    if (!/^[+-]?\d+$/.test(text)) throw refused();
    const value = BigInt(text);
    if (BigInt.asIntN(bits ?? 64, value) !== value) throw refused();
    if (bits !== undefined) return String(value);
    const time = new Date(Number(value) * (name === 'date' ? DAY_MS : 1));
    if (Number.isNaN(time.getTime())) throw refused();
    return name === 'date' ? time.toISOString().slice(0, 10) : time.toISOString().replace('T', ' ').slice(0, -1);
  }
  switch (name) {
    case 'float':
    case 'double':
      if (text.trim() === '' || (Number.isNaN(Number(text)) && text !== 'NaN')) throw refused();
      return text;
    case 'boolean':
      if (!/^(true|false)$/i.test(text)) throw refused();
      return text.toLowerCase() === 'true';
    case 'string':
    case 'binary':
      return text;
    default:
      throw new RowError('HIVE_BAD_DATA', `OpenCSVSerde has no columns of type ${name}`);
  }
}
