import { randomInt } from 'node:crypto';
import { createKinesisClient, type ProduceOptions, produce, toChunk } from 'lakehouse-producer';
import { StandIn, type StandInOptions } from './stand-in';

const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
const before = { ...process.env };
let standIn: StandIn;

beforeAll(() => {
  for (const name of Object.keys(process.env)) if (/^(AWS|KINESIS|LAKEHOUSE)_/.test(name)) delete process.env[name];
  Object.assign(process.env, credentials, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
});
afterAll(() => {
  process.env = before;
});
afterEach(() => standIn?.stop());

async function start(options?: StandInOptions): Promise<StandIn> {
  standIn = await StandIn.start(options);
  return standIn;
}

const send = (options: ProduceOptions) => produce({ streamName: 'events', endpoint: standIn.endpoint, ...options });

const uuidsIn = (lines: readonly string[]): string[] =>
  lines.map((line) => (JSON.parse(line) as { uuid: string }).uuid);

/** Mulberry32: enough to make a run's faults repeatable. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Collects what a run prints. */
function collector() {
  const pieces: Buffer[] = [];
  return {
    print: (lines: Buffer) => {
      pieces.push(Buffer.from(lines));
      return undefined;
    },
    lines: () => Buffer.concat(pieces).toString().split('\n').slice(0, -1),
  };
}

describe('a run against a sound stream', () => {
  test('puts every event that it prints into the stream, once, and under its uuid as the key', async () => {
    await start({ shards: 4 });
    const printed = collector();
    const result = await send({ amount: 2_345, print: printed.print });
    expect(result).toMatchObject({ asked: 2_345, delivered: 2_345, failed: 0, retried: 0, outcome: 'delivered' });
    expect([...standIn.stored].sort()).toEqual([...printed.lines()].sort());
    expect(standIn.keys).toEqual(uuidsIn(standIn.stored));
  });

  test('counts the records of each shard as the stream has them, within a tenth of each other', async () => {
    await start({ shards: 4 });
    const { recordsPerShard } = await send({ amount: 20_000 });
    expect(Object.values(recordsPerShard)).toEqual(standIn.perShard);
    for (const records of standIn.perShard) expect(Math.abs(records - 5_000)).toBeLessThan(500);
  });

  test('keeps requests under 5 MiB when records are large', async () => {
    await start({ shards: 64 });
    const line = JSON.stringify({ text: 'x'.repeat(300_000) });
    let left = 40;
    const source = { next: () => (left-- > 0 ? toChunk([line]) : undefined) };
    expect(await send({ source })).toMatchObject({ delivered: 40, failed: 0 });
    // Base64 makes four bytes of three on the wire.
    expect(standIn.largestRequest).toBeLessThan((5 * 1024 * 1024 * 4) / 3 + 50_000);
  });

  test('sends text of any language and keys of any characters unchanged', async () => {
    await start();
    const lines = ['{"city":"Zürich \\"Süd\\""}', '{"city":"東京"}', '{"city":"a\\\\b"}', '{"city":"😀"}'];
    const chunks = [toChunk(lines)];
    await send({ source: { next: () => chunks.shift() }, partitionKey: 'field:city' });
    expect(standIn.stored).toEqual(lines);
    expect(standIn.keys).toEqual(lines.map((line) => (JSON.parse(line) as { city: string }).city));
  });

  test('leaves a request to the SDK when its client speaks another format than expected', async () => {
    await start();
    const client = createKinesisClient({ endpoint: standIn.endpoint });
    const bodies: boolean[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['content-type'] = 'application/x-amz-json-1.0';
        return next(args);
      },
      { step: 'serialize', priority: 'low', name: 'otherFormat' },
    );
    client.middlewareStack.add(
      (next) => (args) => {
        bodies.push(Buffer.isBuffer((args.request as { body: unknown }).body));
        return next(args);
      },
      { step: 'finalizeRequest', name: 'seen' },
    );
    const printed = collector();
    const result = await send({ amount: 1_200, client, print: printed.print });
    expect(result).toMatchObject({ delivered: 1_200, failed: 0, attempts: standIn.attempts });
    expect([...standIn.stored].sort()).toEqual([...printed.lines()].sort());
    // Bodies of the short wire format are buffers, unlike the SDK's own.
    expect(new Set(bodies)).toEqual(new Set([false]));
  });

  test('packs events up to the bytes given, and every event comes out again', async () => {
    await start({ shards: 2 });
    const printed = collector();
    const result = await send({ amount: 1_000, pack: 5_000, print: printed.print });
    expect(result).toMatchObject({ delivered: 1_000, failed: 0, kinesisRecords: standIn.stored.length });
    expect(standIn.stored.length).toBeLessThan(60);
    for (const record of standIn.stored) expect(record.length).toBeLessThanOrEqual(5_000);
    const events = standIn.stored.flatMap((record) => record.trimEnd().split('\n'));
    expect(events.sort()).toEqual(printed.lines().sort());
  });

  test('packs events of different keys apart when the key is a field', async () => {
    await start();
    await send({ amount: 300, pack: 5_000, partitionKey: 'field:status' });
    for (const [i, record] of standIn.stored.entries()) {
      const statuses = record
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { status: string }).status);
      expect(new Set(statuses)).toEqual(new Set([standIn.keys[i]]));
    }
  });
});

