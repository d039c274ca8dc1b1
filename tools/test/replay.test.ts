import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { UpdateTableCommand } from '@aws-sdk/client-glue';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parquetReadObjects } from 'hyparquet';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { PARQUET } from 'lakehouse-local/testing/athena';
import { BUCKET, Lake, ROLE } from 'lakehouse-local/testing/delivery';
import { backupRecords, failedRecords } from '../src/replay/records';

/*
 * The command as a process that is killed, against the endpoint behind a proxy that holds back requests or answers: the
 * kill comes just after a batch has arrived without an answer, or before it arrives.
 */
const local = localFixture();
const lake = new Lake(local);
let proxy: Server;
let url: string;
/** Treatment of the next PutRecords: forwarded or not before it is held. Undefined forwards all. */
let hold: { readonly passOn: boolean; readonly held: () => void } | undefined;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  const { port } = new URL(local.url);
  proxy = createServer((incoming, answer) => {
    const holds = incoming.headers['x-amz-target'] === 'Kinesis_20131202.PutRecords' ? hold : undefined;
    if (holds?.passOn === false) return holds.held();
    const { method, url: path, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      if (holds !== undefined) return response.resume().once('end', holds.held);
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  proxy.closeAllConnections();
  proxy.close();
});

const CLI = join(__dirname, '../dist/commands/replay.js');
const ARGS = ['--bucket', BUCKET, '--stream', 'events', '--yes'];
const env = () => ({
  ...process.env,
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

/** Runs the command to its end. */
function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...ARGS, ...args], { env: env() }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

/** Starts the command and resolves when its first PutRecords is held, with a function that kills it. */
async function runUntilHeld(passOn: boolean): Promise<() => Promise<void>> {
  const held = new Promise<void>((resolve) => {
    hold = { passOn, held: resolve };
  });
  const child = spawn(process.execPath, [CLI, ...ARGS], { env: env(), stdio: 'ignore' });
  running.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([held, ended.then(() => Promise.reject(new Error('the replay ended before it sent anything')))]);
  hold = undefined;
  return async () => {
    child.kill('SIGKILL');
    await ended;
    running.delete(child);
  };
}

const waitFor = (look: () => Promise<boolean>) => eventually(look, 60_000);

async function failedCount(): Promise<number> {
  const keys = (await lake.keys('error/')).filter((key) => !key.startsWith('error/replayed/'));
  let count = 0;
  for (const key of keys) count += failedRecords(await lake.body(key), key).length;
  return count;
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

/** Partition keys of all replayed records in the stream. */
async function replayedKeys(): Promise<string[]> {
  const start = { StreamName: 'events', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
  let { ShardIterator } = await lake.kinesis.send(new GetShardIteratorCommand(start));
  const keys: string[] = [];
  for (;;) {
    const { Records = [], NextShardIterator } = await lake.kinesis.send(new GetRecordsCommand({ ShardIterator }));
    if (Records.length === 0) return keys.filter((key) => key.startsWith('replay-'));
    keys.push(...Records.map(({ PartitionKey }) => PartitionKey ?? ''));
    ShardIterator = NextShardIterator;
  }
}

test('1,000 poisoned records after the table is changed, two replays killed and one refused: 1,000 rows, none twice', async () => {
  await lake.build({ id: 'int', amount: 'int' });
  const backup = { RoleARN: ROLE, BucketARN: `arn:aws:s3:::${BUCKET}`, Prefix: 'source/' };
  const S3BackupConfiguration = { ...backup, BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 } };
  await lake.deliver('events', lake.destination({ S3BackupMode: 'Enabled', S3BackupConfiguration }));
  const poisoned = Array.from({ length: 1000 }, (_, id) => JSON.stringify({ id, amount: `${id} pieces` }));
  await lake.put(poisoned.slice(0, 500));
  await lake.put(poisoned.slice(500));
  await waitFor(async () => (await failedCount()) === 1000);
  const Columns = [
    { Name: 'id', Type: 'int' },
    { Name: 'amount', Type: 'string' },
  ];
  const StorageDescriptor = { Columns, Location: `s3://${BUCKET}/data/`, ...PARQUET };
  await lake.glue.send(
    new UpdateTableCommand({ DatabaseName: 'db', TableInput: { Name: 'events', StorageDescriptor } }),
  );

  const dry = await run('--dry-run');
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1,000 records in \d+ objects? under s3:/) });
  expect(await replayedKeys()).toEqual([]);

  // Its first batch arrives without an answer. Meanwhile another replay refuses the same object.
  const killFirst = await runUntilHeld(true);
  const second = await run();
  expect(second).toMatchObject({ code: 3, stderr: expect.stringMatching(/another replay \(\S+ \d+\) is sending s3:/) });
  const arrived = (await replayedKeys()).length;
  expect(arrived).toBeGreaterThan(0);
  await killFirst();

  // The next run continues, and is killed before its batch arrives.
  const killThird = await runUntilHeld(false);
  expect(await replayedKeys()).toHaveLength(arrived);
  await killThird();

  const last = await run();
  expect(last).toMatchObject({ code: 0, stderr: expect.stringMatching(new RegExp(`Sent ${1000 - arrived} records`)) });
  expect(await run()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^0 records in 0 objects .*\d+ objects? more, replayed before,/),
  });
  const keys = await replayedKeys();
  expect([keys.length, new Set(keys).size]).toEqual([1000, 1000]);
  let rows: unknown[] = [];
  await waitFor(async () => {
    rows = await rowIds();
    return rows.length >= 1000;
  });
  expect([rows.length, new Set(rows).size]).toEqual([1000, 1000]);
}, 150_000);

