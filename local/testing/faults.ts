import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { Lake } from './delivery';
import { errorsOf, parquetRows } from './delivery-read';
import { fillDisk } from './full-disk';
import { Local, WrongClock } from './index';

export interface FaultsOptions {
  /** Number of rounds, each with one fault and records put before, during and after it. */
  readonly rounds: number;
  /** Random numbers from 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** Returns whether to stop before the next round, whatever `rounds` says. @default never */
  readonly enough?: () => boolean;
  /** Receives each round's result. @default silence */
  readonly log?: (line: string) => void;
}

export interface FaultsResult {
  /** Records that were acknowledged, counted once for each delivery stream that they are for. */
  readonly put: number;
  readonly delivered: number;
  /** Records below the error prefix. */
  readonly failed: number;
  /** Records delivered more than once: none may be, since no fault here ends the process. */
  readonly twice: number;
  /** Acknowledged, but in no object in the end. */
  readonly missing: readonly string[];
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
/** Errors of the clock; beyond a stream's 24 hours it would delete records. */
const ERRORS_MS = [-HOUR_MS, -60 * SECOND_MS, 60 * SECOND_MS, 20 * HOUR_MS];
const BATCH = 20;
const PATIENCE_MS = 60_000;

/** Fills the disk, changes the clock and restarts the endpoint while records arrive, and accounts for each record. */
export async function deliverUnderFaults({
  rounds,
  random = Math.random,
  enough = () => false,
  log = () => {},
}: FaultsOptions): Promise<FaultsResult> {
  const clock = new WrongClock();
  const endpoint = await new Local({ clock, faults: /./ }).start();
  try {
    const load = new Load(new Lake(endpoint));
    await load.start();
    const upTo = (most: number) => Math.floor(random() * most);
    const faults: Readonly<Record<string, () => Promise<void>>> = {
      'a full disk': async () => {
        const disk = await fillDisk({ logs: random() < 0.5, writesLeft: upTo(6) });
        try {
          await load.put();
          await load.put();
          await sleep(upTo(1_500));
        } finally {
          disk.free();
        }
      },
      'a wrong clock': async () => {
        clock.error = ERRORS_MS[upTo(ERRORS_MS.length)] as number;
        await load.put();
      },
      'a right clock': async () => {
        clock.error = 0;
      },
      'a restart': async () => {
        const restarted = endpoint.restart();
        await load.put();
        await restarted;
      },
    };
    const names = Object.keys(faults);
    for (let round = 0; round < rounds && !enough(); round++) {
      const name = names[upTo(names.length)] as string;
      await load.put();
      await faults[name]?.();
      await load.put();
      log(`${round + 1}: ${name}`);
    }
    clock.error = 0;
    return await load.settled();
  } finally {
    await endpoint.close();
  }
}

/** Records for three delivery streams: text and rows of a Kinesis stream, and text that is put directly. */
class Load {
  private readonly ids = { kinesis: [] as string[], direct: [] as string[] };
  private next = 0;

  constructor(private readonly lake: Lake) {}

  async start(): Promise<void> {
    const { lake } = this;
    await lake.build({ id: 'string', n: 'int' }, 2);
    const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 1 };
    const text = { DataFormatConversionConfiguration: undefined, BufferingHints };
    await lake.deliver('text', lake.destination({ ...text, Prefix: 'text/', ErrorOutputPrefix: 'text-error/' }));
    await lake.deliver('rows', lake.destination({ BufferingHints, Prefix: 'rows/', ErrorOutputPrefix: 'rows-error/' }));
    const direct = lake.destination({ ...text, Prefix: 'direct/', ErrorOutputPrefix: 'direct-error/' });
    await lake.deliver('direct', direct, false);
  }

  /** Puts a batch to both, and keeps which records were acknowledged; every tenth is no row of the table. */
  async put(): Promise<void> {
    const ids = Array.from({ length: BATCH }, () => `r${this.next++}`);
    const Records = ids.map((id, index) => {
      const n = index % 10 === 9 ? '"none"' : index;
      return { Data: Buffer.from(`{"id":"${id}","n":${n},"filler":"${'x'.repeat(200)}"}\n`), PartitionKey: id };
    });
    const { kinesis, firehose } = this.lake;
    const toKinesis = kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
    const directly = firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: 'direct', Records }));
    const [first, second] = await Promise.all([toKinesis, directly].map((sent) => sent.catch(() => undefined)));
    const kept = (answers: readonly { ErrorCode?: string }[] = []) =>
      answers.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [ids[index] as string] : []));
    this.ids.kinesis.push(...kept((first as { Records?: [] } | undefined)?.Records));
    this.ids.direct.push(...kept((second as { RequestResponses?: [] } | undefined)?.RequestResponses));
  }

  async settled(): Promise<FaultsResult> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const result = await this.account();
      if (result.missing.length === 0 || performance.now() > until) return result;
      await sleep(500);
    }
  }

  private async account(): Promise<FaultsResult> {
    const { lake, ids } = this;
    const rows = (await parquetRows(lake, 'rows/')).map(({ id }) => String(id));
    const total = { put: 0, delivered: 0, failed: 0, twice: 0, missing: [] as string[] };
    for (const [name, put, delivered] of [
      ['text', ids.kinesis, await this.texts('text/')],
      ['rows', ids.kinesis, rows],
      ['direct', ids.direct, await this.texts('direct/')],
    ] as const) {
      const failed = (await errorsOf(lake, `${name}-error/`)).map(({ text }) => idOf(text));
      const found = new Set([...delivered, ...failed]);
      total.put += put.length;
      total.delivered += delivered.length;
      total.failed += failed.length;
      total.twice += delivered.length + failed.length - found.size;
      total.missing.push(...put.filter((id) => !found.has(id)).map((id) => `${name} ${id}`));
    }
    return total;
  }

  private async texts(prefix: string): Promise<string[]> {
    const bodies = await Promise.all((await this.lake.keys(prefix)).map((key) => this.lake.body(key)));
    return String(Buffer.concat(bodies)).split('\n').filter(Boolean).map(idOf);
  }
}

const idOf = (text: string): string => (JSON.parse(text) as { id: string }).id;
