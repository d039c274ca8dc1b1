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

/** An S3 destination with AWS's defaults filled in. */
export type S3Settings = Strict<S3DestinationConfiguration> & {
  readonly BufferingHints: Required<BufferingHints>;
  readonly CompressionFormat: string;
};

/** The extended S3 destination with AWS's defaults filled in. */
export type DestinationSettings = Omit<
  Strict<ExtendedS3DestinationConfiguration>,
  keyof S3DestinationConfiguration | 'S3BackupConfiguration'
> &
  S3Settings & { readonly S3BackupConfiguration?: S3Settings };

export interface DeliveryStream {
  readonly name: string;
  readonly arn: string;
  /** Tells a delivery stream from one of the same name that was there before: checkpoints go by it. */
  readonly id: string;
  readonly type: DeliveryStreamType;
  readonly status: DeliveryStreamStatus;
  /** Starts at 1 and grows with every change of the destination; it is part of the objects' keys. */
  readonly version: number;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly source?: {
    readonly streamArn: string;
    readonly roleArn: string;
    readonly startsAt: number;
    /** Where the shards ended then. @default not known: it was made by an earlier version, or before its stream */
    readonly startsAfter?: Tips;
  };
  /** Where data and errors go on S3; for Iceberg the destination behind the tables. */
  readonly destination: DestinationSettings;
  /** The tables that records go to. @default they go to S3 */
  readonly iceberg?: IcebergSettings;
  readonly encryption?: { readonly keyType: KeyType; readonly keyArn?: string };
  readonly tags: Readonly<Record<string, string>>;
}

/** The one destination that a delivery stream can have. */
export const DESTINATION_ID = 'destinationId-000000000001';

/** The data plane, as operations see it: it moves records of the delivery streams that it is told of. */
export interface DataPlane {
  created(stream: DeliveryStream): void;
  changed(stream: DeliveryStream): void;
  /** Records were put into a DirectPut stream. */
  put(stream: DeliveryStream): void;
  /** Delivers what is buffered, if that works at the first try, and forgets the stream. */
  deleted(stream: DeliveryStream): Promise<void>;
}

/** Firehose's delivery streams, by account and region. */
export class FirehoseState extends ServiceState {
  private readonly streams = this.owned<DeliveryStream>('firehose.streams');
  readonly records = new PutRecords(this.cloud);

  /** Starts with its first use: an endpoint without delivery streams loads none of it. */
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

  /** Reads and writes one delivery stream as one step. @returns what `change` returned. */
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

  /** @param check runs inside the transaction, before the write; throws to refuse. */
  async add(caller: Caller, stream: DeliveryStream, check: () => void): Promise<void> {
    await this.transaction(() => {
      check();
      this.streams.put(caller, [stream.name], stream);
    });
  }

  /** Removes a delivery stream that is DELETING once its last work is done, however that ends. */
  finishDeletion(stream: DeliveryStream, work: Promise<void>): void {
    const failed = (error: Error) =>
      this.cloud.options.log(`Deleting delivery stream ${stream.name}: ${error.message}`);
    work
      .catch(failed)
      .then(() => this.remove(ownerOf(stream.arn), stream))
      .catch(failed);
  }

  /** Removes a delivery stream, unless it is another one of that name by now. */
  private async remove(caller: Owner, stream: DeliveryStream): Promise<void> {
    await this.transaction(() => {
      if (this.find(caller, stream.name)?.id === stream.id) this.streams.remove(caller, stream.name);
    });
  }
}

export const newStreamId = (): string => randomUUID();
