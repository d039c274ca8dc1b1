import type { DestinationSettings } from '../../services/firehose/state';
import { jodaTimestamp, openxTimestamp, sqlTimestamp, type TimestampReader } from './timestamps';

type Deserializer = NonNullable<
  NonNullable<
    NonNullable<DestinationSettings['DataFormatConversionConfiguration']>['InputFormatConfiguration']
  >['Deserializer']
>;

/** How JSON becomes columns: what tells the Hive SerDe from the OpenX SerDe. */
export interface SerDe {
  readonly name: 'Hive' | 'OpenX';
  /** The column's name that a key stands for, before it is looked up. */
  readonly columnOf: (key: string) => string;
  /** Whether numbers and booleans may come as strings. */
  readonly stringsAsNumbers: boolean;
  readonly timestamp: TimestampReader;
  /** Whether a number may stand for a timestamp. */
  readonly numbersAsTimestamps: boolean;
}

/** @throws Error for a timestamp format with a letter that isn't done here. */
export function serdeOf(deserializer: Deserializer): SerDe {
  const openx = deserializer.OpenXJsonSerDe;
  if (openx !== undefined) return openxSerDe(openx);
  const formats = deserializer.HiveJsonSerDe?.TimestampFormats ?? [];
  const readers = formats.length === 0 ? [sqlTimestamp] : formats.map(hiveFormat);
  return {
    name: 'Hive',
    columnOf: (key) => key.toLowerCase(),
    stringsAsNumbers: false,
    timestamp: (text) => firstOf(readers, text),
    numbersAsTimestamps: formats.includes('millis'),
  };
}

function openxSerDe(settings: NonNullable<Deserializer['OpenXJsonSerDe']>): SerDe {
  const insensitive = settings.CaseInsensitive ?? true;
  const dots = settings.ConvertDotsInJsonKeysToUnderscores ?? false;
  const spell = (key: string) => (insensitive ? key.toLowerCase() : key);
  const mapped = new Map(
    Object.entries(settings.ColumnToJsonKeyMappings ?? {}).map(([column, key]) => [spell(key), column.toLowerCase()]),
  );
  return {
    name: 'OpenX',
    columnOf: (key) => {
      const spelled = spell(key);
      return mapped.get(spelled) ?? (dots ? spelled.replaceAll('.', '_') : spelled);
    },
    stringsAsNumbers: true,
    timestamp: openxTimestamp,
    numbersAsTimestamps: true,
  };
}

function hiveFormat(format: string): TimestampReader {
  const reader = jodaTimestamp(format);
  if (reader === undefined) throw new Error(`The timestamp format ${format} is not supported.`);
  return reader;
}

function firstOf(readers: readonly TimestampReader[], text: string): string | undefined {
  for (const reader of readers) {
    const found = reader(text);
    if (found !== undefined) return found;
  }
  return undefined;
}
