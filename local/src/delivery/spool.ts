import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

/** Bytes that are collected before they are written. */
const CHUNK_BYTES = 64 * 1024;

/** A file that grows in small pieces: records wait in it for delivery, rather than in memory. */
export class Spool {
  size = 0;
  private chunk: Buffer | undefined;
  private pending = 0;
  private file: number | undefined;

  constructor(readonly path: string) {}

  append(data: Buffer): void {
    this.size += data.length;
    if (this.pending + data.length > CHUNK_BYTES) this.flush();
    if (data.length > CHUNK_BYTES) {
      this.write(data);
      return;
    }
    this.chunk ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
    // Copied at once: many small pieces would have to be joined later, and each would stay in memory until then.
    if (data.length === 1) this.chunk[this.pending] = data[0] as number;
    else data.copy(this.chunk, this.pending);
    this.pending += data.length;
  }

  /** Writes the rest to the file and closes it. */
  seal(): void {
    this.flush();
    this.close();
  }

  remove(): void {
    this.chunk = undefined;
    this.pending = 0;
    this.close();
    rmSync(this.path, { force: true });
  }

  private close(): void {
    const { file } = this;
    this.file = undefined;
    if (file !== undefined) closeSync(file);
  }

  private flush(): void {
    if (this.chunk !== undefined) this.write(this.chunk.subarray(0, this.pending));
    this.pending = 0;
  }

  // Synchronous: it goes to the page cache, and memory stays bounded however fast records come.
  private write(data: Buffer): void {
    this.file ??= openSync(this.path, 'a');
    for (let written = 0; written < data.length; ) written += writeSync(this.file, data, written);
  }
}
