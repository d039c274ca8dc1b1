/**
 * Lambda consumers: records a second that one event source mapping brings to a function in batches of 500, and the cost
 * of 50 idle mappings. Linux only.
 * Run: npm run prepare && npm run bench:consumers -- [--records N] [--idle seconds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { Clients } from 'lakehouse-local/testing';
import { consumeInto, cpuOfTree, putAll } from 'lakehouse-local/testing/consumers/setup';
import { withEndpoint } from './endpoint';

const { values } = parseArgs({
  options: { records: { type: 'string', default: '200000' }, idle: { type: 'string', default: '30' } },
});

async function throughput(records: number, shards: number, folder: string): Promise<void> {
  await withEndpoint(['--no-limits'], async ({ config, pid }) => {
    const clients = new Clients({ ...config, maxAttempts: 3 });
    await clients.stream('events', shards);
    const role = await clients.functionRole('consumers');
    const settings = { stream: 'events', BatchSize: 500, Enabled: false };
    const notes = await consumeInto(clients, role, `counts-${shards}`, folder, settings);
    const all = Array.from({ length: records }, (_none, index) => ({
      key: String(index % 1_000),
      text: JSON.stringify({ uuid: index, status: 'Delivered', email: 'someone@example.org', filler: 'x'.repeat(40) }),
    }));
    await putAll(clients.kinesis, 'events', all);
    const { EventSourceMappings } = await clients.lambda.send(new ListEventSourceMappingsCommand({}));
    const [before, began] = [cpuOfTree(pid), performance.now()];
    await clients.lambda.send(
      new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings?.[0]?.UUID, Enabled: true }),
    );
    await notes.until(new Set(all.map(({ text }) => text)));
    const seconds = (performance.now() - began) / 1000;
    const cpu = cpuOfTree(pid) - before;
    console.log(
      `${shards} shard(s): ${notes.texts.size} records in ${seconds.toFixed(2)} s = ${Math.round(notes.texts.size / seconds)} records/s, ${((cpu / records) * 1e6).toFixed(1)} µs of CPU a record with the handler`,
    );
    clients.destroy();
  });
}

async function idle(seconds: number, folder: string): Promise<void> {
  await withEndpoint([], async ({ config, pid }) => {
    const clients = new Clients({ ...config, maxAttempts: 3 });
    await clients.stream('quiet', 1);
    const role = await clients.functionRole('consumers');
    for (let index = 0; index < 50; index++)
      await consumeInto(clients, role, `idle-${index}`, folder, { stream: 'quiet', StartingPosition: 'LATEST' });
    await sleep(5_000);
    const before = cpuOfTree(pid);
    await sleep(seconds * 1_000);
    const percent = ((cpuOfTree(pid) - before) / seconds) * 100;
    console.log(`50 idle mappings: ${percent.toFixed(2)}% of one CPU over ${seconds} s`);
    clients.destroy();
  });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-consumers-'));
  try {
    await throughput(Number(values.records), 1, folder);
    await throughput(Number(values.records), 4, folder);
    await idle(Number(values.idle), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
