import { readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Free space reserved for metadata, which is refused last: deletions need it too. It is refused before LMDB itself
 * meets a full disk, since its error path would end the process.
 */
const METADATA_RESERVE = 32 * 1024 * 1024;
/** Free space below which records and bodies are refused. */
const DATA_RESERVE = 2 * METADATA_RESERVE;
/** Milliseconds for which a measurement holds: writes in that time fit into the reserves. */
const LOOK_MS = 20;

/** Part of a file-size limit that is reserved in LMDB's file. */
const LIMIT_RESERVE = 1 / 8;

/** The disk of the data directory is full, or a file has its greatest size; its code equals the operating system's. */
export class DiskFull extends Error {
  constructor(
    message: string,
    readonly code: 'ENOSPC' | 'EFBIG' = 'ENOSPC',
  ) {
    super(message);
  }
}

/** Whether a write was refused for lack of space, by the operating system or by {@link DiskSpace}. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** Free space of a folder's disk. Writes are accepted again once there is space. */
export class DiskSpace {
  private free = Number.POSITIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;

  /** Bytes that LMDB's file may have. */
  private readonly limit: number;

  constructor(private readonly path: string) {
    const limit = fileSizeLimit();
    this.limit = limit - Math.min(METADATA_RESERVE, limit * LIMIT_RESERVE);
  }

  /** @throws DiskFull if records and bodies may not be written */
  checkData(): void {
    this.check(DATA_RESERVE);
  }

  /** @throws DiskFull if not even metadata may be written */
  checkMetadata(): void {
    this.check(METADATA_RESERVE);
    if (Number.isFinite(this.limit)) this.checkFile();
  }

  // A commit that meets the limit fails in LMDB, which can report it as done: the write would be acknowledged and lost.
  private checkFile(): void {
    const file = join(this.path, 'data.mdb');
    if (statSync(file).size > this.limit) {
      throw new DiskFull(`${file} can't grow: this process may write no larger files (ulimit -f).`, 'EFBIG');
    }
  }

  private check(reserve: number): void {
    const now = performance.now();
    if (now - this.lookedAt >= LOOK_MS) {
      const { bavail, bsize } = statfsSync(this.path);
      this.free = bavail * bsize;
      this.lookedAt = now;
    }
    if (this.free < reserve) {
      throw new DiskFull(`The disk of ${this.path} is full: ${Math.floor(this.free / 1024 / 1024)} MB are free.`);
    }
  }
}

/** The process's greatest file size in bytes; Infinity for none, and where the system doesn't tell. */
function fileSizeLimit(): number {
  try {
    const [, soft = ''] = /^Max file size +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === '' ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
