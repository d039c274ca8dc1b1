import { randomUUID } from 'node:crypto';
import { CreateTableCommand, GetTableCommand } from '@aws-sdk/client-glue';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { readByIcebird } from 'lakehouse-local/testing/iceberg';
import { type AvroRecord, writeAvro } from '../../iceberg/format/avro';

// Tables of other engines' forms, which Athena's own statements can't make: written by hand from the spec.
const lake = lakeFixture();

const FIELDS = [
  { id: 1, name: 'id', required: false, type: 'int' },
  { id: 2, name: 'name', required: false, type: 'string' },
  { id: 3, name: 'day', required: false, type: 'date' },
];
const IDS = ', FIELD_IDS {id: 1, name: 2, day: 3}';
const ROWS = (from: number, to: number, day: string) =>
  `SELECT i::INT AS id, 'n' || i AS name, DATE '${day}' AS day FROM range(${from}, ${to}) r(i)`;
const DAYS: Readonly<Record<string, number>> = { '2026-01-01': 20454, '2026-01-02': 20455 };

interface HandMadeFile {
  readonly sql: string;
  readonly options?: string;
  /** Content of the file: 2 for equality deletes. */
  readonly content?: 0 | 2;
  readonly equalityIds?: readonly number[];
  /** Days since 1970, the one partition value; null is of the second spec, which has none. */
  readonly day?: string | null;
  readonly format?: string;
}

/** A manifest of one file, of the snapshot with this sequence number. */
async function manifest(table: string, version: 1 | 2, sequence: number, file: HandMadeFile): Promise<AvroRecord> {
  const { content = 0, equalityIds, day, format = 'PARQUET' } = file;
  const path = `tables/${table}/data/${randomUUID()}.parquet`;
  await lake.parquet(path, file.sql, file.options ?? IDS);
  const size = (await lake.bytes(path)).length;
  const partition = day === undefined || day === null ? [] : [{ name: 'day', type: ['null', 'int'], 'field-id': 1000 }];
  const dataFile = [
    ...(version === 2 ? [{ name: 'content', type: 'int', 'field-id': 134 }] : []),
    { name: 'file_path', type: 'string', 'field-id': 100 },
    { name: 'file_format', type: 'string', 'field-id': 101 },
    { name: 'partition', type: { type: 'record', name: 'r102', fields: partition }, 'field-id': 102 },
    { name: 'record_count', type: 'long', 'field-id': 103 },
    { name: 'file_size_in_bytes', type: 'long', 'field-id': 104 },
    // Required in format version 1, unknown in later ones.
    ...(version === 1 ? [{ name: 'block_size_in_bytes', type: 'long', 'field-id': 105 }] : []),
    { name: 'equality_ids', type: ['null', { type: 'array', items: 'int' }], default: null, 'field-id': 135 },
  ];
  const schema = {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      { name: 'status', type: 'int', 'field-id': 0 },
      { name: 'snapshot_id', type: version === 1 ? 'long' : ['null', 'long'], 'field-id': 1 },
      ...(version === 2 ? [{ name: 'sequence_number', type: ['null', 'long'], 'field-id': 3 }] : []),
      { name: 'data_file', type: { type: 'record', name: 'r2', fields: dataFile }, 'field-id': 2 },
    ],
  };
  const bytes = writeAvro(
    schema,
    [
      {
        status: 1,
        snapshot_id: BigInt(sequence),
        sequence_number: null,
        data_file: {
          content,
          file_path: `s3://lake/${path}`,
          file_format: format,
          partition: partition.length === 0 ? {} : { day: DAYS[day as string] },
          record_count: 10n,
          file_size_in_bytes: BigInt(size),
          block_size_in_bytes: 67_108_864n,
          equality_ids: equalityIds ?? null,
        },
      },
    ],
    { 'format-version': String(version), content: content === 0 ? 'data' : 'deletes' },
  );
  const key = `tables/${table}/metadata/${randomUUID()}-m0.avro`;
  await lake.put(key, bytes);
  return {
    manifest_path: `s3://lake/${key}`,
    manifest_length: BigInt(bytes.length),
    partition_spec_id: day === null ? 1 : 0,
    content: content === 0 ? 0 : 1,
    sequence_number: BigInt(sequence),
    min_sequence_number: BigInt(sequence),
    added_snapshot_id: BigInt(sequence),
    added_data_files_count: 1,
    existing_data_files_count: 0,
    deleted_data_files_count: 0,
  };
}

