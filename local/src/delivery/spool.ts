import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

/** Bytes that are collected before they are written. */
const CHUNK_BYTES = 64 * 1024;

/** A file that grows by small pieces: where records wait for delivery, so that memory doesn't hold them. */
export class Spool {
  size = 0;
  private chunks: Buffer[] = [];
  private pending = 0;
  private file: number | undefined;

  constructor(readonly path: string) {}

  append(data: Buffer): void {
    this.chunks.push(data);
    this.pending += data.length;
    this.size += data.length;
    if (this.pending >= CHUNK_BYTES) this.flush();
  }

  /** Writes everything to the file and closes it. */
  seal(): void {
    this.flush();
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  remove(): void {
    this.chunks = [];
    this.pending = 0;
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    rmSync(this.path, { force: true });
  }

  // Written at once rather than later: this goes to the page cache, and memory stays bounded however fast data comes.
  private flush(): void {
    this.file ??= openSync(this.path, 'a');
    const data = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    for (let written = 0; written < data.length; ) written += writeSync(this.file, data, written);
    this.chunks = [];
    this.pending = 0;
  }
}
