import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '../core/clock';
import type { Cloud } from '../core/cloud';
import { Signal } from '../core/signal';
import { publish } from '../services/firehose/metrics';
import { type DeliveryStream, FirehoseState, type S3Settings } from '../services/firehose/state';
import type { Checkpoints } from './checkpoints';
import { withDecompression } from './decompress';
import { DeliveryFailure, endpointFailure } from './failure';
import { icebergTransform } from './iceberg/transform';
import { KinesisSource } from './kinesis-source';
import { logFailure } from './log';
import { RefusedLines } from './parquet-files';
import { JqRunner } from './partition/jq';
import { PUT_SHARD, PutSource } from './put-source';
import type { Positions, Source } from './record';
import { callerOf } from './role';
import { readSchema } from './schema';
import { TargetPipe } from './target';
import { type Transform, transformOf } from './transform';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** Interval at which an idle stream checks whether its source has gone, or was recreated. */
const LOOK_MS = 60_000;

/** One delivery stream: reads its source, fills its targets' buffers, and delivers them when they are due. */
export class DeliveryPipe {
  private readonly signal = new Signal();
  private readonly source: Source;
  private readonly data: TargetPipe;
  private readonly backup: TargetPipe;
  private readonly folder: string;
  private readonly jq = new JqRunner();
  private transform: Transform | undefined;
  /** Ends a Lambda invocation in progress. */
  private readonly abort = new AbortController();
  private stopped = false;
  private aborted = false;
  private draining: Promise<void> | undefined;
  private changed = false;
  /** Whether a change that turned the backup on is yet to be applied. */
  private backupIsNew = false;
  private failures = 0;
  private readonly running: Promise<void>;

  constructor(
    private readonly cloud: Cloud,
    private readonly checkpoints: Checkpoints,
    private stream: DeliveryStream,
    folder: string,
  ) {
    this.folder = join(folder, stream.id);
    this.source = this.makeSource();
    const target = (name: 'data' | 'backup', settings: () => S3Settings) =>
      new TargetPipe(
        cloud,
        checkpoints,
        name,
        this.folder,
        () => this.stream,
        settings,
        () => this.forgetDelivered(),
        this.abort.signal,
      );
    this.data = target('data', () => this.stream.destination);
    this.backup = target('backup', () => this.stream.destination.S3BackupConfiguration ?? this.stream.destination);
    this.running = this.run();
  }

  /** Applies new settings: buffered records are delivered with the old ones first. */
  change(stream: DeliveryStream): void {
    const before = this.hasBackup;
    this.stream = stream;
    if (this.hasBackup && !before) this.backupIsNew = true;
    this.changed = true;
    this.signal.raise();
  }

  wake(): void {
    this.source.wake();
    this.signal.raise();
  }

  /** Stops between two steps; buffered records stay at their source. */
  async stop(): Promise<void> {
    this.aborted = true;
    this.abort.abort();
    await this.stopReading();
    // `drain` reports the error to the deletion that waits for it.
    await this.draining?.catch(() => {});
    this.reset();
    await this.jq.close();
  }

  /** Stops after one attempt to deliver the records that have arrived, and forgets everything. */
  drain(): Promise<void> {
    this.draining ??= this.drainOnce();
    return this.draining;
  }

  private async drainOnce(): Promise<void> {
    const working = this.failures === 0;
    await this.stopReading();
    if (working) await this.deliverRest().catch((error: unknown) => this.report(error));
    this.reset();
    await this.jq.close();
    rmSync(this.folder, { recursive: true, force: true });
    await this.checkpoints.forget(this.stream.id);
  }

  private async stopReading(): Promise<void> {
    this.stopped = true;
    this.signal.interrupt();
    await this.running;
  }

  private async deliverRest(): Promise<void> {
    for (;;) {
      try {
        return await this.deliverAll();
      } catch (error) {
        if (!(error instanceof RefusedLines)) throw error;
        this.reset();
      }
    }
  }

  private async deliverAll(): Promise<void> {
    await this.open();
    // Records that arrive from now on are left: draining would never end under a load that goes on.
    this.source.finish();
    while (!this.aborted) {
      await this.shipDue();
      if (await this.readSome()) continue;
      const { notBefore } = this.source;
      if (notBefore === undefined) break;
      await sleep(Math.max(0, notBefore - monotonic(this.cloud.clock)));
    }
    await this.data.process({ all: true });
    if (!this.aborted) for (const target of this.targets) await target.ship();
  }

  private get hasBackup(): boolean {
    return this.stream.destination.S3BackupMode === 'Enabled';
  }

  private get targets(): TargetPipe[] {
    return this.hasBackup ? [this.data, this.backup] : [this.data];
  }

