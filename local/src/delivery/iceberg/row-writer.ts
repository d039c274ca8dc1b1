import { rmSync, statSync } from 'node:fs';
import type { Cloud } from '../../core/cloud';
import type { IcebergSettings } from '../../services/firehose/iceberg';
import type { DeliveryStream, S3Settings } from '../../services/firehose/state';
import { DeliveryFailure } from '../failure';
import { logFailure } from '../log';
import { keyOf, type ReadyObject, type TableBatch } from '../objects';
import { writeObject } from '../writer';
import { commitToTable } from './commit';
import { writeRejectedRows } from './rejected';

/** Writes a delivery stream's rows to their tables, and to the error prefix after failing for long enough. */
export class RowWriter {
  /** Time since which rows for a table are refused, by the object's key. */
  private readonly failingSince = new Map<string, number>();

  constructor(
    private readonly cloud: Cloud,
    private readonly stream: () => DeliveryStream,
    private readonly settings: () => S3Settings,
  ) {}

  /** @throws DeliveryFailure as long as the rows are to be retried ("RetryOptions") */
  async write(object: ReadyObject, rows: TableBatch): Promise<void> {
    const stream = this.stream();
    if (stream.iceberg === undefined) return;
    try {
      await commitToTable(this.cloud, stream, stream.iceberg, { ...rows, path: object.path });
      object.written = true;
    } catch (error) {
      if (!(error instanceof DeliveryFailure)) throw error;
      await this.reject(object, stream.iceberg, error);
    }
  }

  private async reject(object: ReadyObject, { RetryOptions }: IcebergSettings, error: DeliveryFailure): Promise<void> {
    const now = this.cloud.clock.now();
    const since = this.failingSince.get(object.key) ?? now;
    this.failingSince.set(object.key, since);
    if (now - since < (RetryOptions?.DurationInSeconds ?? 0) * 1000) throw error;
    const [stream, settings] = [this.stream(), this.settings()];
    const part = { ...object.part, errorType: 'iceberg-failed' as const };
    const path = `${object.path}-rejected`;
    writeRejectedRows(object.path, path, error, part.oldest, now);
    try {
      const key = keyOf(stream, settings, part, undefined);
      await writeObject(this.cloud, stream, settings, { ...object, key, path, size: statSync(path).size, part });
    } finally {
      rmSync(path, { force: true });
    }
    object.written = true;
    object.rejected = true;
    this.failingSince.delete(object.key);
    await logFailure(this.cloud, stream, error);
  }
}