async function manifestList(table: string, version: 1 | 2, manifests: readonly AvroRecord[]): Promise<string> {
  const names = Object.keys(manifests[0] ?? {}).filter((name) => version === 2 || !/content|sequence/.test(name));
  const types: Readonly<Record<string, string>> = { manifest_path: 'string', partition_spec_id: 'int', content: 'int' };
  const fields = names.map((name) => ({
    name,
    type: types[name] ?? (name.endsWith('_count') ? ['null', 'int'] : 'long'),
  }));
  const key = `tables/${table}/metadata/snap-${randomUUID()}.avro`;
  await lake.put(key, writeAvro({ type: 'record', name: 'manifest_file', fields }, manifests, {}));
  return `s3://lake/${key}`;
}

async function register(table: string, metadata: object, columns = FIELDS): Promise<void> {
  const key = `tables/${table}/metadata/v1.metadata.json`;
  await lake.put(key, JSON.stringify({ location: `s3://lake/tables/${table}`, 'last-updated-ms': 1, ...metadata }));
  const hive = columns.map(({ name, type }) => ({ Name: name, Type: type }));
  await lake.glue.send(
    new CreateTableCommand({
      DatabaseName: 'kinesis-rd-db',
      TableInput: {
        Name: table,
        TableType: 'EXTERNAL_TABLE',
        Parameters: { table_type: 'ICEBERG', metadata_location: `s3://lake/${key}` },
        StorageDescriptor: { Location: `s3://lake/tables/${table}`, Columns: hive },
      },
    }),
  );
}

/** A table of format version 2, whose files come one in each snapshot. */
async function version2(table: string, files: readonly HandMadeFile[], more: object = {}): Promise<void> {
  const manifests: AvroRecord[] = [];
  for (const [index, file] of files.entries()) manifests.push(await manifest(table, 2, index + 1, file));
  const last = files.length;
  const snapshot = {
    'snapshot-id': last,
    'sequence-number': last,
    'timestamp-ms': 1,
    'manifest-list': await manifestList(table, 2, manifests),
    summary: { operation: 'overwrite' },
    'schema-id': 0,
  };
  await register(table, {
    'format-version': 2,
    'table-uuid': randomUUID(),
    'last-sequence-number': last,
    'last-column-id': 3,
    'current-schema-id': 0,
    schemas: [{ type: 'struct', 'schema-id': 0, fields: FIELDS }],
    'default-spec-id': 0,
    'partition-specs': [
      { 'spec-id': 0, fields: [{ 'source-id': 3, 'field-id': 1000, name: 'day', transform: 'identity' }] },
      { 'spec-id': 1, fields: [] },
    ],
    'last-partition-id': 1000,
    'default-sort-order-id': 0,
    'sort-orders': [{ 'order-id': 0, fields: [] }],
    'current-snapshot-id': last,
    snapshots: [snapshot],
    ...more,
  });
}

const ids = async (table: string, where = '') =>
  (await lake.rows(`SELECT id FROM ${table} ${where} ORDER BY id`)).map(([id]) =>
    id === undefined ? null : Number(id),
  );