test('a backfill sends the raw records between two times again, once', async () => {
  // Objects are named by the second in which they were begun.
  const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1_001 - (Date.now() % 1_000)));
  const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z');
  const rawObjects = async () => (await lake.keys('source/')).length;
  await nextSecond();
  const from = now();
  const before = await rawObjects();
  await lake.put(Array.from({ length: 20 }, (_, index) => JSON.stringify({ id: 5000 + index, amount: 'good' })));
  await waitFor(async () => (await rowIds()).length === 1020 && (await rawObjects()) > before);
  await nextSecond();
  const between = ['--source', '--from', from, '--to', now()];
  expect(await run(...between, '--dry-run')).toMatchObject({ stdout: expect.stringMatching(/^20 records in/) });
  expect(await run(...between)).toMatchObject({ code: 0, stderr: expect.stringContaining('Sent 20 records') });
  expect(await run(...between)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 records in 0 objects/) });
  expect(await run('--source')).toMatchObject({ code: 64, stderr: expect.stringContaining('--source needs --from') });
  let rows: unknown[] = [];
  await waitFor(async () => {
    rows = await rowIds();
    return rows.length >= 1040;
  });
  expect([rows.length, new Set(rows).size]).toEqual([1040, 1020]);
}, 60_000);

test('--to-delivery sends failed records straight to a delivery stream that takes direct puts, once', async () => {
  // The table's amounts are strings now; an invalid number still fails.
  const poisoned = Array.from({ length: 600 }, (_, index) => JSON.stringify({ id: `x${index}`, amount: 'late' }));
  await lake.put(poisoned.slice(0, 300));
  await lake.put(poisoned.slice(300));
  await waitFor(async () => (await failedCount()) === 1600);
  const direct = { ...lake.destination(), Prefix: 'direct/', DataFormatConversionConfiguration: undefined };
  await lake.deliver('direct', { ...direct, DynamicPartitioningConfiguration: undefined }, false);
  const refused = await run('--to-delivery', 'events');
  expect(refused).toMatchObject({ code: expect.any(Number), stderr: expect.stringMatching(/^replay: .*events/m) });
  expect(refused.code).not.toBe(0);
  const sent = await run('--to-delivery', 'direct');
  expect(sent).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Sent 600 records to the delivery stream direct'),
  });
  expect(await run('--to-delivery', 'direct')).toMatchObject({
    stdout: expect.stringMatching(/^0 records in 0 objects/),
  });
  let arrived: string[] = [];
  await waitFor(async () => {
    const bodies = await Promise.all((await lake.keys('direct/')).map((key) => lake.body(key)));
    arrived = bodies.flatMap((body) => backupRecords(Buffer.from(body)).map(({ data }) => String(data)));
    return arrived.length >= 600;
  });
  expect(arrived.sort()).toEqual([...poisoned].sort());
}, 60_000);

