import { monotonic } from '../core/clock';
import type { Cloud } from '../core/cloud';
import { AwsError } from '../core/errors';
import type { MetricValues } from '../core/metrics';
import { publish } from '../services/firehose/metrics';
import { lambdaProcessorOf } from '../services/firehose/processors';
import type { DeliveryStream, S3Settings } from '../services/firehose/state';
import { checkKey } from '../services/s3/operations/common';
import { type Checks, DeliveryBuffer } from './buffer';
import type { Checkpoints, Target } from './checkpoints';
import { isCommitted } from './iceberg/commit';
import { RowWriter } from './iceberg/row-writer';
import { processBatch } from './lambda/processor';
import { LambdaStage } from './lambda/stage';
import { logErrors } from './log';
import { discard, keyOf, makeObjects, type ReadyObject, tableKeyOf } from './objects';
import { lineId, RefusedLines } from './parquet-files';
import type { Batch, Positions } from './record';
import type { Transform } from './transform';
import { bucketOf, exists, writeObject } from './writer';

const MEGABYTE = 1024 * 1024;

/** A sealed buffer in delivery. */
interface Shipment {
  readonly buffer: DeliveryBuffer;
  readonly objects: ReadyObject[];
  /** The bucket of the intent on disk. */
  intendedIn: string | undefined;
}

/** One target of a delivery stream: buffers records, and writes them to S3 when that is due. */
export class TargetPipe {
  private buffer: DeliveryBuffer | undefined;
  private shipment: Shipment | undefined;
  private skip = new Map<string, bigint>();
  /** Lines that no Parquet file can hold: their records go to the error prefix when they are read again. */
  private readonly refused = new Set<string>();
  /** Beginning of the buffer that is read again for that: its records have waited long enough. */
  private waitingSince: number | undefined;
  /** Records waiting for a Lambda processor, and the transform of its results. */
  private stage: LambdaStage | undefined;
  private transform: Transform | undefined;
  private readonly rows: RowWriter;

  /**
   * @param settings returns the target's current settings
   * @param onCommit runs in a checkpoint's transaction
   * @param signal ends an invocation in progress
   */
  constructor(
    private readonly cloud: Cloud,
    private readonly checkpoints: Checkpoints,
    readonly target: Target,
    private readonly folder: string,
    private readonly stream: () => DeliveryStream,
    private readonly settings: () => S3Settings,
    private readonly onCommit: () => void,
    private readonly signal: AbortSignal,
  ) {
    this.rows = new RowWriter(cloud, stream, settings);
  }

  /** Reads the checkpoint; records up to it are skipped. */
  async resume(): Promise<Positions> {
    this.drop();
    await this.settleIntent();
    const positions = this.checkpoints.read(this.stream().id, this.target);
    this.skip = new Map([...positions].map(([shardId, sequence]) => [shardId, BigInt(sequence)]));
    return positions;
  }

  get isEmpty(): boolean {
    return this.buffer === undefined || this.buffer.isEmpty;
  }

  /** Whether no record waits here, neither for a function nor for delivery. */
  get isIdle(): boolean {
    return this.isEmpty && (this.stage?.isEmpty ?? true);
  }

  get isShipping(): boolean {
    return this.shipment !== undefined;
  }

  /** Arrival of the oldest buffered record, in milliseconds since the epoch. */
  get oldest(): number | undefined {
    return this.shipment?.buffer.oldest ?? this.buffer?.oldest ?? this.stage?.oldest;
  }

  /** @param transform transform of a new buffer, used for its first record */
  async add(batch: Batch, transform: Transform | undefined): Promise<void> {
    this.transform = transform;
    const fresh = this.withoutDelivered(batch);
    const processor =
      this.target === 'data' ? lambdaProcessorOf(this.stream().iceberg ?? this.stream().destination) : undefined;
    if (processor === undefined) return this.fill(fresh);
    this.stage ??= new LambdaStage(processor);
    this.stage.add(fresh, this.waitingSince ?? monotonic(this.cloud.clock));
  }

  /** Runs the Lambda processor for records that are due, or for all waiting ones. */
  async process({ all = false } = {}): Promise<void> {
    for (;;) {
      const { stage } = this;
      const batch = stage?.next(all ? Number.POSITIVE_INFINITY : monotonic(this.cloud.clock));
      if (stage === undefined || batch === undefined) return;
      const processed = await processBatch(this.cloud, this.stream(), stage.processor, batch, this.signal);
      if (processed === undefined) return;
      await this.fill(processed);
      stage.remove(batch);
      // The function's results may fill the buffer; records that still wait come after it.
      if (this.isDue) await this.ship();
    }
  }

