import type { Engine } from '../engine/engine';
import type { TableFile } from './files';

/** Most files whose facts are cached, at a few hundred bytes each. */
const MAX_REMEMBERED = 200_000;
/** Files per job of a worker. */
const BATCH = 2_000;

interface Remembered<T> {
  readonly size: number;
  readonly modified: number;
  readonly fact: T;
}

/** Facts read from files, cached: objects never change, they are replaced. */
export abstract class FileFacts<T> {
  private readonly remembered = new Map<string, Remembered<T>>();

  /** Facts of each file, in order. @throws QueryError that names an unreadable object */
  async of(files: readonly TableFile[], engine: Engine): Promise<T[]> {
    const facts = files.map((file) => this.find(file));
    const unknown = files.flatMap((file, index) => (facts[index] === undefined ? [{ file, index }] : []));
    for (let start = 0; start < unknown.length; start += BATCH) {
      const batch = unknown.slice(start, start + BATCH);
      const found = await this.read(
        batch.map(({ file }) => file),
        engine,
      );
      batch.forEach(({ file, index }, position) => {
        facts[index] = this.keep(file, found[position] as T);
      });
    }
    return facts as T[];
  }

  /** Reads facts. @returns them in the files' order */
  protected abstract read(files: readonly TableFile[], engine: Engine): Promise<T[]>;

  private find({ path, size, lastModified }: TableFile): T | undefined {
    const found = this.remembered.get(path);
    return found?.size === size && found.modified === lastModified.getTime() ? found.fact : undefined;
  }

  /**
   * Caches a fact; the oldest is dropped when the cache is full, in insertion order: a scan of more files than fit
   * would otherwise evict every entry before its next use.
   */
  private keep({ path, size, lastModified }: TableFile, fact: T): T {
    if (this.remembered.size >= MAX_REMEMBERED && !this.remembered.has(path)) {
      const [first] = this.remembered.keys();
      this.remembered.delete(first as string);
    }
    this.remembered.set(path, { size, modified: lastModified.getTime(), fact });
    return fact;
  }
}
