import { Cursor } from './cursor';
import { parseDelete, parseMerge, parseOptimize, parseUpdate } from './parse-changes';
import { parseAlter, parseCreate, settings, tableName } from './parse-ddl';
import { parseExpression } from './parse-expression';
import { parseQuery } from './parse-query';
import type { ExplainStatement, Statement } from './statement';
import { SqlSyntaxError } from './tokens';

/** Statements of Hive's parser; Trino's parses views and statements with queries. */
const HIVE =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:CREATE\s+(?:EXTERNAL|DATABASE|SCHEMA|TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:`[^`]*`|"[^"]*"|[^\s(`"])+\s*\()|ALTER|DROP\s+(?:TABLE|DATABASE|SCHEMA)|SHOW(?!\s+CREATE\s+VIEW)|DESC|DESCRIBE|MSCK)\b/i;

/**
 * Parses a statement of Athena.
 * @throws SqlSyntaxError if it isn't one. An error of Hive's parser, CREATE aside, becomes a statement that fails when
 * it runs, as in Athena.
 */
export function parseStatement(text: string): Statement {
  const hive = HIVE.test(text);
  try {
    const cursor = new Cursor(text, hive ? 'hive' : 'trino');
    const statement = parse(cursor);
    cursor.end();
    return statement;
  } catch (error) {
    if (!(error instanceof SqlSyntaxError) || !hive || /^\s*CREATE/i.test(text)) throw error;
    const { line, column } = error.at;
    // Hive counts columns from 0.
    return { kind: 'unreadable', message: `ParseException line ${line}:${column - 1} ${error.detail}` };
  }
}

function parse(cursor: Cursor): Statement {
  switch (cursor.current.text.toUpperCase()) {
    case 'SELECT':
    case 'WITH':
    case 'VALUES':
    case 'TABLE':
    case '(':
      return { kind: 'query', query: parseQuery(cursor) };
    case 'SHOW':
      return show(cursor);
    case 'DESC':
    case 'DESCRIBE':
      return describe(cursor);
    case 'CREATE':
      return parseCreate(cursor);
    case 'ALTER':
      return parseAlter(cursor);
    case 'DROP':
      return drop(cursor);
    case 'MSCK':
      cursor.take('MSCK', 'REPAIR', 'TABLE');
      return { kind: 'repair', table: tableName(cursor) };
    case 'INSERT':
      return insert(cursor);
    case 'UNLOAD':
      return unload(cursor);
    case 'DELETE':
      return parseDelete(cursor);
    case 'UPDATE':
      return parseUpdate(cursor);
    case 'MERGE':
      return parseMerge(cursor);
    case 'OPTIMIZE':
      return parseOptimize(cursor);
    case 'VACUUM':
      cursor.take('VACUUM');
      return { kind: 'vacuum', table: tableName(cursor) };
    case 'EXPLAIN':
      return explain(cursor);
    case 'PREPARE':
    case 'EXECUTE':
    case 'DEALLOCATE':
      return preparing(cursor);
    default:
      throw new SqlSyntaxError(
        cursor.at,
        `mismatched input '${cursor.current.text}'. Expecting: 'ALTER', 'CREATE', 'DEALLOCATE', 'DELETE', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'INSERT', 'MERGE', 'MSCK', 'OPTIMIZE', 'PREPARE', 'SHOW', 'UNLOAD', 'UPDATE', 'VACUUM', <query>`,
      );
  }
}

function show(cursor: Cursor): Statement {
  cursor.take('SHOW');
  if (cursor.accept('DATABASES') || cursor.accept('SCHEMAS')) {
    cursor.accept('LIKE');
    return { kind: 'show-databases', pattern: optionalText(cursor) };
  }
  for (const [word, kind] of [
    ['TABLES', 'show-tables'],
    ['VIEWS', 'show-views'],
  ] as const) {
    if (!cursor.accept(word)) continue;
    const database = cursor.accept('IN') || cursor.accept('FROM') ? cursor.name() : undefined;
    cursor.accept('LIKE');
    return { kind, database, pattern: optionalText(cursor) };
  }
  if (cursor.accept('PARTITIONS')) return { kind: 'show-partitions', table: tableName(cursor) };
  if (cursor.accept('COLUMNS')) {
    if (!cursor.accept('IN')) cursor.take('FROM');
    const table = tableName(cursor);
    const database = cursor.accept('IN') || cursor.accept('FROM') ? cursor.name() : undefined;
    const parts = database === undefined ? table.parts : [database, table.parts.at(-1) as string];
    return { kind: 'show-columns', table: { ...table, parts } };
  }
  if (cursor.accept('TBLPROPERTIES')) {
    const table = tableName(cursor);
    if (!cursor.accept('(')) return { kind: 'show-properties', table };
    const property = cursor.string();
    cursor.take(')');
    return { kind: 'show-properties', table, property };
  }
  cursor.take('CREATE');
  if (cursor.accept('VIEW')) return { kind: 'show-create-view', table: tableName(cursor) };
  cursor.take('TABLE');
  return { kind: 'show-create-table', table: tableName(cursor) };
}

