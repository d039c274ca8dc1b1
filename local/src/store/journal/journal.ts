import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalEntry, readJournalFile, writeFrame } from './file';

/** Folder of the journal in a data directory. */
export const JOURNAL_FOLDER = 'journal';
const NAME = /^(\d+)\.journal$/;

/**
 * Durable writes that aren't in the store yet: an append to a file costs a fiftieth of a commit, and many appends then
 * share one. An append is with the operating system when {@link append} returns, so that it outlives a killed process.
 * A journal has one file per generation; the store's commit of a generation records it, and the file is deleted.
 */
export class Journal {
  private file: number | undefined;
  private size = 0;
  private generation: number;

  /** @param taken the last generation that the store has committed */
  constructor(
    private readonly folder: string,
    taken: number,
  ) {
    this.generation = Math.max(taken, ...generationsIn(folder)) + 1;
  }

  /** Generations that a killed process left uncommitted, oldest first. */
  read(taken: number): { readonly generation: number; readonly entries: readonly JournalEntry[] }[] {
    const generations = generationsIn(this.folder);
    return generations
      .filter((generation) => generation > taken)
      .map((generation) => ({
        generation,
        entries: readJournalFile(this.pathOf(generation), generation === generations.at(-1)).entries,
      }));
  }

  /** @throws the disk's error; nothing is appended then */
  append(entries: readonly JournalEntry[]): void {
    if (entries.length === 0) return;
    const frame = writeFrame(entries);
    this.file ??= this.open();
    try {
      for (let done = 0; done < frame.length; )
        done += writeSync(this.file, frame, done, frame.length - done, this.size + done);
    } catch (error) {
      ftruncateSync(this.file, this.size);
      throw error;
    }
    this.size += frame.length;
  }

  /** Starts a new generation. @returns the one before */
  rotate(): number {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    return this.generation++;
  }

  /** Deletes generations that the store has committed. */
  remove(upTo: number): void {
    for (const generation of generationsIn(this.folder))
      if (generation <= upTo) rmSync(this.pathOf(generation), { force: true });
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private open(): number {
    mkdirSync(this.folder, { recursive: true });
    this.size = 0;
    return openSync(this.pathOf(this.generation), 'w');
  }

  private pathOf(generation: number): string {
    return join(this.folder, `${generation}.journal`);
  }
}

/** Damage in a journal. */
export interface JournalDamage {
  readonly path: string;
  readonly problem: string;
  /** Readable bytes before the damage. */
  readonly size: number;
}

export function inspectJournal(folder: string): JournalDamage[] {
  const generations = generationsIn(folder);
  return generations.flatMap((generation) => {
    const path = join(folder, `${generation}.journal`);
    const { problem, size } = readJournalFile(path, generation === generations.at(-1));
    return problem === undefined ? [] : [{ path, problem, size }];
  });
}

function generationsIn(folder: string): number[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return names.flatMap((name) => NAME.exec(name)?.slice(1).map(Number) ?? []).sort((a, b) => a - b);
}
