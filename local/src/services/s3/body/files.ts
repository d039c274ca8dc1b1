import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileName } from '../../../store/file-name';
import { alternative, pathOfKey } from './key-path';

/**
 * One file operation of a commit. It is stored with the metadata and can be repeated after a crash: the files show
 * whether it has happened.
 */
export type FileStep =
  /** Moves the current body to an old version's path, which is unused. */
  | { readonly archive: readonly [from: string, to: string] }
  /** Moves a body to its place, over an existing one. */
  | { readonly install: readonly [from: string, to: string] }
  | { readonly remove: string }
  /** Removes a bucket's folder, with the rest of unfinished uploads. */
  | { readonly removeFolder: string };

/**
 * Plain files of objects' bodies. Paths are relative to S3's folder, with slashes on every system:
 * `<bucket>/objects/<key>`. All of it is synchronous, so that choosing a name and reserving it is one step.
 */
export class BodyFiles {
  /** Reserved files, and folders that they need, as the file system compares them. */
  private readonly files = new Set<string>();
  private readonly folders = new Map<string, number>();
  private foldsNames: boolean | undefined;

  /** @param foldsNames whether the file system takes `a` and `A` for one name. @default found out at the first body */
  constructor(
    readonly root: string,
    foldsNames?: boolean,
  ) {
    this.foldsNames = foldsNames;
  }

  absolute(path: string): string {
    return join(this.root, path);
  }

  /** Chooses and reserves a free path for a new key's body, and creates its folders. */
  choose(bucket: string, key: string): string {
    const names = pathOfKey(key);
    let path = posix.join(fileName(bucket), 'objects');
    for (const [index, name] of names.entries()) {
      const last = index === names.length - 1;
      path = this.free(path, name, last ? (at) => this.isFree(at) : (at) => !this.isFile(at));
    }
    this.reserve(path);
    return path;
  }

  /** Reserves a path and its folders until {@link release}. */
  reserve(path: string): void {
    mkdirSync(dirname(this.absolute(path)), { recursive: true });
    const name = this.nameOf(path);
    this.files.add(name);
    for (const folder of foldersOf(name)) this.folders.set(folder, (this.folders.get(folder) ?? 0) + 1);
  }

  release(path: string): void {
    const name = this.nameOf(path);
    this.files.delete(name);
    for (const folder of foldersOf(name)) {
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

  /** Removes folders that became empty, up to the bucket's own. */
  private prune(path: string): void {
    for (const folder of foldersOf(path)) {
      if (this.folders.has(this.nameOf(folder))) return;
      try {
        rmdirSync(this.absolute(folder));
      } catch {
        // The folder isn't empty, or is gone already.
        return;
      }
    }
  }

  private free(folder: string, name: string, accepts: (path: string) => boolean): string {
    let path = posix.join(folder, name);
    for (let attempt = 1; !accepts(path); attempt++) path = posix.join(folder, alternative(name, attempt));
    return path;
  }

  /**
   * A path as the file system compares it. Of two new keys that differ by case alone, put at once, neither's file is
   * there yet: with one path for both, the second body would replace the first.
   */
  private nameOf(path: string): string {
    this.foldsNames ??= process.platform === 'darwin' || this.comparesFolded();
    return this.foldsNames ? path.normalize('NFD').toUpperCase() : path;
  }

  /** Whether S3's own folder is found under its name in capitals, as on a Mac's and Windows' file systems. */
  private comparesFolded(): boolean {
    return existsSync(join(dirname(this.root), basename(this.root).toUpperCase()));
  }

  private isFree(path: string): boolean {
    const name = this.nameOf(path);
    return !this.files.has(name) && !this.folders.has(name) && !this.exists(path);
  }

  private isFile(path: string): boolean {
    if (this.files.has(this.nameOf(path))) return true;
    return statSync(this.absolute(path), { throwIfNoEntry: false })?.isFile() ?? false;
  }

  private exists(path: string): boolean {
    return statSync(this.absolute(path), { throwIfNoEntry: false }) !== undefined;
  }
}

/** Folders of a path below `<bucket>/objects` (or versions, uploads), innermost first. */
function foldersOf(path: string): string[] {
  const parts = path.split('/');
  const folders: string[] = [];
  for (let count = parts.length - 1; count > 2; count--) folders.push(parts.slice(0, count).join('/'));
  return folders;
}
