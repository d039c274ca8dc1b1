import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MergeShardsCommand, RegisterStreamConsumerCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { Local } from '..';
import { shardId, streamArn, untilActive } from '../kinesis';
import { consumeInto, putAll } from './setup';

export interface OrderResult {
  readonly seconds: number;
  readonly consumers: readonly {
    readonly seen: number;
    readonly deliveries: number;
    readonly missing: number;
    readonly shards: number;
    /** First deliveries that came after a later record of their key. */
    readonly disorder: readonly string[];
  }[];
}

const KEYS = 200;

/**
 * Streams records through two consumers, one of them registered for enhanced fan-out, with a shard split after a third
 * of them and two merged after another, and checks: each consumer sees every record, and each key's in order.
 */
export async function resharded(records: number): Promise<OrderResult> {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-consumers-'));
  const local = await new Local({ enforceLimits: false }).start();
  const { kinesis } = local;
  const began = performance.now();
  try {
    await local.stream('events', 4);
    const role = await local.functionRole('consumers');
    const { Consumer } = await kinesis.send(
      new RegisterStreamConsumerCommand({ StreamARN: streamArn('events'), ConsumerName: 'fan' }),
    );
    const settings = { stream: 'events', ParallelizationFactor: 4, BatchSize: 200 };
    const notes = [
      await consumeInto(local, role, 'shared', folder, settings),
      await consumeInto(local, role, 'fan', folder, { ...settings, EventSourceArn: Consumer?.ConsumerARN }),
    ];
    const all = Array.from({ length: records }, (_none, index) => ({
      key: `key-${index % KEYS}`,
      text: String(index),
    }));
    const third = Math.ceil(records / 3);
    await putAll(kinesis, 'events', all.slice(0, third));
    const StreamName = 'events';
    const middle = (2n ** 125n).toString();
    await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: shardId(0), NewStartingHashKey: middle }));
    await untilActive(kinesis, StreamName);
    await putAll(kinesis, 'events', all.slice(third, 2 * third));
    await kinesis.send(
      new MergeShardsCommand({ StreamName, ShardToMerge: shardId(1), AdjacentShardToMerge: shardId(2) }),
    );
    await untilActive(kinesis, StreamName);
    await putAll(kinesis, 'events', all.slice(2 * third));
    for (const each of notes) await each.until(new Set(all.map(({ text }) => text)));
    const seconds = (performance.now() - began) / 1000;
    return {
      seconds,
      consumers: notes.map((each) => ({
        seen: each.texts.size,
        deliveries: each.seen.length,
        missing: all.filter(({ text }) => !each.texts.has(text)).length,
        shards: new Set(each.seen.map((one) => one.shardId)).size,
        disorder: each.disorder(),
      })),
    };
  } finally {
    await local.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
