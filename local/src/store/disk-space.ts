import { statfsSync } from 'node:fs';

/**
 * Free space reserved for metadata, which is refused last: deletions need it too. It is refused before LMDB itself
 * meets a full disk, since its error path would end the process.
 */
const METADATA_RESERVE = 32 * 1024 * 1024;
/** Free space below which records and bodies are refused. */
const DATA_RESERVE = 2 * METADATA_RESERVE;
/** Milliseconds for which a measurement holds: writes in that time fit into the reserves. */
const LOOK_MS = 20;

/** The disk of the data directory is full; its code equals the operating system's. */
export class DiskFull extends Error {
  readonly code = 'ENOSPC';

  constructor(path: string, free: number) {
    super(`The disk of ${path} is full: ${Math.floor(free / 1024 / 1024)} MB are free.`);
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

  constructor(private readonly path: string) {}

  /** @throws DiskFull if records and bodies may not be written */
  checkData(): void {
    this.check(DATA_RESERVE);
  }

  /** @throws DiskFull if not even metadata may be written */
  checkMetadata(): void {
    this.check(METADATA_RESERVE);
  }

  private check(reserve: number): void {
    const now = performance.now();
    if (now - this.lookedAt >= LOOK_MS) {
      const { bavail, bsize } = statfsSync(this.path);
      this.free = bavail * bsize;
      this.lookedAt = now;
    }
    if (this.free < reserve) throw new DiskFull(this.path, this.free);
  }
}
