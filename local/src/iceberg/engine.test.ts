import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { connectionEngine } from '../catalog/iceberg';
import { parseHiveType, quoteIdentifier } from '../core/hive-types';
import { CommitConflict } from './format/errors';
import { formatExactJson, parseExactJson } from './format/exact-json';
import {
  currentSchema,
  currentSnapshot,
  formatMetadata,
  freshIds,
  newMetadata,
  parseMetadata,
  type TableMetadata,
  withFields,
  withPartitionFields,
} from './format/metadata';
import { hashOf, hashSqlOf } from './format/murmur';
import { FieldIds, freshFields } from './format/schema';
import { applyTransform, parseTransform, transformSql } from './format/transforms';
import { valueFromText } from './format/values';
import { append, commitRows } from './table/changes';
import { optimize } from './table/optimize';
import type { Predicate } from './table/pruning';
import { planScan, scan } from './table/scan';
import type { Catalog, Storage } from './table/storage';
import { IcebergTable, metadataPath } from './table/table';
import { vacuum } from './table/vacuum';
import { type FileWriter, writeDataFiles } from './table/write-files';

const folder = mkdtempSync(join(tmpdir(), 'lakehouse-iceberg-'));
let connection: DuckDBConnection;
let clock = Date.UTC(2026, 0, 1);
const now = () => ++clock;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET GLOBAL integer_division = true; SET GLOBAL TimeZone = 'UTC'");
});
afterAll(() => {
  connection.closeSync();
  rmSync(folder, { recursive: true });
});