  private async fill(batch: Batch): Promise<void> {
    const { clock } = this.cloud;
    this.buffer ??= new DeliveryBuffer(this.folder, this.transform, this.checksFor(this.transform));
    await this.buffer.add(batch, clock, this.waitingSince ?? monotonic(clock));
  }

  /** A batch's records that this target hasn't delivered. */
  private withoutDelivered(batch: Batch): Batch {
    const skip = this.skip.get(batch.shardId);
    if (skip === undefined) return batch;
    const records = batch.records.filter(({ sequenceNumber }) => BigInt(sequenceNumber) > skip);
    if (records.length > 0) this.skip.delete(batch.shardId);
    return { ...batch, records };
  }

  /** End of the buffer's interval, by the monotonic clock; undefined while it is empty. */
  get dueAt(): number | undefined {
    const since = this.buffer?.since;
    return since === undefined ? undefined : since + this.settings().BufferingHints.IntervalInSeconds * 1000;
  }

  /** Time of the Lambda processor's next invocation. */
  get processingDueAt(): number | undefined {
    return this.stage?.dueAt;
  }

  get isDue(): boolean {
    if (this.isEmpty || this.buffer === undefined) return false;
    if (this.buffer.bytes >= this.settings().BufferingHints.SizeInMBs * MEGABYTE) return true;
    return (this.dueAt ?? Number.POSITIVE_INFINITY) <= monotonic(this.cloud.clock);
  }

  /** Writes the objects of the buffer, and of earlier failed attempts. @throws DeliveryFailure */
  async ship(): Promise<void> {
    if (this.shipment === undefined) {
      if (this.buffer === undefined || this.buffer.isEmpty) return;
      const { buffer } = this;
      const objects = await this.objectsOf(buffer);
      this.shipment = { buffer, objects, intendedIn: undefined };
      this.buffer = undefined;
    }
    await this.finish(this.shipment);
    this.shipment = undefined;
  }

  /** @throws RefusedLines after recording the lines: the buffered records must then be read again */
  private async objectsOf(buffer: DeliveryBuffer): Promise<ReadyObject[]> {
    try {
      return await makeObjects(this.cloud, this.stream(), this.settings(), buffer);
    } catch (error) {
      if (error instanceof RefusedLines) {
        for (const line of error.lines) this.refused.add(line);
        this.waitingSince = buffer.since;
      } else publish(this.cloud, this.stream(), { [`${this.metric}.Success`]: [0, 'Count'] });
      throw error;
    }
  }

  private checksFor(transform: Transform | undefined): Checks {
    const [stream, settings] = [this.stream(), this.settings()];
    return {
      isRefused: this.refused.size === 0 ? undefined : (line) => this.refused.has(lineId(line)),
      problemOf: (partitionKeys, oldest) => {
        const key = keyOf(stream, settings, { oldest, partitionKeys, errorType: undefined }, transform);
        return keyProblem(bucketOf(settings), key);
      },
    };
  }

  private get metric(): 'BackupToS3' | 'DeliveryToS3' | 'DeliveryToIceberg' {
    if (this.target === 'backup') return 'BackupToS3';
    return this.stream().iceberg === undefined ? 'DeliveryToS3' : 'DeliveryToIceberg';
  }

  /** Publishes the age of waiting records: DataFreshness grows for as long as nothing is delivered. */
  publishWaiting(): void {
    const { oldest } = this;
    if (oldest === undefined) return;
    const age = Math.max(0, Math.round((this.cloud.clock.now() - oldest) / 1000));
    publish(this.cloud, this.stream(), { [`${this.metric}.DataFreshness`]: [age, 'Seconds'] });
  }

  /** Drops the buffered records, which are still at their source. */
  drop(): void {
    this.buffer?.remove();
    this.buffer = undefined;
    this.stage = undefined;
    if (this.shipment !== undefined) this.clean(this.shipment);
    this.shipment = undefined;
  }

