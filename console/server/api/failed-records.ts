import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';

/** Records that delivery wrote under the error prefix, and that are still there. */
export interface FailedRecords {
  /** The error prefix up to its first expression. */
  readonly prefix: string;
  readonly objects: number;
  readonly records: number;
  /** Whether every object is counted in `records`. */
  readonly complete: boolean;
}

/** Most objects that are counted, and read at a time: a long-lasting error costs its reading once. */
const COUNTED_OBJECTS = 1_000;
const OBJECTS_A_LOOK = 32;
const OBJECTS_AT_ONCE = 4;

/** Counts the records under the error prefix, one line of JSON each. An object never changes, so it is read once. */
export class FailedRecordCounter {
  private readonly linesOf = new Map<string, number>();
  private prefix: string | undefined;

  constructor(
    private readonly aws: Aws,
    private readonly lakehouse: Lakehouse,
  ) {}

  async count(): Promise<FailedRecords> {
    const prefix = await this.errorPrefix();
    if (prefix === '') return { prefix, objects: 0, records: 0, complete: true };
    const { keys, complete } = await this.list(prefix);
    const unread = keys
      .filter((key) => !this.linesOf.has(key))
      .slice(0, OBJECTS_A_LOOK)
      .values();
    const work = async () => {
      // An unreadable object makes the count a lower bound, which `complete` tells.
      for (const key of unread) await this.read(key).catch(() => undefined);
    };
    await Promise.all(Array.from({ length: OBJECTS_AT_ONCE }, work));
    const known = keys.flatMap((key) => this.linesOf.get(key) ?? []);
    return {
      prefix,
      objects: keys.length,
      records: known.reduce((sum, lines) => sum + lines, 0),
      complete: complete && known.length === keys.length,
    };
  }

  /**
   * The fixed part of the error prefix. It is empty if the prefix begins with an expression, and nothing is counted.
   */
  private async errorPrefix(): Promise<string> {
    if (this.prefix === undefined) {
      const { DeliveryStreamDescription: description } = await this.aws.firehose.send(
        new DescribeDeliveryStreamCommand({ DeliveryStreamName: this.lakehouse.deliveryStreamName }),
      );
      const prefix = description?.Destinations?.[0]?.ExtendedS3DestinationDescription?.ErrorOutputPrefix ?? '';
      this.prefix = prefix.split('!{')[0] ?? '';
    }
    return this.prefix;
  }

  private async list(Prefix: string): Promise<{ keys: string[]; complete: boolean }> {
    const page = await this.aws.s3.send(
      new ListObjectsV2Command({ Bucket: this.lakehouse.bucket, Prefix, MaxKeys: COUNTED_OBJECTS }),
    );
    return { keys: (page.Contents ?? []).map(({ Key }) => Key ?? ''), complete: page.IsTruncated !== true };
  }

  private async read(key: string): Promise<void> {
    const { Body } = await this.aws.s3.send(new GetObjectCommand({ Bucket: this.lakehouse.bucket, Key: key }));
    const text = (await Body?.transformToString()) ?? '';
    this.linesOf.set(key, text.split('\n').filter((line) => line.trim() !== '').length);
  }
}