/** A folder that stands for a bucket: `s3://lake/…`. */
class FolderStorage implements Storage {
  path = (uri: string) => join(folder, uri.replace('s3://', ''));
  read = async (uri: string) => readFileSync(this.path(uri));
  write = async (uri: string, body: Buffer | { path: string }) => {
    mkdirSync(dirname(this.path(uri)), { recursive: true });
    if (Buffer.isBuffer(body)) writeFileSync(this.path(uri), body);
    else cpSync(body.path, this.path(uri));
  };
  remove = async (uris: readonly string[]) => {
    for (const uri of uris) rmSync(this.path(uri), { force: true });
  };
  local = async (uri: string) => {
    const { size } = statSync(this.path(uri));
    return { path: this.path(uri), size, lastModified: new Date(clock) };
  };
  list = async (prefix: string) =>
    !existsSync(this.path(prefix))
      ? []
      : readdirSync(this.path(prefix), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
          .map((path) => ({ uri: `s3://${path}`, size: 1, lastModified: new Date(clock) }));
}

const storage = new FolderStorage();
const engine = {
  rows: (statement: Parameters<ReturnType<typeof connectionEngine>['rows']>[0]) =>
    connectionEngine(connection).rows(statement),
};
const writer: FileWriter = { storage, engine, scratch: join(folder, 'scratch') };

async function create(
  name: string,
  columns: Record<string, string>,
  partitions: Record<string, string> = {},
  properties: Record<string, string> = {},
): Promise<IcebergTable> {
  const ids = new FieldIds();
  const fields = freshFields(
    Object.entries(columns).map(([column, type]) => ({ name: column, type: parseHiveType(type) })),
    ids,
  );
  const location = `s3://lake/${name}`;
  const partitionFields = Object.entries(partitions).map(([column, transform]) => ({
    sourceId: fields.find((field) => field.name === column)?.id as number,
    name: transform === 'identity' ? column : `${column}_${transform.replace(/\W.*/, '')}`,
    transform,
  }));
  const metadata = newMetadata({ location, fields, lastColumnId: ids.highest, partitionFields, properties }, clock);
  let entry = { metadataLocation: metadataPath(location, undefined), version: '0' };
  await storage.write(entry.metadataLocation, Buffer.from(formatMetadata(metadata)));
  const catalog: Catalog = {
    load: async () => entry,
    swap: async (before, metadataLocation) => {
      if (before.version !== entry.version) return false;
      entry = { metadataLocation, version: String(Number(entry.version) + 1) };
      return true;
    },
  };
  return new IcebergTable(catalog, storage, name, now);
}

async function insert(table: IcebergTable, sql: string): Promise<void> {
  const { metadata } = await table.load();
  await append(table, await writeDataFiles({ sql, files: [] }, metadata, writer), { now });
}

async function rows(table: IcebergTable, predicates: Predicate[] = [], snapshotId?: bigint): Promise<unknown[][]> {
  const { metadata } = await table.load();
  const snapshot =
    snapshotId === undefined
      ? currentSnapshot(metadata)
      : metadata.snapshots.find((each) => each['snapshot-id'] === snapshotId);
  const plan = await planScan(table, metadata, snapshot, predicates);
  const { sql } = await scan(plan, table, metadata, engine);
  return (await connection.runAndReadAll(`SELECT * FROM (${sql}) ORDER BY ALL`)).getRowsJson();
}

async function remove(
  table: IcebergTable,
  where: string,
  replacement?: string,
  predicates: Predicate[] = [],
): Promise<number> {
  const { metadata } = await table.load();
  const plan = await planScan(table, metadata, currentSnapshot(metadata), predicates);
  const { sql } = await scan(plan, table, metadata, engine, { extra: ['$file', '$pos'] });
  const deletedRows = { sql: `SELECT "$file" AS file, "$pos" AS pos FROM (${sql}) WHERE ${where}`, files: [] };
  const names = currentSchema(metadata)
    .fields.map(({ name }) => quoteIdentifier(name))
    .join(', ');
  const added =
    replacement === undefined
      ? []
      : await writeDataFiles(
          { sql: `SELECT ${names} FROM (SELECT ${replacement} FROM (${sql}) WHERE ${where})`, files: [] },
          metadata,
          writer,
        );
  return commitRows(table, { base: metadata, plan, predicates, deletedRows, added }, writer, { now });
}

const change = (table: IcebergTable, of: (metadata: TableMetadata) => TableMetadata) =>
  table.commit(async (metadata) => of(metadata));

test('JSON keeps every digit of 64-bit ids', () => {
  const text = '{"a":9007199254740993,"b":-1,"c":"9007199254740993","d":[1.5,1e3]}';
  expect(parseExactJson(text)).toEqual({ a: 9007199254740993n, b: -1, c: '9007199254740993', d: [1.5, 1000] });
  expect(formatExactJson(parseExactJson(text))).toBe(
    '{"a":9007199254740993,"b":-1,"c":"9007199254740993","d":[1.5,1000]}',
  );
});

test('hashes are those of the spec, here and in SQL', async () => {
  const cases = [
    ['int', '34', 2017239379],
    ['long', '34', 2017239379],
    ['decimal(9, 2)', '14.20', -500754589],
    ['decimal(38, 2)', '-999999999999999999999999999999999999.99', undefined],
    ['date', '2017-11-16', -653330422],
    ['time', '22:31:08', -662762989],
    ['timestamp', '2017-11-16 22:31:08', -2047944441],
    ['timestamptz', '2017-11-16 14:31:08-08:00', -2047944441],
    ['string', 'iceberg', 1210000089],
    ['string', '', undefined],
    ['string', 'äöü€ 😀', undefined],
    ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 1488055340],
  ] as const;
  const names: Record<string, string> = { int: 'INT', long: 'BIGINT', string: 'VARCHAR' };
  for (const [type, text, wanted] of cases) {
    const value = valueFromText(type, text);
    const hash = hashOf(type, value as string);
    if (wanted !== undefined) expect([type, hash]).toEqual([type, wanted]);
    const sql = `SELECT ${hashSqlOf(type, 'v')} FROM (SELECT CAST('${text}' AS ${names[type] ?? type}) AS v)`;
    const [[found]] = (await connection.runAndReadAll(sql)).getRowsJson() as [[string]];
    expect([type, Number(found) | 0]).toEqual([type, hash]);
  }
});

