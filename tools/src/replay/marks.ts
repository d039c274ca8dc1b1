import { createHash } from 'node:crypto';
import * as os from 'node:os';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Refusal } from '../shared/errors';

/** Progress of an object's replay. Kept in the bucket, so that no other machine sends it again. */
export interface Mark {
  readonly object: string;
  /** The object's entity tag: another content under the same key is another object. */
  readonly etag: string;
  readonly records: number;
  /** Destination: `stream events`, `delivery stream events`. */
  readonly to: string;
  /** Number of records that have arrived, from the first on. */
  readonly sent: number;
  /** Records in flight, written before they are sent. After a crash their fate is unknown. */
  readonly sending?: { readonly from: number; readonly to: number };
  readonly done: boolean;
  /** Host and process of the replay. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Silence after which a replay on another machine counts as dead. */
const SILENCE_MS = 120_000;

/** Reads and writes the marks of objects, each beside the objects under the error prefix. */
export class Marks {
  private readonly tags = new Map<string, string>();
  readonly me = `${os.hostname()} ${process.pid}`;

  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    /** Prefix of the marks: `error/replayed/`. */
    readonly prefix: string,
  ) {}

  /** Key of an object's mark. */
  keyOf(object: string): string {
    return `${this.prefix}${object}.json`;
  }

  /** The mark of an object; undefined when it was never replayed. */
  async read(object: string): Promise<Mark | undefined> {
    try {
      const key = this.keyOf(object);
      const { Body, ETag } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      if (ETag !== undefined) this.tags.set(object, ETag);
      return JSON.parse((await Body?.transformToString()) ?? '{}') as Mark;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** Refuses if another replay is working on this object: both would send it. */
  refuseIfTaken(mark: Mark): void {
    if (mark.done || mark.sending === undefined || mark.by === this.me) return;
    const [host, pid] = mark.by.split(' ');
    const sameMachine = host === os.hostname();
    const alive = sameMachine ? isRunning(Number(pid)) : Date.now() - Date.parse(mark.at) < SILENCE_MS;
    if (!alive) return;
    throw new Refusal(
      `another replay (${mark.by}) is sending s3://${this.bucket}/${mark.object}: wait until it has ended.`,
    );
  }

  /** Writes a mark only over the version that was read: of two concurrent replays one fails, and stops. */
  async write(mark: Omit<Mark, 'by' | 'at'>): Promise<Mark> {
    const tag = this.tags.get(mark.object);
    const complete: Mark = { ...mark, by: this.me, at: new Date().toISOString() };
    try {
      const { ETag } = await this.s3.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: this.keyOf(mark.object),
          Body: JSON.stringify(complete),
          ContentType: 'application/json',
          ...(tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag }),
        }),
      );
      if (ETag !== undefined) this.tags.set(mark.object, ETag);
      return complete;
    } catch (error) {
      if (!/PreconditionFailed|ConditionalRequestConflict/.test((error as Error).name)) throw error;
      throw new Refusal(
        `another replay is working on s3://${this.bucket}/${mark.object}: this one stopped. Run it again when the other has ended.`,
      );
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Prefix of the partition keys of an object's records, by which records that arrived are recognized. */
export function keyPrefix(object: string, etag: string): string {
  return `replay-${createHash('sha256').update(`${object}\n${etag}`).digest('hex').slice(0, 24)}-`;
}
