import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordsCommand, UpdateShardCountCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { makeStream, readAll, shardsOf, textOf } from 'lakehouse-local/testing/kinesis';
import { CLI, startProcess } from 'lakehouse-local/testing/process';

/** Number of cycles; `KILL_CYCLES=100` for a long run. */
const CYCLES = Number(process.env.KILL_CYCLES ?? 4);
const WRITERS = 3;

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-kill-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function clientOf(url: string): KinesisClient {
  return new KinesisClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

/** Puts until the endpoint dies, and notes what it acknowledged, by sequence number. */
async function write(client: KinesisClient, prefix: string, acknowledged: Map<string, string>): Promise<void> {
  for (let batch = 0; ; batch++) {
    const texts = Array.from({ length: 50 }, (_, index) => `${prefix}-${batch}-${index}`);
    const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
    const answer = await client.send(new PutRecordsCommand({ StreamName: 'killed', Records })).catch(() => undefined);
    if (answer === undefined) return;
    answer.Records?.forEach(({ ShardId, SequenceNumber }, index) => {
      if (SequenceNumber !== undefined) acknowledged.set(`${ShardId}/${SequenceNumber}`, texts[index] as string);
    });
  }
}

test(
  'kill -9 at any moment under load loses no acknowledged record, and resharding is whole or not at all',
  async () => {
    const acknowledged = new Map<string, string>();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const endpoint = await startProcess(dataDir, ['--no-limits']);
      const client = clientOf(endpoint.url);
      if (cycle === 0) await makeStream(client, 'killed', 2);
      const writers = Array.from({ length: WRITERS }, (_, writer) => write(client, `${cycle}.${writer}`, acknowledged));
      const TargetShardCount = cycle % 2 === 0 ? 3 : 2;
      const resharding = client
        .send(new UpdateShardCountCommand({ StreamName: 'killed', TargetShardCount, ScalingType: 'UNIFORM_SCALING' }))
        .catch(() => {});
      // Kills at a random moment.
      await new Promise((wake) => setTimeout(wake, 50 + Math.random() * 200));
      await endpoint.kill();
      await Promise.all([...writers, resharding]);
      client.destroy();
    }
    const endpoint = await startProcess(dataDir, ['--no-limits']);
    const client = clientOf(endpoint.url);
    const stored = new Map<string, string>();
    for (const { ShardId } of await shardsOf(client, 'killed')) {
      for (const record of await readAll(client, 'killed', ShardId ?? '')) {
        stored.set(`${ShardId}/${record.SequenceNumber}`, textOf(record));
      }
    }
    client.destroy();
    await endpoint.kill();
    expect(acknowledged.size).toBeGreaterThan(0);
    const lost = [...acknowledged].filter(([place, text]) => stored.get(place) !== text);
    expect(lost).toEqual([]);
    // Stored records without an acknowledgement were in progress: at most a batch per writer and cycle.
    expect(stored.size - acknowledged.size).toBeLessThanOrEqual(CYCLES * WRITERS * 50);
  },
  20_000 + CYCLES * 5_000,
);

test('with 256 open files at most, 300 shards are written and read, and clients connect', async () => {
  const endpoint = await startProcess(dataDir, ['--no-limits'], '-n 256');
  const client = clientOf(endpoint.url);
  await makeStream(client, 'wide', 300);
  const shards = await shardsOf(client, 'wide');
  const Records = shards.map(({ HashKeyRange }, index) => ({
    Data: Buffer.from(`record ${index}`),
    PartitionKey: 'p',
    ExplicitHashKey: HashKeyRange?.StartingHashKey,
  }));
  for (let round = 0; round < 2; round++) {
    const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName: 'wide', Records }));
    expect(FailedRecordCount).toBe(0);
  }
  const read = await Promise.all(shards.map(({ ShardId = '' }) => readAll(client, 'wide', ShardId)));
  const texts = read.map((records) => records.map(textOf));
  expect(texts).toEqual(shards.map((_shard, index) => [`record ${index}`, `record ${index}`]));
  client.destroy();
  await endpoint.stop();
}, 60_000);

test('a second process on the same data directory refuses, with one line', async () => {
  const endpoint = await startProcess(dataDir);
  const second = spawnSync(process.execPath, [CLI, '--port', '0', '--data-dir', dataDir], { encoding: 'utf8' });
  await endpoint.kill();
  expect(second.status).toBe(1);
  expect(second.stderr).toMatch(/^The data directory \S+ is in use by the endpoint with process id \d+: [^\n]+\n$/);
  // A killed owner's lock is free.
  const next = await startProcess(dataDir);
  await next.kill();
});
