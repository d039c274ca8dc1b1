import { statfsSync } from 'node:fs';

/**
 * Room that is left to the metadata alone: it is refused last, as deletions need it too, and before LMDB itself meets a
 * full disk, on which its error path ends the process.
 */
const METADATA_RESERVE = 32 * 1024 * 1024;
/** Room below which records and bodies are refused. */
const DATA_RESERVE = 2 * METADATA_RESERVE;
/** For how long a look at the disk is good: what comes in that time fits into the reserves. */
const LOOK_MS = 20;

/** The disk of the data directory has no room left; by its code the same as the operating system's refusal. */
export class DiskFull extends Error {
  readonly code = 'ENOSPC';

  constructor(path: string, free: number) {
    super(`The disk of ${path} is full: ${Math.floor(free / 1024 / 1024)} MB are free.`);
  }
}

/** Whether the operating system, or {@link DiskSpace}, refused a write for lack of room. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** How much room the disk of a folder has. What is refused is taken again once there is room. */
export class DiskSpace {
  private free = Number.POSITIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly path: string) {}

  /** @throws DiskFull if records and bodies may not be written. */
  checkData(): void {
    this.check(DATA_RESERVE);
  }

  /** @throws DiskFull if not even metadata may be written. */
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