test('transforms give the same in SQL and here', async () => {
  const cases: [string, string, string[]][] = [
    ['truncate[10]', 'int', ['1', '-1', '-10', '2147483647']],
    ['truncate[50]', 'decimal(9, 2)', ['10.65', '-0.10', '0.00']],
    ['truncate[3]', 'string', ['iceberg', 'äö', '😀😀😀😀']],
    ['year', 'date', ['1969-12-31', '2026-02-03']],
    ['month', 'date', ['1969-12-31', '2026-02-03']],
    ['day', 'timestamp', ['1969-12-31 23:59:59.999999', '2026-02-03 04:05:06']],
    ['hour', 'timestamp', ['1969-12-31 22:59:59.999999', '2026-02-03 04:05:06']],
    ['bucket[16]', 'long', ['0', '-5', '9007199254740993']],
  ];
  const names: Record<string, string> = { int: 'INT', long: 'BIGINT', string: 'VARCHAR' };
  for (const [text, type, values] of cases) {
    const transform = parseTransform(text);
    for (const value of values) {
      const sql = `SELECT CAST(${transformSql(transform, type, 'v')} AS VARCHAR) FROM (SELECT CAST('${value}' AS ${names[type] ?? type}) AS v)`;
      const [[found]] = (await connection.runAndReadAll(sql)).getRowsJson() as [[string]];
      const result = text === 'day' ? 'date' : text.startsWith('truncate') ? type : 'int';
      expect([text, value, valueFromText(result, found)]).toEqual([
        text,
        value,
        applyTransform(transform, type, valueFromText(type, value) as string),
      ]);
    }
  }
});

test('rows come and go, and every snapshot stays readable', async () => {
  const table = await create('events', { id: 'bigint', name: 'string', seen: 'timestamp' }, { seen: 'day' });
  await insert(
    table,
    "SELECT i AS id, 'n' || i AS name, TIMESTAMP '2026-01-01' + INTERVAL (i) HOUR AS seen FROM range(48) r(i)",
  );
  await insert(table, 'SELECT 100 AS id, NULL AS name, NULL AS seen');
  expect(await rows(table)).toHaveLength(49);
  expect(await remove(table, 'id % 2 = 0')).toBe(25);
  expect(await rows(table)).toHaveLength(24);
  expect(await remove(table, 'id = 1', "id, 'changed' AS name, seen")).toBe(1);
  expect((await rows(table))[0]).toEqual(['1', 'changed', '2026-01-01 01:00:00']);
  const { metadata } = await table.load();
  const counts = [];
  for (const snapshot of metadata.snapshots) counts.push((await rows(table, [], snapshot['snapshot-id'])).length);
  expect(counts).toEqual([48, 49, 24, 24]);
  expect(metadata.snapshots.map(({ summary }) => summary['total-records'])).toEqual(['48', '49', '48', '49']);
});

test('columns are told by their ids: added, dropped, renamed, widened', async () => {
  const table = await create('evolving', { a: 'int', b: 'string' });
  await insert(table, "SELECT 1 AS a, 'x' AS b");
  await change(table, (metadata) => {
    const ids = freshIds(metadata);
    const [a, b] = currentSchema(metadata).fields;
    const added = freshFields([{ name: 'a', type: parseHiveType('string') }], ids);
    return withFields(
      metadata,
      [
        { ...(b as NonNullable<typeof b>), name: 'c' },
        { ...(a as NonNullable<typeof a>), name: 'n', type: 'long' },
        ...added,
      ],
      ids.highest,
    );
  });
  await insert(table, "SELECT 'y' AS c, 5000000000 AS n, 'new' AS a");
  expect(await rows(table)).toEqual([
    ['x', '1', null],
    ['y', '5000000000', 'new'],
  ]);
  const { metadata } = await table.load();
  expect(await rows(table, [], metadata.snapshots[0]?.['snapshot-id'])).toEqual([[1, 'x']]);
});

