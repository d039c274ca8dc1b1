import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeDeliveryStreamCommand, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  PutRecordsCommand,
  type Shard,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { DuckDBInstance } from '@duckdb/node-api';
import { BUCKET } from '../delivery';
import { errorsOf } from '../delivery-read';
import { shardsOf, textOf, untilActive } from '../kinesis';
import { answer, type Load, type LoadClients } from './load';

const StreamName = 'events';
const BATCH = 50;
const DIRECT = 'direct';
/** One of this many records isn't JSON: it belongs to the error output. */
const BROKEN_EVERY = 40;
/** Cycles between two reshardings of the stream. */
const RESHARD_EVERY = 3;

/** Records of a stream that is resharded, and direct puts; both are delivered to S3. */
export class Records implements Load {
  readonly name = 'records';
  /** Texts by shard and sequence number, of this cycle alone. */
  private readonly places = new Map<string, string>();
  /** Ids of all records that were acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Rows beyond the first of each record, as {@link finish} found them. */
  repeated = 0;
  private shards = 2;
  private asked = 2;

  async prepare(clients: LoadClients): Promise<void> {
    await clients.build({ id: 'string', filler: 'string' }, this.shards);
    await clients.deliver('kill', clients.destination());
    await clients.deliver(
      DIRECT,
      clients.destination({ Prefix: 'data/direct/', ErrorOutputPrefix: 'error/direct/' }),
      false,
    );
    for (const DeliveryStreamName of ['kill', DIRECT])
      while (!(await this.isActive(clients, DeliveryStreamName))) await sleep(50);
  }

  async run(clients: LoadClients, cycle: number): Promise<void> {
    this.places.clear();
    const reshards = cycle % RESHARD_EVERY === 0 ? [this.reshard(clients)] : [];
    await Promise.all([this.put(clients, `${cycle}-a`), this.putDirect(clients, `${cycle}-d`), ...reshards]);
  }

  async check(clients: LoadClients): Promise<string[]> {
    await untilActive(clients.kinesis, StreamName);
    const shards = await shardsOf(clients.kinesis, StreamName);
    const problems = this.checkOpen(shards);
    for (const { ShardId = '' } of shards) {
      const mine = [...this.places].filter(([place]) => place.startsWith(`${ShardId}/`));
      const numbers = mine
        .map(([place]) => place.slice(ShardId.length + 1))
        .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
      if (numbers[0] === undefined) continue;
      const found = await readFrom(clients, ShardId, numbers[0]);
      const lost = mine.filter(([place, text]) => found.get(place) !== text).length;
      if (lost > 0) problems.push(`${lost} of ${mine.length} acknowledged records of ${ShardId} are missing`);
    }
    return problems;
  }

  /** Waits until every record is delivered or has failed, once, except for those that the endpoint announced. */
  async finish(clients: LoadClients): Promise<string[]> {
    let missing: string[] = [];
    for (let quietSince = Date.now(), most = -1; Date.now() - quietSince < 15_000; await sleep(500)) {
      const found = await delivered(clients).catch(() => new Map<string, number>());
      this.repeated = [...found.values()].reduce((sum, count) => sum + count - 1, 0);
      missing = [...this.acknowledged].filter((id) => !found.has(id));
      if (missing.length === 0) return [];
      if (found.size > most) [most, quietSince] = [found.size, Date.now()];
    }
    return [`${missing.length} records were neither delivered nor failed: ${missing.slice(0, 5)}`];
  }

