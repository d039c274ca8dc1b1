import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { CreateTableCommand } from '@aws-sdk/client-glue';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type AthenaLake, lakeFixture } from 'lakehouse-local/testing/athena';
import { type ForeignReader, IcebergWrites } from 'lakehouse-local/testing/iceberg-writes';

/** ClickHouse, which reads and writes Iceberg tables on the endpoint's S3 with code of its own. */
class ClickHouse implements ForeignReader {
  readonly hasNoNullCollections = true;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;

  constructor() {
    const args = [join(__dirname, 'chdb.mjs'), process.env.CHDB_FOLDER ?? ''];
    this.child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    this.child.stdin.write(`${JSON.stringify(sql)}\n`);
    const { value } = await this.lines.next();
    const { text, error } = JSON.parse(value ?? '{"error": "chdb has ended"}') as { text?: string; error?: string };
    if (error !== undefined) throw new Error(`${sql}: ${error}`);
    return (text ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  rows({ url }: AthenaLake, table: string, snapshotId?: bigint): Promise<Record<string, unknown>[]> {
    const settings = [
      'output_format_json_quote_64bit_integers = 1',
      'output_format_json_quote_decimals = 1',
      'output_format_json_named_tuples_as_objects = 1',
      ...(snapshotId === undefined ? [] : [`iceberg_snapshot_id = ${snapshotId}`]),
    ];
    const source = `icebergS3('${url}/lake/tables/${table}', 'test', 'test')`;
    // JSON can't hold bytes that aren't UTF-8: they are printed in hexadecimal.
    const columns =
      table === 'types' ? "* REPLACE (trimRight(replaceRegexpAll(lower(hex(bi)), '(..)', '\\\\1 ')) AS bi)" : '*';
    return this.query(`SELECT ${columns} FROM ${source} SETTINGS ${settings.join(', ')}`);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.end();
    await ended;
  }
}

const lake = lakeFixture();
let clickhouse: ClickHouse;
beforeAll(async () => {
  clickhouse = new ClickHouse();
});
afterAll(async () => {
  await clickhouse.close();
});

test.each(Object.keys(new IcebergWrites({} as AthenaLake, {} as ForeignReader).kinds))(
  'ClickHouse reads what Athena reads: %s',
  async (kind) => {
    await new IcebergWrites(lake, clickhouse).kinds[kind]?.();
  },
);

test('a table that ClickHouse wrote is registered in Glue, read and changed by Athena, and read by ClickHouse', async () => {
  const { url } = lake;
  // Without the second setting ClickHouse writes paths that only ClickHouse understands.
  const settings = 'SETTINGS allow_insert_into_iceberg = 1, write_full_path_in_iceberg_metadata = 1';
  const write = (sql: string) => clickhouse.query(`${sql} ${settings}`);
  await clickhouse.query('SET write_full_path_in_iceberg_metadata = 1');
  await clickhouse.query(
    `CREATE TABLE own (id Int64, name Nullable(String), at DateTime64(6), score Nullable(Float64)) ENGINE = IcebergS3('${url}/lake/tables/own/', 'test', 'test')`,
  );
  await write(
    "INSERT INTO own SELECT number, concat('n', toString(number)), toDateTime64('2026-01-01 00:00:00', 6) + number, number / 4 FROM numbers(100)",
  );
  await write('ALTER TABLE own DELETE WHERE id % 10 = 0');
  await write("ALTER TABLE own UPDATE name = 'changed' WHERE id = 7");
  await write('ALTER TABLE own ADD COLUMN extra Nullable(Int32)');
  await write("INSERT INTO own SELECT 200, 'last', toDateTime64('2026-01-02 00:00:00', 6), NULL, 5");
  const { Contents } = await lake.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'tables/own/metadata/' }));
  const versions = (Contents ?? []).flatMap(({ Key = '' }) => /(\d+)\.metadata\.json$/.exec(Key) ?? []);
  const newest = Math.max(...versions.map(Number).filter((version) => !Number.isNaN(version)));
  const metadata_location = `s3://lake/tables/own/metadata/v${newest}.metadata.json`;
  const columns = { id: 'bigint', name: 'string', at: 'timestamp', score: 'double', extra: 'int' };
  await lake.glue.send(
    new CreateTableCommand({
      DatabaseName: 'kinesis-rd-db',
      TableInput: {
        Name: 'own',
        TableType: 'EXTERNAL_TABLE',
        Parameters: { table_type: 'ICEBERG', metadata_location },
        StorageDescriptor: {
          Location: 's3://lake/tables/own',
          Columns: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })),
        },
      },
    }),
  );
  const checks = new IcebergWrites(lake, clickhouse);
  await checks.compare('own');
  expect(await lake.rows('SELECT count(*), sum(id), count(extra), max(name) FROM own')).toEqual([
    ['91', String((99 * 100) / 2 - 450 + 200), '1', 'n99'],
  ]);
  for (const sql of [
    "INSERT INTO own VALUES (300, 'by Athena', TIMESTAMP '2026-02-01 00:00:00', 0.5e0, 1)",
    'DELETE FROM own WHERE id < 20',
    "UPDATE own SET name = 'twice' WHERE id % 20 = 7",
    'ALTER TABLE own CHANGE COLUMN name title string',
    "MERGE INTO own AS t USING (VALUES (21, 'merged'), (400, 'new')) AS s(id, title) ON t.id = s.id WHEN MATCHED THEN UPDATE SET title = s.title WHEN NOT MATCHED THEN INSERT (id, title, at) VALUES (s.id, s.title, TIMESTAMP '2026-03-01 00:00:00')",
    'OPTIMIZE own REWRITE DATA USING BIN_PACK',
    'DELETE FROM own WHERE id = 300',
  ]) {
    await lake.rows(sql);
    await checks.compare('own');
  }
  expect(await lake.rows('SELECT count(*), min(id), max(id) FROM own')).toEqual([['74', '21', '400']]);
});