test('partitions change for what is written from then on, and files are left out by either', async () => {
  const table = await create('respecced', { id: 'int', day: 'date' }, { day: 'month' });
  await insert(table, "SELECT i::INT AS id, DATE '2026-01-01' + i::INT AS day FROM range(60) r(i)");
  await change(table, (metadata) =>
    withPartitionFields(metadata, [{ sourceId: 1, name: 'id_bucket', transform: 'bucket[4]' }]),
  );
  await insert(table, "SELECT i::INT AS id, DATE '2027-01-01' AS day FROM range(60) r(i)");
  const { metadata } = await table.load();
  const files = async (predicates: Predicate[]) =>
    (await planScan(table, metadata, currentSnapshot(metadata), predicates)).data.length;
  expect(await files([])).toBe(3 + 4);
  expect(await files([{ kind: 'compare', column: 'day', operator: '=', value: '2026-01-31' }])).toBe(1);
  expect(await files([{ kind: 'compare', column: 'day', operator: '<', value: '2026-01-02' }])).toBe(1);
  const one: Predicate[] = [{ kind: 'compare', column: 'id', operator: '=', value: '7' }];
  expect(await files([...one, { kind: 'compare', column: 'day', operator: '>', value: '2026-12-31' }])).toBe(1);
  expect((await rows(table, one)).filter(([id]) => id === 7)).toHaveLength(2);
});

test('OPTIMIZE leaves the rows, in fewer files without deletes; VACUUM removes what no snapshot names', async () => {
  const table = await create(
    'small',
    { id: 'int' },
    {},
    { optimize_rewrite_delete_file_threshold: '1', vacuum_max_snapshot_age_seconds: '600' },
  );
  for (let part = 0; part < 6; part++)
    await insert(table, `SELECT i::INT AS id FROM range(${part * 10}, ${part * 10 + 10}) r(i)`);
  await remove(table, 'id % 10 = 3');
  const before = await rows(table);
  expect(await optimize(table, [], writer, { now })).toBe(6);
  expect(await rows(table)).toEqual(before);
  const { metadata } = await table.load();
  const plan = await planScan(table, metadata, currentSnapshot(metadata));
  expect([plan.data.length, plan.positionDeletes.length]).toEqual([1, 0]);
  clock += 3_600_000;
  await vacuum(table, now);
  expect(await rows(table)).toEqual(before);
  const kinds = (await storage.list('s3://lake/small')).map(({ uri }) => uri.replace(/^.*\.(\w+)$/, '$1'));
  expect(kinds.filter((kind) => kind === 'parquet')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'avro')).toHaveLength(4);
});

test('a commit on top of another one: appends go through, deletes of the same rows do not', async () => {
  const table = await create('contended', { id: 'int' });
  await insert(table, 'SELECT i::INT AS id FROM range(10) r(i)');
  const { metadata: base } = await table.load();
  const plan = await planScan(table, base, currentSnapshot(base));
  const { sql } = await scan(plan, table, base, engine, { extra: ['$file', '$pos'] });
  const deletedRows = { sql: `SELECT "$file" AS file, "$pos" AS pos FROM (${sql}) WHERE id = 1`, files: [] };
  const predicates: Predicate[] = [{ kind: 'compare', column: 'id', operator: '=', value: '1' }];
  const delta = { base, plan, predicates, deletedRows, added: [] };
  await insert(table, 'SELECT 11 AS id');
  await commitRows(table, delta, writer, { now });
  expect(await rows(table)).toHaveLength(10);
  await expect(commitRows(table, delta, writer, { now })).rejects.toThrow(CommitConflict);
  await insert(table, 'SELECT 1 AS id');
  await expect(commitRows(table, { ...delta, base }, writer, { now })).rejects.toThrow(/ICEBERG_COMMIT_ERROR/);
});

test('other versions of the format are refused by name', () => {
  expect(() => parseMetadata('{"format-version": 3, "location": "s3://lake/x"}')).toThrow(
    'format version 3 is not supported',
  );
});
