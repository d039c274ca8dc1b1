import { type FileHandle, open } from 'node:fs/promises';

/**
 * Most open files of logs. A process on macOS may have 256 in all, connections included; appending to a file that was
 * closed meanwhile costs one more open.
 */
const MOST_OPEN = 64;

interface Entry {
  readonly handle: Promise<FileHandle>;
  users: number;
}

/** Files of logs, kept open; the least recently used one is closed when there are too many. */
export class OpenFiles {
  /** Open files in the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly waiting: (() => void)[] = [];
  private closing = 0;

  constructor(private readonly most = MOST_OPEN) {}

  /**
   * Runs work with a file that is open for reading and writing; waits while too many are in use.
   * @param create whether to create the file if missing; otherwise that is an ENOENT
   */
  async use<T>(path: string, create: boolean, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const entry = await this.take(path, create);
    try {
      return await work(await entry.handle);
    } finally {
      entry.users--;
      this.waiting.shift()?.();
    }
  }

  /** Closes a file that isn't in use. */
  async close(path: string): Promise<void> {
    const entry = this.entries.get(path);
    if (entry === undefined || entry.users > 0) return;
    this.entries.delete(path);
    this.closing++;
    await (await entry.handle.catch(() => undefined))?.close();
    this.closing--;
    this.waiting.shift()?.();
  }

  private async take(path: string, create: boolean): Promise<Entry> {
    for (;;) {
      const present = this.entries.get(path);
      if (present !== undefined) {
        this.entries.delete(path);
        this.entries.set(path, present);
        present.users++;
        return present;
      }
      if (this.entries.size + this.closing < this.most) return this.open(path, create);
      const idle = [...this.entries].find(([, { users }]) => users === 0)?.[0];
      if (idle !== undefined) await this.close(idle);
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private open(path: string, create: boolean): Entry {
    const handle = open(path, create ? 'w+' : 'r+');
    const entry = { handle, users: 1 };
    this.entries.set(path, entry);
    handle.catch(() => {
      if (this.entries.get(path) === entry) this.entries.delete(path);
    });
    return entry;
  }
}

/** Open files of all logs in this process. */
export const openFiles = new OpenFiles();
