import { mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alternative, pathOfKey } from './key-path';

/**
 * One file operation of a commit. They are written down with the metadata and can be done again after a crash: each
 * one sees from the files whether it has happened.
 */
export type FileStep =
  /** The current body becomes an old version's, under a name that nothing had before. */
  | { readonly archive: readonly [from: string, to: string] }
  /** A body takes its place, over the one that is there. */
  | { readonly install: readonly [from: string, to: string] }
  | { readonly remove: string }
  /** A bucket's folder, with whatever of unfinished uploads is in it. */
  | { readonly removeFolder: string };

/**
 * The plain files of objects' bodies. Paths are relative to S3's folder: `<bucket>/objects/<key>`. All of it is
 * synchronous, so that choosing a name and taking it is one step.
 */
export class BodyFiles {
  /** Files that are about to be there, and folders that are about to be needed. */
  private readonly files = new Set<string>();
  private readonly folders = new Map<string, number>();

  constructor(readonly root: string) {}

  absolute(path: string): string {
    return join(this.root, path);
  }

  /** Chooses a free path for a new key's body and reserves it; its folders are there then. */
  choose(bucket: string, key: string): string {
    const names = pathOfKey(key);
    let path = join(bucket, 'objects');
    for (const [index, name] of names.entries()) {
      const last = index === names.length - 1;
      path = this.free(path, name, last ? (at) => this.isFree(at) : (at) => !this.isFile(at));
    }
    this.reserve(path);
    return path;
  }

  /** Holds a path and its folders until {@link release}. */
  reserve(path: string): void {
    mkdirSync(dirname(this.absolute(path)), { recursive: true });
    this.files.add(path);
    for (const folder of foldersOf(path)) this.folders.set(folder, (this.folders.get(folder) ?? 0) + 1);
  }

  release(path: string): void {
    this.files.delete(path);
    for (const folder of foldersOf(path)) {
      const count = (this.folders.get(folder) ?? 1) - 1;
      if (count === 0) this.folders.delete(folder);
      else this.folders.set(folder, count);
    }
  }

  apply(steps: readonly FileStep[]): void {
    for (const step of steps) {
      if ('archive' in step) {
        const [from, to] = step.archive;
        if (this.exists(to) || !this.exists(from)) continue;
        this.move(from, to);
      } else if ('install' in step) {
        const [from, to] = step.install;
        if (!this.exists(from)) continue;
        this.move(from, to);
      } else if ('remove' in step) {
        rmSync(this.absolute(step.remove), { force: true });
        this.prune(step.remove);
      } else {
        rmSync(this.absolute(step.removeFolder), { recursive: true, force: true });
      }
    }
  }

  private move(from: string, to: string): void {
    mkdirSync(dirname(this.absolute(to)), { recursive: true });
    renameSync(this.absolute(from), this.absolute(to));
    this.prune(from);
  }

  /** Removes the folders that a file has left empty, up to the bucket's own. */
  private prune(path: string): void {
    for (const folder of foldersOf(path)) {
      if (this.folders.has(folder)) return;
      try {
        rmdirSync(this.absolute(folder));
      } catch {
        // Not empty, or gone already.
        return;
      }
    }
  }

  private free(folder: string, name: string, accepts: (path: string) => boolean): string {
    let path = join(folder, name);
    for (let attempt = 1; !accepts(path); attempt++) path = join(folder, alternative(name, attempt));
    return path;
  }

  private isFree(path: string): boolean {
    return !this.files.has(path) && !this.folders.has(path) && !this.exists(path);
  }

  private isFile(path: string): boolean {
    if (this.files.has(path)) return true;
    return statSync(this.absolute(path), { throwIfNoEntry: false })?.isFile() ?? false;
  }

  private exists(path: string): boolean {
    return statSync(this.absolute(path), { throwIfNoEntry: false }) !== undefined;
  }
}

/** The folders of a path below `<bucket>/objects` (or versions, uploads), the innermost first. */
function foldersOf(path: string): string[] {
  const parts = path.split('/');
  const folders: string[] = [];
  for (let count = parts.length - 1; count > 2; count--) folders.push(parts.slice(0, count).join('/'));
  return folders;
}
