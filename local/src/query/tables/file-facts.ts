import type { EngineSession } from '../engine/engine';
import type { TableFile } from './files';

const MAX_REMEMBERED = 20_000;
/** Files that one statement reads. */
const BATCH = 500;

/** What is read from files once and remembered: objects never change, they are replaced. */
export abstract class FileFacts<T> {
  private readonly remembered = new Map<string, T>();

  /** What is known of each file, in their order. */
  async of(files: readonly TableFile[], engine: EngineSession): Promise<T[]> {
    const unknown = files.filter((file) => !this.remembered.has(identity(file)));
    for (let start = 0; start < unknown.length; start += BATCH) {
      const batch = unknown.slice(start, start + BATCH);
      const found = await this.read(batch, engine);
      for (const file of batch) this.remembered.set(identity(file), found.get(file.path) ?? this.nothing);
    }
    const facts = files.map((file) => this.remembered.get(identity(file)) ?? this.nothing);
    while (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value as string);
    return facts;
  }

  /** What there is to say of an empty file. */
  protected abstract readonly nothing: T;

  /** @returns by path */
  protected abstract read(files: readonly TableFile[], engine: EngineSession): Promise<Map<string, T>>;
}

function identity({ path, size, lastModified }: TableFile): string {
  return `${path}|${size}|${lastModified.getTime()}`;
}
