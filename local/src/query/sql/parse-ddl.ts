import type { Expression } from './ast';
import type { Cursor } from './cursor';
import { parseExpression } from './parse-expression';
import { parseQuery } from './parse-query';
import type {
  ColumnDefinition,
  PartitionSpec,
  PartitionTerm,
  Statement,
  TableDefinition,
  TableName,
} from './statement';

export function tableName(cursor: Cursor): TableName {
  const { at } = cursor;
  return { parts: cursor.qualifiedName(), at };
}

/** `(format = 'PARQUET', partitioned_by = ARRAY['a'])` */
export function settings(cursor: Cursor): Record<string, Expression> {
  cursor.take('(');
  const pairs = cursor.list(() => {
    const name = cursor.name();
    cursor.take('=');
    return [name, parseExpression(cursor)] as const;
  });
  cursor.take(')');
  return Object.fromEntries(pairs);
}

/** CREATE DATABASE, EXTERNAL TABLE, TABLE … AS, VIEW. */
export function parseCreate(cursor: Cursor): Statement {
  cursor.take('CREATE');
  if (cursor.accept('DATABASE') || cursor.accept('SCHEMA')) return database(cursor);
  const replace = cursor.accept('OR', 'REPLACE');
  if (cursor.accept('VIEW')) {
    const view = tableName(cursor);
    cursor.take('AS');
    const { offset } = cursor.current;
    const query = parseQuery(cursor);
    return { kind: 'create-view', view, replace, query, text: cursor.text.slice(offset).replace(/;\s*$/, '') };
  }
  const external = cursor.accept('EXTERNAL');
  cursor.take('TABLE');
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
  const table = tableName(cursor);
  if (external) return { kind: 'create-table', table, ifNotExists, definition: definition(cursor) };
  if (cursor.dialect === 'hive') return icebergTable(cursor, table, ifNotExists);
  const properties = cursor.accept('WITH') ? settings(cursor) : {};
  cursor.take('AS');
  const query = parseQuery(cursor);
  const withData = !cursor.accept('WITH', 'NO', 'DATA');
  if (withData) cursor.accept('WITH', 'DATA');
  return { kind: 'create-table-as', table, ifNotExists, properties, query, withData };
}

/** `CREATE TABLE t (…) PARTITIONED BY (day(ts), bucket(16, id)) LOCATION … TBLPROPERTIES ('table_type' = 'ICEBERG')` */
function icebergTable(cursor: Cursor, table: TableName, ifNotExists: boolean): Statement {
  const columns = columnDefinitions(cursor);
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined;
  const partitions = cursor.accept('PARTITIONED', 'BY') ? partitionTerms(cursor) : [];
  const location = cursor.accept('LOCATION') ? cursor.string() : undefined;
  const properties = cursor.accept('TBLPROPERTIES') ? textProperties(cursor) : {};
  const found = { columns, partitionKeys: [], serdeProperties: {}, properties, comment, location };
  return { kind: 'create-iceberg-table', table, ifNotExists, definition: found, partitions };
}

function partitionTerms(cursor: Cursor): PartitionTerm[] {
  cursor.take('(');
  const terms = cursor.list(() => partitionTerm(cursor));
  cursor.take(')');
  return terms;
}

/** Parses `category`, `day(ts)`, `bucket(16, id)`; a CTAS writes `bucket(id, 16)`. */
export function partitionTerm(cursor: Cursor): PartitionTerm {
  if (cursor.peek().text !== '(') return { transform: 'identity', column: cursor.name() };
  const transform = cursor.next().text.toLowerCase();
  cursor.take('(');
  const first = cursor.current.kind === 'number' ? cursor.integer() : undefined;
  if (first !== undefined) cursor.take(',');
  const column = cursor.name();
  const argument = first ?? (cursor.accept(',') ? cursor.integer() : undefined);
  cursor.take(')');
  return { transform, column, ...(argument !== undefined && { argument }) };
}