  private async finish(shipment: Shipment): Promise<void> {
    const stream = this.stream();
    const settings = this.settings();
    const bucket = bucketOf(settings);
    // A new intent, if the destination was changed after an attempt.
    if (shipment.intendedIn !== bucket) {
      await this.checkpoints.intend(stream.id, this.target, {
        bucket,
        objects: shipment.objects.map(({ key, records }) => ({ key, records })),
        through: [...shipment.buffer.through],
      });
      shipment.intendedIn = bucket;
    }
    for (const object of shipment.objects) {
      if (!object.written) await this.write(object);
    }
    const { through } = shipment.buffer;
    await this.checkpoints.commit(stream.id, this.target, through, this.onCommit);
    this.clean(shipment);
    await logErrors(this.cloud, stream, shipment.buffer);
    this.refused.clear();
    this.waitingSince = undefined;
  }

  private async write(object: ReadyObject): Promise<void> {
    const name = this.metric;
    const stream = this.stream();
    const { part, size, records } = object;
    try {
      await this.put(object);
    } catch (error) {
      publish(this.cloud, stream, { [`${name}.Success`]: [0, 'Count'] });
      throw error;
    }
    const freshness = Math.max(0, Math.round((this.cloud.clock.now() - part.oldest) / 1000));
    const delivered: MetricValues = {
      [`${name}.Success`]: [1, 'Count'],
      [`${name}.Bytes`]: [size, 'Bytes'],
      [`${name}.DataFreshness`]: [freshness, 'Seconds'],
    };
    if (stream.iceberg !== undefined) {
      const failed = object.rejected === true || part.errorType !== undefined;
      publish(this.cloud, stream, {
        'DeliveryToIceberg.IncomingRowCount': [records, 'Count'],
        [`DeliveryToIceberg.${failed ? 'Failed' : 'Successful'}RowCount`]: [records, 'Count'],
        ...(failed ? {} : delivered),
      });
      return;
    }
    if (part.errorType === undefined)
      publish(this.cloud, stream, { ...delivered, [`${name}.Records`]: [records, 'Count'] });
    this.publishConversion(object);
  }

  private async put(object: ReadyObject): Promise<void> {
    const [stream, settings] = [this.stream(), this.settings()];
    const rows = stream.iceberg && tableKeyOf(object.key);
    if (rows === undefined) return writeObject(this.cloud, stream, settings, object);
    await this.rows.write(object, rows);
  }

  private publishConversion({ part, records, bytes }: ReadyObject): void {
    const converts = this.stream().destination.DataFormatConversionConfiguration?.Enabled === true;
    if (this.target === 'backup' || !converts) return;
    const name = part.errorType === undefined ? 'SucceedConversion' : 'FailedConversion';
    publish(this.cloud, this.stream(), {
      [`${name}.Records`]: [records, 'Count'],
      [`${name}.Bytes`]: [bytes, 'Bytes'],
    });
  }

  private clean({ buffer, objects }: Shipment): void {
    discard(objects);
    buffer.remove();
  }

  /**
   * After a restart, or a fault of this endpoint: finds out whether the intent's objects were written. If so, continues
   * after them; otherwise delivers them again.
   */
  private async settleIntent(): Promise<void> {
    const stream = this.stream();
    const intent = this.checkpoints.intent(stream.id, this.target);
    if (intent === undefined) return;
    let [missing, maybeThere] = [0, 0];
    for (const { key, records } of intent.objects) {
      const rows = stream.iceberg && tableKeyOf(key);
      const found =
        stream.iceberg !== undefined && rows !== undefined
          ? await isCommitted(this.cloud, stream, stream.iceberg, rows)
          : await exists(this.cloud, stream, this.settings(), intent.bucket, key);
      if (found !== true) missing++;
      if (found !== false) maybeThere += records;
    }
    if (missing === 0) {
      const through = new Map(intent.through);
      await this.checkpoints.commit(stream.id, this.target, through, this.onCommit);
      return;
    }
    await this.checkpoints.abandon(stream.id, this.target, maybeThere);
    if (maybeThere > 0) {
      this.cloud.options.log(
        `Delivery stream ${stream.name}: up to ${maybeThere} records are delivered twice, since a delivery was cut off between an object and its checkpoint.`,
      );
    }
  }
}

function keyProblem(bucket: string, key: string): string | undefined {
  try {
    checkKey(bucket, key);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `the object's key would be longer than S3 allows: ${Buffer.byteLength(key)} bytes`;
  }
}
