import { randomUUID } from 'node:crypto';
import type {
  BufferingHints,
  DeliveryStreamStatus,
  DeliveryStreamType,
  ExtendedS3DestinationConfiguration,
  KeyType,
  S3DestinationConfiguration,
} from '@aws-sdk/client-firehose';
import type { Caller, Strict } from '../../core/operation';
import { type Owner, ownerOf } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import type { Tips } from '../kinesis/tips';
import { contract } from './contract';
import { streamNotFound } from './errors';
import type { IcebergSettings } from './iceberg';
import { PutRecords } from './put-records';

/** An S3 destination with AWS's defaults. */
export type S3Settings = Strict<S3DestinationConfiguration> & {
  readonly BufferingHints: Required<BufferingHints>;
  readonly CompressionFormat: string;
};

/** The extended S3 destination with AWS's defaults. */
export type DestinationSettings = Omit<
  Strict<ExtendedS3DestinationConfiguration>,
  keyof S3DestinationConfiguration | 'S3BackupConfiguration'
> &
  S3Settings & { readonly S3BackupConfiguration?: S3Settings };

export interface DeliveryStream {
  readonly name: string;
  readonly arn: string;
  /** Unique id: checkpoints must not be taken over by a later stream of the same name. */
  readonly id: string;
  readonly type: DeliveryStreamType;
  readonly status: DeliveryStreamStatus;
  /** Starts at 1 and increases with every change of the destination; part of the objects' keys. */
  readonly version: number;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly source?: {
    readonly streamArn: string;
    readonly roleArn: string;
    readonly startsAt: number;
    /**
     * Ends of the shards at its creation. @default unknown: it was created by an earlier version, or before its stream
     */
    readonly startsAfter?: Tips;
  };
  /** S3 destination of data and errors; for Iceberg, the destination of failed records and backups. */
  readonly destination: DestinationSettings;
  /** Tables of the records. @default none: records go to S3 */
  readonly iceberg?: IcebergSettings;
  readonly encryption?: { readonly keyType: KeyType; readonly keyArn?: string };
  readonly tags: Readonly<Record<string, string>>;
}

/** Id of a delivery stream's single destination. */
export const DESTINATION_ID = 'destinationId-000000000001';

/** Interface of the data plane, which moves the delivery streams' records. */
export interface DataPlane {
  created(stream: DeliveryStream): void;
  changed(stream: DeliveryStream): void;
  /** Called when records were put into a DirectPut stream. */
  put(stream: DeliveryStream): void;
  /** Delivers buffered records, in one attempt, and forgets the stream. */
  deleted(stream: DeliveryStream): Promise<void>;
}

/** Firehose's delivery streams, by account and region. */
export class FirehoseState extends ServiceState {
  private readonly streams = this.owned<DeliveryStream>('firehose.streams');
  readonly records = new PutRecords(this.cloud);
  private readonly deletions = new Set<Promise<void>>();

  /** Loaded at first use: an endpoint without delivery streams needs none of it. */
  get dataPlane(): DataPlane {
    return this.cloud.dataPlaneOf(contract) as DataPlane;
  }

  find(caller: Owner, name: string): DeliveryStream | undefined {
    return this.streams.get(caller, name);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(caller: Owner, name: string): DeliveryStream {
    const found = this.find(caller, name);
    if (found === undefined) throw streamNotFound(name, caller.accountId);
    return found;
  }

  /** All delivery streams of an account and region, by name. */
  list(caller: Caller): DeliveryStream[] {
    return [...this.streams.list(caller)];
  }

  /** Every delivery stream of the endpoint. */
  all(): DeliveryStream[] {
    return [...this.streams.all()].map(({ value }) => value);
  }

  /** Changes one delivery stream atomically. @returns the result of `change` */
  async update(
    caller: Caller,
    name: string,
    change: (stream: DeliveryStream) => DeliveryStream,
  ): Promise<DeliveryStream> {
    return this.transaction(() => {
      const changed = change(this.get(caller, name));
      this.streams.put(caller, [name], changed);
      return changed;
    });
  }

  /** @param check runs within the transaction, before the write; throws to refuse */
  async add(caller: Caller, stream: DeliveryStream, check: () => void): Promise<void> {
    await this.transaction(() => {
      check();
      this.streams.put(caller, [stream.name], stream);
    });
  }

  /** Removes a DELETING delivery stream after its last work, even a failed one. */
  finishDeletion(stream: DeliveryStream, work: Promise<void>): void {
    const failed = (error: Error) =>
      this.cloud.options.log(`Deleting delivery stream ${stream.name}: ${error.message}`);
    const done = work
      .catch(failed)
      .then(() => this.remove(ownerOf(stream.arn), stream))
      .catch(failed)
      .finally(() => this.deletions.delete(done));
    this.deletions.add(done);
  }

  /** Waits for deletions in progress, whose last writes would find the store closed. */
  async deletionsDone(): Promise<void> {
    await Promise.all(this.deletions);
  }

  /** Removes a delivery stream, unless another one has its name by now. */
  private async remove(caller: Owner, stream: DeliveryStream): Promise<void> {
    await this.transaction(() => {
      if (this.find(caller, stream.name)?.id === stream.id) this.streams.remove(caller, stream.name);
    });
  }
}

export const newStreamId = (): string => randomUUID();
