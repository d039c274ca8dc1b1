import { randomUUID } from 'node:crypto';
import { KinesisClient, PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { faker } from '@faker-js/faker/locale/en';
import { createKinesisClient, createRecordSource, type ProduceOptions, produce } from 'lakehouse-producer';

/** One way to send records, measured in a process of its own and reported to the parent. */

const [, , name = '', endpoint = '', http2 = '', amountText = '0'] = process.argv;
const amount = Number(amountText);
const BATCH = 500;
const QUARTERS = 4;
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };

/** The article's record by faker's own methods. */
const fakerRecord = (): Record<string, unknown> => ({
  uuid: faker.string.uuid(),
  event_date: new Date().toISOString(),
  status: faker.helpers.arrayElement(['Active', 'Inactive', 'Canceled']),
  name: faker.person.firstName(),
  last_name: faker.person.lastName(),
  email: faker.internet.exampleEmail(),
  phone: faker.number.int({ min: 900_000_000, max: 999_999_999 }),
});

function prebuiltBatch() {
  const { bytes, starts, ends } = createRecordSource().next(BATCH) as {
    bytes: Buffer;
    starts: number[];
    ends: number[];
  };
  return starts.map((start, i) => ({ Data: bytes.subarray(start, ends[i]), PartitionKey: randomUUID() }));
}

const contestants: Record<string, () => Promise<void>> = {
  /** The upper bound: prebuilt batches, eight in flight, nothing generated, checked or counted. */
  async ceiling() {
    const client = createKinesisClient({ endpoint });
    const Records = prebuiltBatch();
    let left = amount / BATCH;
    const worker = async (): Promise<void> => {
      while (left-- > 0) await client.send(new PutRecordsCommand({ StreamName: 'bench', Records }));
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  },

  ours: () => ours(),

  /** Sends with a garbage collection at each quarter: the memory in use after it is what a run of any length needs. */
  async memory() {
    await ours(({ delivered }) => {
      if (delivered < (amount * (inUse.length + 1)) / QUARTERS) return;
      global.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      inUse.push(heapUsed + external);
    });
  },

  /** The SDK's defaults: one batch after the other. */
  async defaults() {
    const client = new KinesisClient({ ...settings, endpoint: http2 });
    for (let sent = 0; sent < amount; sent += BATCH) {
      const Records = Array.from({ length: BATCH }, () => {
        const record = fakerRecord();
        return { Data: Buffer.from(JSON.stringify(record)), PartitionKey: String(record.uuid) };
      });
      await client.send(new PutRecordsCommand({ StreamName: 'bench', Records }));
    }
  },

  /** Sends as the article's script does: one record per call, all with the same key. */
  async putRecord() {
    const client = new KinesisClient({ ...settings, endpoint: http2 });
    for (let sent = 0; sent < amount; sent++) {
      const Data = Buffer.from(JSON.stringify(fakerRecord()));
      await client.send(new PutRecordCommand({ StreamName: 'bench', Data, PartitionKey: 'key' }));
    }
  },

  /** Generation alone. */
  async generate() {
    const source = createRecordSource();
    for (let made = 0; made < amount; made += BATCH) await source.next(BATCH);
  },

  async generateWithFaker() {
    for (let made = 0; made < amount; made++) JSON.stringify(fakerRecord());
  },
};

async function ours(onProgress?: ProduceOptions['onProgress']): Promise<void> {
  const result = await produce({
    streamName: 'bench',
    endpoint,
    amount,
    progressInterval: 20,
    ...(onProgress && { onProgress }),
  });
  if (result.delivered !== amount) throw new Error(`only ${result.delivered} delivered`);
}

const inUse: number[] = [];
let peak = 0;
const sample = (): void => {
  peak = Math.max(peak, process.memoryUsage.rss());
};

async function main(): Promise<void> {
  const run = contestants[name];
  if (!run) throw new Error(`no contestant "${name}"`);
  const timer = setInterval(sample, 50);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(timer);
  sample();
  process.send?.({ seconds, cpuSeconds: (user + system) / 1e6, peak, inUse });
  process.disconnect?.();
}

void main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