  private makeSource(): Source {
    const { cloud, stream } = this;
    if (stream.source === undefined) return new PutSource(cloud.state(FirehoseState).records, stream.id);
    const roleCaller = (roleArn: string) => callerOf(cloud, this.stream, roleArn);
    return new KinesisSource(cloud, stream, stream.source, roleCaller, () => this.signal.raise());
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.work();
        this.failures = 0;
        const pause = this.pause();
        await this.signal.wait(pause);
        if (pause === LOOK_MS) this.source.wake();
      } catch (error) {
        if (error instanceof RefusedLines) {
          // On the repeated read, those lines' records go to the error prefix.
          this.reset();
          continue;
        }
        await this.report(error);
        const pause = Math.min(FIRST_RETRY_MS * 2 ** this.failures++, LAST_RETRY_MS);
        if (!this.stopped) await this.signal.wait(pause, { ignoreNews: true });
      }
    }
  }

  /** Does everything that is possible now. */
  private async work(): Promise<void> {
    await this.open();
    for (const target of this.targets) if (target.isShipping) await target.ship();
    if (this.changed) await this.applyChange();
    do {
      await this.shipDue();
    } while (!this.stopped && (await this.readSome()));
    await this.shipDue();
  }

  private async shipDue(): Promise<void> {
    await this.data.process();
    for (const target of this.targets) if (target.isDue) await target.ship();
  }

  private async open(): Promise<void> {
    if (this.source.isOpen) return;
    mkdirSync(this.folder, { recursive: true });
    const positions = [];
    for (const target of this.targets) positions.push(await target.resume());
    await this.source.open(earliest(positions));
  }

  private async readSome(): Promise<boolean> {
    // The schema first: without it, records that are read could go nowhere.
    if (this.data.isEmpty) this.transform = await this.makeTransform();
    const batch = await this.source.read();
    if (batch === undefined) return false;
    try {
      await this.data.add(batch, this.transform);
      if (this.hasBackup) await this.backup.add(batch, undefined);
    } catch (error) {
      this.reset();
      throw error;
    }
    return true;
  }

  private async makeTransform(): Promise<Transform> {
    const transform = await this.innerTransform();
    return withDecompression(this.stream.iceberg ?? this.stream.destination, transform, (values) =>
      publish(this.cloud, this.stream, values),
    );
  }

  /** The transform of decompressed records. */
  private async innerTransform(): Promise<Transform> {
    const { iceberg } = this.stream;
    if (iceberg !== undefined) return icebergTransform(this.cloud, this.stream, iceberg, this.jq);
    const settings = this.stream.destination;
    const conversion = settings.DataFormatConversionConfiguration;
    const schema = conversion?.Enabled === true ? conversion.SchemaConfiguration : undefined;
    return transformOf(settings, schema && (await readSchema(this.cloud, this.stream, schema)), this.jq);
  }

  private async applyChange(): Promise<void> {
    if (this.backupIsNew) this.backup.drop();
    for (const target of this.targets) await target.ship();
    // A new backup starts where the data is.
    const { id } = this.stream;
    if (this.backupIsNew) await this.checkpoints.commit(id, 'backup', this.checkpoints.read(id, 'data'));
    this.backupIsNew = false;
    this.changed = false;
    this.reset();
    await this.open();
  }

  /** Deletes DirectPut records that every target has delivered; within a checkpoint's transaction. */
  private forgetDelivered(): void {
    const { id } = this.stream;
    const through = earliest(this.targets.map(({ target }) => this.checkpoints.read(id, target))).get(PUT_SHARD);
    if (through !== undefined) this.cloud.state(FirehoseState).records.removeThrough(id, Number(through));
  }

  /** Returns to the checkpoints: buffered records are read again. */
  private reset(): void {
    this.source.close();
    this.data.drop();
    this.backup.drop();
  }

  /** Milliseconds until there is something to do without a wake-up. */
  private pause(): number {
    const dues = this.targets.flatMap((target) => [target.dueAt, target.processingDueAt]);
    const times = [...dues, this.source.notBefore].filter((time): time is number => time !== undefined);
    if (times.length === 0) return LOOK_MS;
    return Math.max(0, Math.min(...times) - monotonic(this.cloud.clock));
  }

  private async report(error: unknown): Promise<void> {
    for (const target of this.targets) target.publishWaiting();
    if (error instanceof DeliveryFailure) {
      await logFailure(this.cloud, this.stream, error);
      // The stream may be recreated under its name; its readers then start anew, too.
      if (error.code === 'Kinesis.ResourceNotFound' && this.targets.every(({ isIdle }) => isIdle)) this.source.close();
      return;
    }
    // A fault, not an AWS error: start over from the checkpoints, with new files of the buffers.
    this.cloud.options.log(`Delivery stream ${this.stream.name}: ${(error as Error).stack ?? String(error)}`);
    await logFailure(this.cloud, this.stream, endpointFailure(error));
    this.reset();
  }
}

/** Positions from which no target misses a record. */
function earliest(all: readonly Positions[]): Positions {
  const [first, ...others] = all;
  const positions = new Map<string, string>();
  for (const [shardId, sequence] of first ?? []) {
    const each = [sequence, ...others.map((other) => other.get(shardId))];
    if (each.includes(undefined)) continue;
    positions.set(
      shardId,
      (each as string[]).reduce((a, b) => (BigInt(a) < BigInt(b) ? a : b)),
    );
  }
  return positions;
}