const idsByIcebird = async (table: string) =>
  (await readByIcebird(lake, table)).map(({ id }) => id as number).sort((a, b) => a - b);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test('a table of format version 1 is read, by partition too, and becomes one of version 2 when it is changed', async () => {
  const manifests = [
    await manifest('old', 1, 1, { sql: ROWS(0, 10, '2026-01-01'), day: '2026-01-01' }),
    await manifest('old', 1, 1, { sql: ROWS(10, 20, '2026-01-02'), day: '2026-01-02' }),
  ];
  // Members of format version 1: one schema and one spec, a spec's fields without ids, no sequence numbers.
  const metadata = (snapshot: object) => ({
    'format-version': 1,
    'last-column-id': 3,
    schema: { type: 'struct', fields: FIELDS },
    'partition-spec': [{ 'source-id': 3, name: 'day', transform: 'identity' }],
    'current-snapshot-id': 1,
    snapshots: [{ 'snapshot-id': 1, 'timestamp-ms': 1, ...snapshot }],
  });
  await register('old', metadata({ 'manifest-list': await manifestList('old', 1, manifests) }));
  expect(await ids('old')).toEqual(range(0, 20));
  const scanned = async (where: string) =>
    Number((await lake.run(`SELECT * FROM old ${where}`)).Statistics?.DataScannedInBytes);
  expect(await scanned("WHERE day = DATE '2026-01-02'")).toBeLessThan((await scanned('')) * 0.7);
  // Older writers had no list of manifests either.
  await register('older', metadata({ manifests: manifests.map(({ manifest_path }) => manifest_path) }));
  expect(await ids('older', "WHERE day = DATE '2026-01-01'")).toEqual(range(0, 10));

  await lake.rows('DELETE FROM old WHERE id % 2 = 1');
  await lake.rows("INSERT INTO old VALUES (100, 'new', DATE '2026-01-02')");
  await lake.rows("UPDATE old SET name = 'changed' WHERE id = 4");
  const even = range(0, 10).map((index) => 2 * index);
  expect(await ids('old')).toEqual([...even, 100]);
  expect(await idsByIcebird('old')).toEqual([...even, 100]);
  expect(await lake.rows('SELECT count(*) FROM old FOR VERSION AS OF 1')).toEqual([['20']]);
  const { Table } = await lake.glue.send(new GetTableCommand({ DatabaseName: 'kinesis-rd-db', Name: 'old' }));
  const key = Table?.Parameters?.metadata_location?.replace('s3://lake/', '') ?? '';
  const document = JSON.parse((await lake.bytes(key)).toString());
  expect(document).toMatchObject({ 'format-version': 2, 'last-sequence-number': 3 });
  expect(document).not.toHaveProperty('schema');
});

test('equality deletes apply to older rows with equal values, in their partition or in all', async () => {
  const [first, second] = ['2026-01-01', '2026-01-02'];
  const files: HandMadeFile[] = [
    { sql: ROWS(0, 10, first), day: first },
    { sql: ROWS(5, 15, second), day: second },
    // In the first day's partition alone: ids 5 and 6 of the second day stay.
    {
      sql: 'SELECT 5::INT AS id UNION ALL SELECT 6',
      options: ', FIELD_IDS {id: 1}',
      content: 2,
      equalityIds: [1],
      day: first,
    },
    // Without a partition, so in all of them, by two columns of which both must be equal.
    {
      sql: `SELECT 8::INT AS id, 'n8' AS name UNION ALL SELECT 9, 'other' UNION ALL SELECT 77, NULL`,
      options: ', FIELD_IDS {id: 1, name: 2}',
      content: 2,
      equalityIds: [1, 2],
      day: null,
    },
    // Newer than the deletes.
    {
      sql: `SELECT 5::INT AS id, 'n5' AS name, DATE '${first}' AS day UNION ALL SELECT 8, 'n8', DATE '${first}'`,
      day: first,
    },
  ];
  await version2('erased', files);
  const left = [...range(0, 5), 7, 9, ...[5, 6, 7, 9, 10, 11, 12, 13, 14], 5, 8].sort((a, b) => a - b);
  expect(await ids('erased')).toEqual(left);
  expect(await ids('erased', "WHERE name = 'n8'")).toEqual([8]);
  expect(
    await lake.rows('SELECT content, equality_ids, count(*) FROM "erased$files" GROUP BY 1, 2 ORDER BY 1, 2'),
  ).toEqual([
    ['0', undefined, '3'],
    ['2', '[1]', '1'],
    ['2', '[1, 2]', '1'],
  ]);
  await lake.rows('DELETE FROM erased WHERE id = 7');
  await lake.rows('UPDATE erased SET name = upper(name) WHERE id = 9');
  const now = left.filter((id) => id !== 7);
  expect(await ids('erased')).toEqual(now);
  await lake.rows(
    "ALTER TABLE erased SET TBLPROPERTIES ('optimize_rewrite_delete_file_threshold'='1', 'optimize_rewrite_data_file_threshold'='1')",
  );
  await lake.rows('OPTIMIZE erased REWRITE DATA USING BIN_PACK');
  expect(await ids('erased')).toEqual(now);
  expect(await idsByIcebird('erased')).toEqual(now);
  expect(await lake.rows('SELECT DISTINCT content FROM "erased$files"')).toEqual([['0']]);
});