  private async isActive({ firehose }: LoadClients, DeliveryStreamName: string): Promise<boolean> {
    const { DeliveryStreamDescription } = await firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName }),
    );
    return DeliveryStreamDescription?.DeliveryStreamStatus === 'ACTIVE';
  }

  private async put(clients: LoadClients, prefix: string): Promise<void> {
    for (let batch = 0; ; batch++) {
      const [ids, texts] = textsOf(`${prefix}${batch}`);
      const Records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(`${text}\n`) }));
      const output = await answer(clients.kinesis.send(new PutRecordsCommand({ StreamName, Records })));
      output.Records?.forEach(({ ShardId, SequenceNumber }, index) => {
        if (SequenceNumber === undefined) return;
        this.places.set(`${ShardId}/${SequenceNumber}`, `${texts[index]}\n`);
        this.acknowledged.add(ids[index] as string);
      });
      await sleep(20);
    }
  }

  private async putDirect({ firehose }: LoadClients, prefix: string): Promise<void> {
    for (let batch = 0; ; batch++) {
      const [ids, texts] = textsOf(`${prefix}${batch}`);
      const Records = texts.map((text) => ({ Data: Buffer.from(`${text}\n`) }));
      const command = new PutRecordBatchCommand({ DeliveryStreamName: DIRECT, Records });
      const output = await answer(firehose.send(command));
      output.RequestResponses?.forEach(({ RecordId }, index) => {
        if (RecordId !== undefined) this.acknowledged.add(ids[index] as string);
      });
      await sleep(60);
    }
  }

  private async reshard({ kinesis }: LoadClients): Promise<void> {
    this.asked = this.shards === 2 ? 3 : 2;
    const ScalingType = 'UNIFORM_SCALING';
    const command = new UpdateShardCountCommand({ StreamName, TargetShardCount: this.asked, ScalingType });
    await answer(kinesis.send(command));
    this.shards = this.asked;
  }

  /**
   * Checks the open shards: their number is the acknowledged or the requested one, and their ranges cover all hash keys
   * once.
   */
  private checkOpen(shards: readonly Shard[]): string[] {
    const open = shards.filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined);
    const problems: string[] = [];
    if (open.length !== this.shards && open.length !== this.asked) problems.push(`${open.length} shards are open`);
    const ranges = open
      .map(
        ({ HashKeyRange }) =>
          [BigInt(HashKeyRange?.StartingHashKey ?? 0), BigInt(HashKeyRange?.EndingHashKey ?? 0)] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));
    let next = 0n;
    for (const [from, to] of ranges) {
      if (from !== next) problems.push(`hash keys from ${next} on have no shard`);
      next = to + 1n;
    }
    if (next !== 2n ** 128n) problems.push(`hash keys from ${next} on have no shard`);
    this.shards = this.asked = open.length;
    return problems;
  }
}

function textsOf(prefix: string): [ids: string[], texts: string[]] {
  const ids = Array.from({ length: BATCH }, (_, index) => `${prefix}-${index}`);
  const filler = 'x'.repeat(150);
  const texts = ids.map((id, index) =>
    index % BROKEN_EVERY === 7 ? `broken ${id} end` : JSON.stringify({ id, filler }),
  );
  return [ids, texts];
}

async function readFrom({ kinesis }: LoadClients, ShardId: string, from: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const place = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: from } as const;
  let { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName, ShardId, ...place }));
  while (ShardIterator !== undefined) {
    const page = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    for (const record of page.Records ?? []) found.set(`${ShardId}/${record.SequenceNumber}`, textOf(record));
    if (page.MillisBehindLatest === 0) break;
    ShardIterator = page.NextShardIterator;
  }
  return found;
}

/** How often each record is in the objects, the delivered and the failed ones. */
async function delivered(clients: LoadClients): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const files = join(clients.dataDir, 's3', BUCKET, 'objects', 'data', '**', '*.parquet');
    const result = await connection.runAndReadAll(
      `SELECT id, count(*)::INTEGER AS n FROM read_parquet('${files}') GROUP BY id`,
    );
    for (const { id, n } of result.getRowObjectsJson()) counts.set(String(id), Number(n));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  for (const { text } of await errorsOf(clients, 'error/')) {
    const id = /^broken (\S+) end/.exec(text)?.[1] ?? text;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