function database(cursor: Cursor): Statement {
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
  const name = cursor.name();
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined;
  const location = cursor.accept('LOCATION') ? cursor.string() : undefined;
  const properties = cursor.accept('WITH', 'DBPROPERTIES') ? textProperties(cursor) : {};
  return { kind: 'create-database', name, ifNotExists, comment, location, properties };
}

/** `('a' = 'b', …)` */
function textProperties(cursor: Cursor): Record<string, string> {
  cursor.take('(');
  const pairs = cursor.list(() => {
    const name = cursor.string();
    cursor.take('=');
    return [name, cursor.string()] as const;
  });
  cursor.take(')');
  return Object.fromEntries(pairs);
}

function columnDefinitions(cursor: Cursor): ColumnDefinition[] {
  cursor.take('(');
  const columns = cursor.list(() => {
    const name = cursor.name();
    const type = typeText(cursor);
    return { name, type, comment: cursor.accept('COMMENT') ? cursor.string() : undefined };
  });
  cursor.take(')');
  return columns;
}

/** The text of a Hive type, up to the comma, parenthesis or comment after it. */
function typeText(cursor: Cursor): string {
  let text = '';
  let depth = 0;
  const ends = [',', ')', ';', 'COMMENT', 'FIRST', 'AFTER'];
  while (depth > 0 || !ends.some((word) => cursor.is(word))) {
    if (cursor.current.kind === 'end' && depth === 0 && text !== '') break;
    const token = cursor.next();
    if (token.kind === 'end') throw cursor.unexpected("')'");
    // `>=` and `<>` don't occur in types, whose `>` count one by one.
    for (const character of token.kind === 'symbol' ? token.text : '') {
      if (character === '<' || character === '(') depth++;
      if (character === '>' || character === ')') depth--;
    }
    text += token.text;
  }
  if (text === '') throw cursor.unexpected('a column type');
  return text.toLowerCase();
}

function definition(cursor: Cursor): TableDefinition {
  const found: { -readonly [K in keyof TableDefinition]: TableDefinition[K] } = {
    columns: columnDefinitions(cursor),
    partitionKeys: [],
    serdeProperties: {},
    properties: {},
  };
  for (;;) {
    if (cursor.accept('COMMENT')) found.comment = cursor.string();
    else if (cursor.accept('PARTITIONED', 'BY')) found.partitionKeys = columnDefinitions(cursor);
    else if (cursor.accept('CLUSTERED', 'BY')) found.buckets = clusteredBy(cursor);
    else if (cursor.accept('ROW', 'FORMAT')) Object.assign(found, rowFormat(cursor));
    else if (cursor.accept('WITH', 'SERDEPROPERTIES')) found.serdeProperties = textProperties(cursor);
    else if (cursor.accept('STORED', 'AS')) found.storedAs = storedAs(cursor);
    else if (cursor.accept('LOCATION')) found.location = cursor.string();
    else if (cursor.accept('TBLPROPERTIES')) found.properties = textProperties(cursor);
    else return found;
  }
}

/** `CLUSTERED BY (a, b) INTO 8 BUCKETS` */
function clusteredBy(cursor: Cursor): TableDefinition['buckets'] {
  cursor.take('(');
  const columns = cursor.list(() => cursor.name());
  cursor.take(')', 'INTO');
  const count = cursor.integer();
  cursor.take('BUCKETS');
  return { columns, count };
}

const DELIMITERS: readonly (readonly [words: readonly string[], property: string])[] = [
  [['FIELDS', 'TERMINATED', 'BY'], 'field.delim'],
  [['ESCAPED', 'BY'], 'escape.delim'],
  [['COLLECTION', 'ITEMS', 'TERMINATED', 'BY'], 'collection.delim'],
  [['MAP', 'KEYS', 'TERMINATED', 'BY'], 'mapkey.delim'],
  [['LINES', 'TERMINATED', 'BY'], 'line.delim'],
  [['NULL', 'DEFINED', 'AS'], 'serialization.null.format'],
];

