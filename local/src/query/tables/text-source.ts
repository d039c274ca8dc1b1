import { join } from 'node:path';
import type { Table } from '@aws-sdk/client-glue';
import { formatHiveType, type HiveType, quoteIdentifier, quoteLiteral, toDuckdbType } from '../../core/hive-types';
import type { Engine } from '../engine/engine';
import { notSupported } from '../errors';
import { LAZY_DELIMITERS, type RowSettings } from '../row-settings';
import { listOf, type TableFile } from './files';
import { hiveColumns, type ScanSource } from './scan';
import { codecOf, type TextFact, unreadable } from './text-facts';

/** Delimiter that no text contains: lines are read whole. */
const NO_DELIMITER = '\u001e\u001f\u001e';
const NO_TEXT = '\u001f\u001e';
/** The engine's default limit of a line, raised for files with longer ones. */
const USUAL_LINE = 2_000_000;

/** Source of the rows of text files, and the SQL of a column's value. */
export interface TextSource extends ScanSource {
  /** Files to read: the objects' own, or converted ones. */
  readonly files: readonly TableFile[];
}

const CLOUDTRAIL = /CloudTrailInputFormat$/;

/**
 * @param needed columns to read. @default all
 * @throws QueryError for an unreadable object, or unsupported settings
 */
export async function textSource(
  table: Table,
  files: readonly TableFile[],
  facts: readonly TextFact[],
  needed: ReadonlySet<string> | undefined,
  engine: Engine,
): Promise<TextSource> {
  const columns = hiveColumns(table).map((column, index) => ({ ...column, index }));
  const records = CLOUDTRAIL.test(table.StorageDescriptor?.InputFormat ?? '') ? 'Records' : undefined;
  const plain = await staged(files, facts, records, engine);
  const longest = facts.reduce((most, { longestLine }) => Math.max(most, longestLine), 0);
  const read = (settings: string) => readerSql(table, plain, longest, settings);
  const row = rowSettings(table);
  if (row === undefined) {
    const names = columns.map(({ name }) => `${quoteLiteral(name)}: 'VARCHAR'`);
    return {
      files: plain,
      tolerant: true,
      from: read(`${flatMarks(table)}, columns = {${names.join(', ')}}`),
      valueOf: (name) => {
        const { type } = columns.find((column) => column.name === name) as (typeof columns)[number];
        return isText(type) ? quoteIdentifier(name) : `nullif(${quoteIdentifier(name)}, '')`;
      },
    };
  }
  const wanted = columns.filter(({ name }) => needed === undefined || needed.has(name));
  const settings: RowSettings = {
    ...row,
    columns: wanted.map(({ name, type, index }) => ({ name, index, type: formatHiveType(type) })),
  };
  const shape = Object.fromEntries(wanted.map(({ name, type }) => [name, toDuckdbType(type)]));
  const lines = read(
    `delim = ${quoteLiteral(NO_DELIMITER)}, quote = '', escape = '', nullstr = ${quoteLiteral(NO_TEXT)}, filename = true, columns = {'line': 'VARCHAR'}`,
  );
  const object = await rowSql(settings, plain, engine);
  return {
    files: plain,
    from:
      wanted.length === 0
        ? `(SELECT file_index FROM ${lines})`
        : `(SELECT json_transform(${object}, ${quoteLiteral(JSON.stringify(shape))}) AS r, file_index FROM ${lines})`,
    valueOf: (name) => (wanted.some((column) => column.name === name) ? `r.${quoteIdentifier(name)}` : 'NULL'),
  };
}

/** A line's row as a JSON object; the line itself if it matches a known pattern. */
async function rowSql(settings: RowSettings, files: readonly TableFile[], engine: Engine): Promise<string> {
  const object = `hive_row(${quoteLiteral(JSON.stringify(settings))}, filename, line)`;
  if (settings.serde !== 'json' || settings.columns.length === 0) return object;
  const sampled = [...new Set([files[0], files.at(-1)])].flatMap((file) => file ?? []);
  const samples = sampled.map((file) => ({ path: file.path, codec: codecOf(file) }));
  const patterns = await engine.run('templates', { files: samples, settings });
  if (patterns.length === 0) return object;
  const matches = patterns.map((pattern) => `regexp_full_match(line, ${quoteLiteral(pattern)})`);
  return `CASE WHEN ${matches.join(' OR ')} THEN line ELSE ${object} END`;
}

