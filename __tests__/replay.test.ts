import { UpdateTableCommand } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { parquetReadObjects } from 'hyparquet';
import { PARQUET } from '../local/src/testing/athena';
import { startTestEndpoint, type TestEndpoint } from '../local/src/testing/endpoint';
import { backupRecords, failedRecords } from '../tools/src/replay/records';
import { overviewOf, type ReplayOptions, replay } from '../tools/src/replay/replay';
import { type Numbered, type Sender, streamSender } from '../tools/src/replay/senders';
import { BUCKET, Lake } from './delivery-fixture';

let endpoint: TestEndpoint;
let lake: Lake;
let kinesis: KinesisClient;
beforeAll(async () => {
  endpoint = await startTestEndpoint();
  lake = new Lake(endpoint);
  kinesis = new KinesisClient({ ...endpoint.config, maxAttempts: 1, requestHandler: new NodeHttpHandler() });
});
afterAll(async () => {
  kinesis.destroy();
  await endpoint.close();
});

/** Failed records below a prefix, as their numbers in the order of their objects. */
async function numbersIn(prefix: string): Promise<number[]> {
  const keys = (await lake.keys(prefix)).filter((key) => !key.startsWith('error/replayed/'));
  const found: number[] = [];
  for (const key of keys) {
    for (const { data } of failedRecords(await lake.body(key), key)) found.push(Number(JSON.parse(String(data)).id));
  }
  return found;
}

/** The ids of the rows that were delivered. */
async function rowIds(): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (const key of await lake.keys('data/')) {
    const file = new Uint8Array(await lake.body(key)).buffer;
    for (const row of await parquetReadObjects({ file })) ids.push(row.id);
  }
  return ids;
}

const waitFor = async (look: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 60_000; !(await look()); ) {
    if (Date.now() > deadline) throw new Error('waited for a minute');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

test('1,000 poisoned records, replayed after the table is changed and killed midway: 1,000 rows, none twice', async () => {
  await lake.build({ id: 'int', amount: 'int' });
  await lake.deliver('events', lake.destination());
  const poisoned = Array.from({ length: 1000 }, (_, id) => JSON.stringify({ id, amount: `${id} pieces` }));
  await lake.put(poisoned.slice(0, 500));
  await lake.put(poisoned.slice(500));
  await waitFor(async () => (await numbersIn('error/')).length >= 1000);
  const Columns = [
    { Name: 'id', Type: 'int' },
    { Name: 'amount', Type: 'string' },
  ];
  const StorageDescriptor = { Columns, Location: `s3://${BUCKET}/data/`, ...PARQUET };
  await lake.glue.send(
    new UpdateTableCommand({ DatabaseName: 'db', TableInput: { Name: 'events', StorageDescriptor } }),
  );

  const sender = streamSender(kinesis, 'events');
  const sent = new Map<string, number>();
  // What the stream refuses, being throttled, is sent again and was not taken.
  const count = (batch: readonly Numbered[], refused: readonly Numbered[]) => {
    for (const one of batch) if (!refused.includes(one)) sent.set(one.key, (sent.get(one.key) ?? 0) + 1);
  };
  // Killed as the answer to a call is awaited: the call arrives, and nothing after it happens.
  let calls = 0;
  const killed: Sender = {
    ...sender,
    send: async (batch) => {
      const part = calls++ === 1 ? batch.slice(0, Math.ceil(batch.length / 2)) : batch;
      const refused = await sender.send(part);
      count(part, refused);
      if (calls === 2) throw Object.assign(new Error('killed'), { $metadata: { httpStatusCode: 400 } });
      return refused;
    },
  };
  const counted: Sender = {
    ...sender,
    send: async (batch) => {
      const refused = await sender.send(batch);
      count(batch, refused);
      return refused;
    },
  };
  const options = (by: Sender): ReplayOptions => ({
    s3: lake.s3,
    bucket: BUCKET,
    errorPrefix: 'error/',
    sender: by,
    log: () => undefined,
  });
  const before = await overviewOf(options(killed));
  expect(before).toMatchObject({ records: 1000, replayed: 0 });
  await replay(before.objects, options(killed)).catch((error: Error) => expect(error.message).toBe('killed'));
  const left = await overviewOf(options(counted));
  await replay(left.objects, options(counted));
  expect((await overviewOf(options(counted))).records).toBe(0);
  expect(await replay(before.objects, options(counted))).toBe(0);
  expect(sent.size).toBe(1000);
  expect([...sent.values()].filter((times) => times !== 1)).toEqual([]);
  let rows: unknown[] = [];
  await waitFor(async () => {
    rows = await rowIds();
    return rows.length >= 1000;
  });
  expect(rows).toHaveLength(1000);
  expect(new Set(rows).size).toBe(1000);
}, 150_000);

test('backup objects are taken apart with and without newlines, by braces outside of strings', () => {
  const text = (bytes: string) => backupRecords(Buffer.from(bytes)).map(({ data }) => String(data));
  expect(text('{"a":"}{"}{"b":{"c":1}}\n{"d":2}\n')).toEqual(['{"a":"}{"}', '{"b":{"c":1}}', '{"d":2}']);
  expect(text('plain line\n{"a":1}')).toEqual(['plain line', '{"a":1}']);
  expect(() => failedRecords(Buffer.from('{"x":1}\n'), 'b/k')).toThrow(/line 1 is no failed record/);
});