describe('a run against a stream that fails', () => {
  test('loses nothing in 50 runs with partial failures, errors, resets, stalls and throttling', async () => {
    // Random faults, different in each test run; a failing run prints its seed, which repeats them.
    const seeds = Array.from({ length: 50 }, () => randomInt(2 ** 31));
    // Many at a time, since a run mostly waits.
    while (seeds.length > 0) await Promise.all(seeds.splice(0, 25).map(faultyRun));
  }, 150_000);

  async function faultyRun(seed: number): Promise<void> {
    const faulty = await StandIn.start({
      shards: 2,
      recordsPerSecond: 250,
      random: seeded(seed),
      faults: { partial: 0.1, serverError: 0.05, reset: 0.03, stall: 0.03, stallMs: 2_000 },
    });
    const printed = collector();
    const result = await produce({
      streamName: 'events',
      endpoint: faulty.endpoint,
      amount: 600,
      pack: seed % 5 === 0 ? 700 : 0,
      requestTimeout: 1_500,
      longestBackoff: 100,
      retryFor: 60_000,
      print: printed.print,
    });
    await faulty.stop();
    const events = new Set(faulty.stored.flatMap((record) => record.trimEnd().split('\n')));
    expect({ seed, ...result }).toMatchObject({ seed, asked: 600, delivered: 600, failed: 0, outcome: 'delivered' });
    expect({ seed, events: [...events].sort() }).toEqual({ seed, events: printed.lines().sort() });
  }

  test('sends only the failed records again', async () => {
    await start({ faults: { partial: 0.1 }, random: seeded(3) });
    const result = await send({ amount: 5_000, longestBackoff: 20 });
    expect(result).toMatchObject({ delivered: 5_000, failed: 0 });
    expect(standIn.stored).toHaveLength(5_000);
    expect(result.attempts).toBe(standIn.attempts);
    expect(result.retried).toBe(standIn.attempts - 5_000);
  });

  test('gives records up at their deadline and says so', async () => {
    await start({ faults: { partial: 1 } });
    const result = await send({ amount: 100, retryFor: 200, longestBackoff: 50 });
    expect(result).toMatchObject({ asked: 100, delivered: 0, failed: 100, outcome: 'partly-failed' });
    expect(result.failures).toEqual({ InternalFailure: 100 });
    expect(standIn.stored).toEqual([]);
  });

  test('delivers all to shards that throttle, and counts each throttled attempt', async () => {
    await start({ shards: 4, recordsPerSecond: 1_000 });
    const result = await send({ amount: 24_000 });
    expect(result).toMatchObject({ delivered: 24_000, failed: 0 });
    expect(result.throttled).toBe(standIn.throttled);
  });

  test('refuses records over the limit by name and sends the others', async () => {
    await start();
    const lines = ['{"a":1}', JSON.stringify({ a: 'x'.repeat(1024 * 1024) }), '{"a":3}', 'no json'];
    const chunks = [toChunk(lines)];
    const refused: string[] = [];
    const result = await send({
      source: { next: () => chunks.shift() },
      partitionKey: 'field:a',
      onRefused: ({ event, reason }) => refused.push(`${event} ${reason}`),
    });
    expect(result).toMatchObject({ asked: 4, delivered: 2, failed: 2 });
    expect(refused).toEqual(['2 PartitionKeyTooLong', '4 NoPartitionKey']);
  });
});

describe('a run that is cut short', () => {
  test('delivers what it has taken after the first signal, and accounts for the rest', async () => {
    await start({ shards: 1 });
    const stop = new AbortController();
    const printed = collector();
    const result = await send({
      amount: 1_000_000,
      rate: { unit: 'events', perSecond: 5_000 },
      signal: stop.signal,
      print: printed.print,
      progressInterval: 20,
      onProgress: ({ delivered }) => delivered > 100 && stop.abort(),
    });
    expect(result.outcome).toBe('interrupted');
    expect(result.delivered).toBe(standIn.stored.length);
    expect(result.delivered).toBe(printed.lines().length);
    expect(result.delivered + result.failed).toBe(1_000_000);
  });

  test('says what is not known after the second', async () => {
    await start({ faults: { stall: 1, stallMs: 20_000 } });
    const abort = new AbortController();
    const result = await send({
      amount: 10,
      abort: abort.signal,
      progressInterval: 20,
      onProgress: ({ inFlight }) => inFlight > 0 && abort.abort(),
    });
    expect(result).toMatchObject({ asked: 10, delivered: 0, failed: 10, outcome: 'interrupted' });
    expect(result.failures).toEqual({ Unacknowledged: 10 });
  });

  test.each([
    ['AccessDeniedException', 400, 'denied'],
    ['UnrecognizedClientException', 400, 'denied'],
    ['ResourceNotFoundException', 400, 'no-stream'],
  ])('ends at once with %s', async (code, status, outcome) => {
    await start({ error: { status, code } });
    const result = await send({ amount: 5_000 });
    expect(result).toMatchObject({ asked: 5_000, delivered: 0, failed: 5_000, outcome, code });
  });
});