test('NULL equals NULL in equality deletes, and they may compare a column that was dropped', async () => {
  const day = '2026-01-01';
  await version2('nulls', [
    {
      sql: `SELECT 1::INT AS id, NULL AS name, DATE '${day}' AS day UNION ALL SELECT 2, 'a', DATE '${day}' UNION ALL SELECT 3, 'b', DATE '${day}'`,
      day,
    },
    {
      sql: "SELECT NULL::VARCHAR AS name UNION ALL SELECT 'b'",
      options: ', FIELD_IDS {name: 2}',
      content: 2,
      equalityIds: [2],
      day: null,
    },
  ]);
  expect(await ids('nulls')).toEqual([2]);
  await lake.rows('ALTER TABLE nulls DROP COLUMN name');
  expect(await lake.rows('SELECT * FROM nulls')).toEqual([['2', day]]);
});

test('a name mapping finds the columns of files that were written without ids', async () => {
  const mapping = [
    { 'field-id': 1, names: ['id', 'number'] },
    { 'field-id': 2, names: ['name', 'label'] },
  ];
  const day = '2026-01-01';
  const files = [
    { sql: `SELECT 1::INT AS number, 'a' AS label`, options: '', day },
    { sql: `SELECT 'b' AS name, 2::INT AS id, 'more' AS other`, options: '', day },
    { sql: ROWS(3, 5, day), day },
  ];
  await version2('mapped', files, { properties: { 'schema.name-mapping.default': JSON.stringify(mapping) } });
  expect(await lake.rows('SELECT id, name FROM mapped ORDER BY id')).toEqual([
    ['1', 'a'],
    ['2', 'b'],
    ['3', 'n3'],
    ['4', 'n4'],
  ]);
  await lake.rows('ALTER TABLE mapped CHANGE COLUMN name title string');
  await lake.rows("UPDATE mapped SET title = 'changed' WHERE id = 2");
  expect(await lake.rows('SELECT id, title FROM mapped WHERE id < 4 ORDER BY id')).toEqual([
    ['1', 'a'],
    ['2', 'changed'],
    ['3', 'n3'],
  ]);
  // Without a name mapping, columns can't be identified.
  await version2('unmapped', files.slice(0, 1));
  expect(await lake.rows('SELECT id, name FROM unmapped')).toEqual([[undefined, undefined]]);
});

test('format version 3, and data files that are not Parquet, are refused by name', async () => {
  await register('later', { 'format-version': 3, schemas: [], 'current-snapshot-id': null });
  for (const sql of [
    'SELECT * FROM later',
    'INSERT INTO later VALUES (1, NULL, NULL)',
    'DELETE FROM later',
    'VACUUM later',
  ]) {
    expect(await lake.failure(sql)).toMatch(
      /^FAILED NOT_SUPPORTED: .*Iceberg table format version 3 is not supported: 1 and 2 are/,
    );
  }
  await version2('orc', [{ sql: ROWS(0, 1, '2026-01-01'), day: '2026-01-01', format: 'ORC' }]);
  expect(await lake.failure('SELECT * FROM orc')).toMatch(/NOT_SUPPORTED: .*files of the format ORC are not read here/);
});