/** Converts files that the engine can't read directly to plain lines in the statement's folder. */
async function staged(
  files: readonly TableFile[],
  facts: readonly TextFact[],
  records: string | undefined,
  engine: Engine,
): Promise<TableFile[]> {
  const plain: TableFile[] = [];
  for (const [index, file] of files.entries()) {
    const codec = codecOf(file);
    if (codec !== 'bzip2' && records === undefined && facts[index]?.utf8 === true) {
      plain.push(file);
      continue;
    }
    const path = join(engine.folder(), `text-${plain.length}.txt`);
    const wrong = await engine.run('stage', { path: file.path, codec, to: path, records });
    if (wrong !== undefined) throw unreadable(file.uri, wrong);
    plain.push({ ...file, path });
  }
  return plain;
}

function readerSql(table: Table, files: readonly TableFile[], longest: number, settings: string): string {
  const skip = Number(table.Parameters?.['skip.header.line.count'] ?? 0);
  const size = longest < USUAL_LINE ? '' : `, max_line_size = ${longest + 2}, buffer_size = ${2 * longest + 4}`;
  return (
    `read_csv(${listOf(files)}, auto_detect = false, header = false, hive_partitioning = false, null_padding = true, ` +
    `strict_mode = false, skip = ${Number.isInteger(skip) ? skip : 0}, ${settings}${size})`
  );
}

const isText = (type: HiveType) =>
  type.kind === 'char' || type.kind === 'varchar' || (type.kind === 'primitive' && type.name === 'string');

const isNested = ({ kind }: HiveType) => kind === 'array' || kind === 'map' || kind === 'struct';

const serdeSettings = (table: Table) => table.StorageDescriptor?.SerdeInfo?.Parameters ?? {};
const libraryOf = (table: Table) => table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '';
const isTrue = (text: string | undefined) => text?.toLowerCase() === 'true';

/** Settings of the conversion from lines to rows; undefined for delimited text that the engine splits itself. */
function rowSettings(table: Table): DistributedOmit<RowSettings, 'columns'> | undefined {
  const settings = serdeSettings(table);
  if (/OpenCSV/i.test(libraryOf(table))) {
    const marks = {
      separator: settings.separatorChar ?? ',',
      quote: settings.quoteChar ?? '"',
      escape: settings.escapeChar ?? '\\',
    };
    return { serde: 'csv', marks };
  }
  if (/LazySimple/i.test(libraryOf(table))) {
    if (!hiveColumns(table).some(({ type }) => isNested(type))) return undefined;
    const own = [
      fieldDelimiter(settings),
      settings['collection.delim'] ?? settings['colelction.delim'],
      settings['mapkey.delim'],
    ];
    return {
      serde: 'lazy',
      marks: {
        delimiters: LAZY_DELIMITERS.map((usual, level) => own[level] ?? usual),
        escape: settings['escape.delim'],
        nullText: settings['serialization.null.format'] ?? '\\N',
      },
    };
  }
  return {
    serde: 'json',
    deserializer: deserializerOf(table),
    ignoreMalformed: isTrue(settings['ignore.malformed.json']),
  };
}

function deserializerOf(table: Table): (RowSettings & { serde: 'json' })['deserializer'] {
  const settings = serdeSettings(table);
  if (!/openx/i.test(libraryOf(table))) {
    const formats = settings['timestamp.formats'];
    return { HiveJsonSerDe: formats === undefined ? {} : { TimestampFormats: formats.split(',') } };
  }
  const mapped = Object.entries(settings).flatMap(([name, key]) =>
    name.startsWith('mapping.') ? [[name.slice('mapping.'.length), key] as const] : [],
  );
  return {
    OpenXJsonSerDe: {
      CaseInsensitive: settings['case.insensitive']?.toLowerCase() !== 'false',
      ConvertDotsInJsonKeysToUnderscores: isTrue(settings['dots.in.keys']),
      ColumnToJsonKeyMappings: Object.fromEntries(mapped),
    },
  };
}

const fieldDelimiter = (settings: Readonly<Record<string, string>>) =>
  settings['field.delim'] ?? settings['serialization.format'] ?? '\u0001';

function flatMarks(table: Table): string {
  const settings = serdeSettings(table);
  const delimiter = fieldDelimiter(settings);
  if (Buffer.byteLength(delimiter) > 4) throw notSupported(`The delimiter ${JSON.stringify(delimiter)}`);
  return (
    `delim = ${quoteLiteral(delimiter)}, quote = '', escape = ${quoteLiteral(settings['escape.delim'] ?? '')}, ` +
    `nullstr = ${quoteLiteral(settings['serialization.null.format'] ?? '\\N')}`
  );
}

type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
