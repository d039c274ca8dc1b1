import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { createKinesisClient, produce, RECORD_FIELDS } from 'lakehouse-producer';
import { eventually, startTestEndpoint, type TestEndpoint } from '../local/src/testing/endpoint';
import { makeStream } from '../local/src/testing/kinesis';
import { Lake } from './delivery-fixture';

/** The producer against this project's own endpoint: its limits, its delivery and its table. */

let endpoint: TestEndpoint;
let lake: Lake;
let folder: string;
let instance: DuckDBInstance;
let duckdb: DuckDBConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'producer-rows-'));
  instance = await DuckDBInstance.create(':memory:');
  duckdb = await instance.connect();
});
afterAll(() => {
  duckdb.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  endpoint = await startTestEndpoint();
  lake = new Lake(endpoint);
});
afterEach(() => endpoint.close());

const client = () => {
  const made = createKinesisClient({ endpoint: endpoint.url, region: 'us-east-1' });
  made.config.credentials = async () => endpoint.config.credentials;
  return made;
};

/** What the table's objects hold, all together. */
async function rows(): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  const path = join(folder, 'object.parquet');
  for (const key of await lake.keys('data/')) {
    writeFileSync(path, await lake.body(key));
    found.push(...(await duckdb.runAndReadAll(`SELECT * FROM '${path}'`)).getRowObjectsJson());
  }
  return found;
}

test('1,000 packed events become 1,000 rows', async () => {
  await lake.build(Object.fromEntries(RECORD_FIELDS.map(({ name, type }) => [name, type])), 2);
  await lake.deliver('d', lake.destination());
  const uuids: string[] = [];
  const result = await produce({
    streamName: 'events',
    client: client(),
    amount: 1_000,
    pack: 5_000,
    print: (lines) => {
      const events = lines.toString().trimEnd().split('\n');
      uuids.push(...events.map((event) => (JSON.parse(event) as { uuid: string }).uuid));
      return undefined;
    },
  });
  expect(result).toMatchObject({ delivered: 1_000, failed: 0 });
  expect(result.kinesisRecords).toBeLessThan(60);
  const found = await eventually(async () => {
    const all = await rows();
    return all.length >= 1_000 && all;
  }, 20_000);
  expect(found.map(({ uuid }) => uuid).sort()).toEqual(uuids.sort());
  // A number in the JSON, text in the table.
  for (const { phone } of found) expect(phone).toMatch(/^9\d{8}$/);
}, 60_000);

test('four shards that enforce their limits get all of it, evenly', async () => {
  await makeStream(lake.kinesis, 'four', 4);
  const result = await produce({ streamName: 'four', client: client(), amount: 24_000 });
  expect(result).toMatchObject({ delivered: 24_000, failed: 0 });
  const shards = Object.values(result.recordsPerShard);
  expect(shards).toHaveLength(4);
  for (const records of shards) expect(Math.abs(records - 6_000)).toBeLessThan(600);
}, 60_000);