function rowFormat(cursor: Cursor): Partial<TableDefinition> {
  if (cursor.accept('SERDE')) return { serde: cursor.string() };
  cursor.take('DELIMITED');
  const serdeProperties: Record<string, string> = {};
  for (;;) {
    const found = DELIMITERS.find(([words]) => cursor.accept(...words));
    if (found === undefined) break;
    serdeProperties[found[1]] = cursor.string();
  }
  if (serdeProperties['field.delim'] !== undefined) {
    serdeProperties['serialization.format'] = serdeProperties['field.delim'];
  }
  return { serde: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', serdeProperties };
}

function storedAs(cursor: Cursor): TableDefinition['storedAs'] {
  if (!cursor.accept('INPUTFORMAT')) return cursor.next().text.toUpperCase();
  const input = cursor.string();
  cursor.take('OUTPUTFORMAT');
  return { input, output: cursor.string() };
}

/** `PARTITION (year = '2026', month = '01') [LOCATION '…']` */
function partitionSpec(cursor: Cursor): PartitionSpec {
  cursor.take('PARTITION', '(');
  const values = cursor.list(() => {
    const name = cursor.name();
    cursor.take('=');
    const { kind } = cursor.current;
    if (kind !== 'string' && kind !== 'number') throw cursor.unexpected('<string>');
    return [name, cursor.next().value] as const;
  });
  cursor.take(')');
  return { values: Object.fromEntries(values), location: cursor.accept('LOCATION') ? cursor.string() : undefined };
}

/** `CHANGE [COLUMN] old new type [COMMENT '…'] [FIRST | AFTER column]` */
function changeColumn(cursor: Cursor, table: TableName): Statement {
  cursor.accept('COLUMN');
  const column = cursor.name();
  const name = cursor.name();
  const type = typeText(cursor);
  const comment = cursor.accept('COMMENT') ? cursor.string() : undefined;
  const definition = { name, type, ...(comment !== undefined && { comment }) };
  if (cursor.accept('FIRST')) return { kind: 'change-column', table, column, definition, position: { first: true } };
  if (!cursor.accept('AFTER')) return { kind: 'change-column', table, column, definition };
  return { kind: 'change-column', table, column, definition, position: { after: cursor.name() } };
}

/** ALTER TABLE, ALTER DATABASE. */
export function parseAlter(cursor: Cursor): Statement {
  cursor.take('ALTER');
  if (cursor.accept('DATABASE') || cursor.accept('SCHEMA')) {
    const name = cursor.name();
    cursor.take('SET', 'DBPROPERTIES');
    return { kind: 'set-database-properties', name, properties: textProperties(cursor) };
  }
  cursor.take('TABLE');
  const table = tableName(cursor);
  if (cursor.accept('ADD')) {
    if (cursor.accept('COLUMNS')) return { kind: 'add-columns', table, columns: columnDefinitions(cursor) };
    const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
    const partitions = [partitionSpec(cursor)];
    while (cursor.is('PARTITION')) partitions.push(partitionSpec(cursor));
    return { kind: 'add-partitions', table, ifNotExists, partitions };
  }
  if (cursor.accept('DROP', 'COLUMN')) return { kind: 'drop-column', table, column: cursor.name() };
  if (cursor.accept('CHANGE')) return changeColumn(cursor, table);
  if (cursor.accept('UNSET', 'TBLPROPERTIES', '(')) {
    const names = cursor.list(() => cursor.string());
    cursor.take(')');
    return { kind: 'unset-properties', table, names };
  }
  if (cursor.accept('DROP')) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    return { kind: 'drop-partitions', table, ifExists, partitions: cursor.list(() => partitionSpec(cursor)) };
  }
  if (cursor.accept('REPLACE', 'COLUMNS'))
    return { kind: 'replace-columns', table, columns: columnDefinitions(cursor) };
  const partition = cursor.is('PARTITION') ? partitionSpec(cursor) : undefined;
  if (partition !== undefined && cursor.accept('RENAME', 'TO')) {
    return { kind: 'rename-partition', table, from: partition, to: partitionSpec(cursor) };
  }
  cursor.take('SET');
  if (cursor.accept('LOCATION')) return { kind: 'set-location', table, location: cursor.string(), partition };
  cursor.take('TBLPROPERTIES');
  return { kind: 'set-properties', table, properties: textProperties(cursor) };
}