test('a replay to a delivery stream that was killed: its batch is skipped or sent again as --in-flight says, never unasked', async () => {
  const put = async (key: string, Body: string) => {
    const { ETag } = await lake.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body }));
    return ETag;
  };
  const object = 'error/three-records';
  const rawData = (text: string) => JSON.stringify({ rawData: Buffer.from(text).toString('base64') });
  const etag = await put(object, ['a', 'b', 'c'].map(rawData).join('\n'));
  const mark = { object, etag, records: 3, to: 'delivery stream direct', sent: 0, sending: { from: 0, to: 2 } };
  const marked = () =>
    put(`error/replayed/${object}.json`, JSON.stringify({ ...mark, done: false, by: 'elsewhere 1', at: '2026-01-01' }));
  await marked();
  const asked = await run('--to-delivery', 'direct');
  expect(asked).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(
      /records 1 to 2 of s3:\/\/lake\/error\/three-records to the delivery stream direct, and whether they arrived .* --in-flight sent .* or --in-flight unsent /,
    ),
  });
  expect(await run()).toMatchObject({ code: 3, stderr: expect.stringContaining('with --to-delivery direct.') });
  const sent = await run('--to-delivery', 'direct', '--in-flight', 'sent');
  expect(sent).toMatchObject({ code: 0, stderr: expect.stringContaining('Sent 1 record to the delivery stream') });
  await marked();
  const unsent = await run('--to-delivery', 'direct', '--in-flight', 'unsent');
  expect(unsent).toMatchObject({ code: 0, stderr: expect.stringContaining('Sent 3 records to the delivery stream') });
}, 60_000);

// A day later the stream has dropped what the killed replay sent: by what is there now, all of it would be sent again.
test('a replay through the stream that was killed longer ago than the stream keeps records: never sent again unasked', async () => {
  const object = 'error/two-records';
  const put = (Key: string, Body: string) => lake.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const rawData = (text: string) => JSON.stringify({ rawData: Buffer.from(text).toString('base64') });
  const { ETag } = await put(object, ['a', 'b'].map(rawData).join('\n'));
  const mark = {
    object,
    etag: ETag,
    records: 2,
    to: 'stream events',
    sent: 0,
    sending: { from: 0, to: 2 },
    done: false,
  };
  const at = new Date(Date.now() - 24 * 3_600_000).toISOString();
  await put(`error/replayed/${object}.json`, JSON.stringify({ ...mark, by: 'elsewhere 1', at }));
  expect(await run()).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(
      /records 1 to 2 of s3:\/\/lake\/error\/two-records to the stream events, and whether they arrived can't be read there any more: .* --in-flight sent/,
    ),
  });
  const skipped = await run('--in-flight', 'sent');
  expect(skipped).toMatchObject({ code: 0, stderr: expect.stringContaining('Sent 0 records to the stream events') });
}, 60_000);

test('backup objects are taken apart with and without newlines, by braces outside of strings', () => {
  const text = (bytes: string) => backupRecords(Buffer.from(bytes)).map(({ data }) => String(data));
  expect(text('{"a":"}{"}{"b":{"c":1}}\n{"d":2}\n')).toEqual(['{"a":"}{"}', '{"b":{"c":1}}', '{"d":2}']);
  expect(text('plain line\n{"a":1}')).toEqual(['plain line', '{"a":1}']);
  expect(() => failedRecords(Buffer.from('{"x":1}\n'), 'b/k')).toThrow(/line 1 is no failed record/);
});