function optionalText(cursor: Cursor): string | undefined {
  return cursor.current.kind === 'string' ? cursor.string() : undefined;
}

function describe(cursor: Cursor): Statement {
  cursor.next();
  const formatted = cursor.accept('FORMATTED') || cursor.accept('EXTENDED');
  if (!formatted) cursor.accept('TABLE');
  return { kind: 'describe', table: tableName(cursor), formatted };
}

function drop(cursor: Cursor): Statement {
  cursor.take('DROP');
  const isDatabase = cursor.accept('DATABASE') || cursor.accept('SCHEMA');
  const isView = !isDatabase && cursor.accept('VIEW');
  if (!isDatabase && !isView) cursor.take('TABLE');
  const ifExists = cursor.accept('IF', 'EXISTS');
  if (!isDatabase) return { kind: isView ? 'drop-view' : 'drop-table', table: tableName(cursor), ifExists };
  const name = cursor.name();
  const cascade = cursor.accept('CASCADE');
  cursor.accept('RESTRICT');
  return { kind: 'drop-database', name, ifExists, cascade };
}

function insert(cursor: Cursor): Statement {
  const { at } = cursor;
  cursor.take('INSERT', 'INTO');
  const table = tableName(cursor);
  const columns = cursor.attempt(() => {
    cursor.take('(');
    const names = cursor.list(() => cursor.name());
    cursor.take(')');
    return names;
  });
  return { kind: 'insert', table, columns: columns ?? [], query: parseQuery(cursor), at };
}

function unload(cursor: Cursor): Statement {
  cursor.take('UNLOAD', '(');
  const query = parseQuery(cursor);
  cursor.take(')', 'TO');
  const location = cursor.string();
  return { kind: 'unload', query, location, properties: cursor.accept('WITH') ? settings(cursor) : {} };
}

function explain(cursor: Cursor): Statement {
  cursor.take('EXPLAIN');
  const analyze = cursor.accept('ANALYZE');
  if (analyze) cursor.accept('VERBOSE');
  const options: { type?: ExplainStatement['type']; format?: ExplainStatement['format'] } = {};
  if (cursor.is('(', 'TYPE') || cursor.is('(', 'FORMAT')) {
    cursor.take('(');
    cursor.list(() => {
      if (!analyze && cursor.accept('TYPE')) options.type = oneOf(cursor, EXPLAIN_TYPES);
      else {
        cursor.take('FORMAT');
        options.format = oneOf(cursor, EXPLAIN_FORMATS);
      }
    });
    cursor.take(')');
  }
  const { type = 'DISTRIBUTED' } = options;
  // TYPE IO prints in JSON only.
  const { format = type === 'IO' ? 'JSON' : 'TEXT' } = options;
  return { kind: 'explain', query: parseQuery(cursor), analyze, type, format };
}

const EXPLAIN_TYPES = ['LOGICAL', 'DISTRIBUTED', 'VALIDATE', 'IO'] as const;
const EXPLAIN_FORMATS = ['TEXT', 'GRAPHVIZ', 'JSON'] as const;

function oneOf<T extends string>(cursor: Cursor, words: readonly T[]): T {
  const found = words.find((word) => cursor.accept(word));
  if (found === undefined) throw cursor.unexpected(words.map((word) => `'${word}'`).join(', '));
  return found;
}

function preparing(cursor: Cursor): Statement {
  if (cursor.accept('DEALLOCATE', 'PREPARE')) return { kind: 'deallocate', name: cursor.next().value };
  if (cursor.accept('EXECUTE')) {
    const name = cursor.next().value;
    return {
      kind: 'execute',
      name,
      parameters: cursor.accept('USING') ? cursor.list(() => parseExpression(cursor)) : [],
    };
  }
  cursor.take('PREPARE');
  const name = cursor.next().value;
  cursor.take('FROM');
  const { offset } = cursor.current;
  parse(cursor);
  return { kind: 'prepare', name, text: cursor.text.slice(offset).replace(/;\s*$/, '') };
}
