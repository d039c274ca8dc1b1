import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cloud, State } from '../core/cloud';
import { type DataPlane, type DeliveryStream, FirehoseState } from '../services/firehose/state';
import { GlueState } from '../services/glue/state';
import { KinesisState } from '../services/kinesis/state';
import { FunctionRuntime } from '../services/lambda/runtime/pool';
import { LambdaState } from '../services/lambda/state';
import { LogsState } from '../services/logs/state';
import { S3State } from '../services/s3/state';
import { Checkpoints } from './checkpoints';
import { ParquetFiles } from './parquet-files';
import { DeliveryPipe } from './pipe';

/** Firehose's data plane: one pipe per delivery stream. */
export class Delivery implements State, DataPlane {
  /** Closed before these: the last delivery uses them. */
  static readonly uses = [
    ...[FirehoseState, ParquetFiles, KinesisState, LogsState, GlueState, S3State, LambdaState, FunctionRuntime],
  ];

  private readonly checkpoints: Checkpoints;
  private readonly pipes = new Map<string, DeliveryPipe>();
  private readonly folder: string;

  /** Resumes the delivery streams at their checkpoints. */
  constructor(private readonly cloud: Cloud) {
    this.checkpoints = new Checkpoints(cloud);
    this.folder = resolve(join(cloud.options.dataDir, 'delivery'));
    // Files of undelivered buffers are deleted: their records are still at their sources.
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    const state = this.cloud.state(FirehoseState);
    for (const stream of state.all()) {
      if (stream.status === 'DELETING') state.finishDeletion(stream, this.forget(stream));
      else this.created(stream);
    }
  }

  created(stream: DeliveryStream): void {
    // Creating the first stream starts the data plane, whose constructor has found that stream already.
    if (this.pipes.has(stream.id)) return;
    this.pipes.set(stream.id, new DeliveryPipe(this.cloud, this.checkpoints, stream, this.folder));
  }

  changed(stream: DeliveryStream): void {
    this.pipes.get(stream.id)?.change(stream);
  }

  put(stream: DeliveryStream): void {
    this.pipes.get(stream.id)?.wake();
  }

  async deleted(stream: DeliveryStream): Promise<void> {
    await this.pipes.get(stream.id)?.drain();
    this.pipes.delete(stream.id);
    await this.forget(stream);
  }

  async close(): Promise<void> {
    await Promise.all([...this.pipes.values()].map((pipe) => pipe.stop()));
    await this.cloud.state(FirehoseState).deletionsDone();
    this.pipes.clear();
  }

  private async forget(stream: DeliveryStream): Promise<void> {
    await this.checkpoints.forget(stream.id);
    await this.cloud.state(FirehoseState).records.forget(stream.id);
  }
}
