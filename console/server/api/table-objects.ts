import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { parquetMetadataAsync } from 'hyparquet';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';
import { objectBuffer } from './object-buffer.js';

/** Objects under the table's prefix. */
export interface TableObjects {
  readonly objects: number;
  readonly bytes: number;
  /** Rows by the Parquet footers; undefined for other formats. */
  readonly rows: number | undefined;
  readonly newest: string | undefined;
  /** Whether every object is counted in `objects` and `bytes`. */
  readonly complete: boolean;
  /** Whether every object is counted in `rows`. */
  readonly rowsComplete: boolean;
}

interface Found {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  readonly modified: Date;
}

/** Most objects that are counted; a larger table's count is a lower bound, which `complete` tells. */
const COUNTED_OBJECTS = 5_000;
/** Most footers of one read: a large table's rows are counted over several. */
const FOOTERS_A_LOOK = 64;
const FOOTERS_AT_ONCE = 8;
/** Bytes that hold most footers; a larger footer costs a second request. */
const FOOTER_BYTES = 32 * 1024;

/** Counts the table's objects and their rows. An object never changes, so its footer is read once. */
export class TableObjectCounter {
  private rowsOf = new Map<string, number>();

  constructor(
    private readonly aws: Aws,
    private readonly lakehouse: Lakehouse,
  ) {}

  async count(): Promise<TableObjects> {
    const { found, complete } = await this.list();
    const parquet = found.filter(({ key }) => key.endsWith('.parquet'));
    await this.readFooters(parquet);
    const rows = parquet.map((object) => this.rowsOf.get(identity(object)));
    const known = rows.filter((count) => count !== undefined);
    const newest = Math.max(...found.map(({ modified }) => modified.getTime()));
    return {
      objects: found.length,
      bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: parquet.length < found.length ? undefined : known.reduce((sum, count) => sum + count, 0),
      newest: found.length === 0 ? undefined : new Date(newest).toISOString(),
      complete,
      rowsComplete: complete && known.length === rows.length,
    };
  }

  private async list(): Promise<{ found: Found[]; complete: boolean }> {
    const found: Found[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.aws.s3.send(
        new ListObjectsV2Command({
          Bucket: this.lakehouse.bucket,
          Prefix: this.lakehouse.tablePrefix,
          ContinuationToken,
        }),
      );
      for (const { Key, ETag, Size, LastModified } of page.Contents ?? [])
        found.push({ key: Key ?? '', etag: ETag ?? '', bytes: Size ?? 0, modified: LastModified ?? new Date(0) });
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined && found.length < COUNTED_OBJECTS);
    return { found, complete: ContinuationToken === undefined };
  }

  private async readFooters(objects: readonly Found[]): Promise<void> {
    const present = new Set(objects.map(identity));
    this.rowsOf = new Map([...this.rowsOf].filter(([id]) => present.has(id)));
    const unread = objects.filter((object) => !this.rowsOf.has(identity(object))).slice(-FOOTERS_A_LOOK);
    const next = unread.values();
    const work = async () => {
      // An unreadable object (deleted meanwhile, no permission) makes the count incomplete.
      for (const object of next) await this.readFooter(object).catch(() => undefined);
    };
    await Promise.all(Array.from({ length: FOOTERS_AT_ONCE }, work));
  }

  private async readFooter(object: Found): Promise<void> {
    const file = objectBuffer(this.aws, this.lakehouse.bucket, object.key, object.bytes);
    const { num_rows } = await parquetMetadataAsync(file, { initialFetchSize: FOOTER_BYTES });
    this.rowsOf.set(identity(object), Number(num_rows));
  }
}

const identity = ({ key, etag }: Found): string => `${key} ${etag}`;
