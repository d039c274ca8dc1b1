import fs from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

type Writev = FileHandle['writev'];

export interface FullDisk {
  /** Frees the disk. */
  free(): void;
}

/**
 * Simulates a full disk for the streams' logs and the delivery's spools: half of the next write succeeds, then each
 * write fails with ENOSPC.
 * @param options.logs whether the streams' logs are affected too. @default true
 * @param options.writesLeft writes that still succeed. @default 0
 */
export async function fillDisk(options: { logs?: boolean; writesLeft?: number } = {}): Promise<FullDisk> {
  const probe = await open(__filename);
  const handles = Object.getPrototypeOf(probe) as { writev: Writev };
  await probe.close();
  const { writev } = handles;
  const { writeSync } = fs;
  let left = (options.writesLeft ?? 0) + 1;
  /** Bytes of a write that succeed. */
  const room = (bytes: number) => {
    if (left === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    left--;
    return left === 0 ? bytes >> 1 : bytes;
  };
  if (options.logs !== false) {
    handles.writev = async function (this: FileHandle, buffers, position) {
      const all = Buffer.concat(buffers as readonly unknown[] as Buffer[]);
      const { bytesWritten } = await writev.call(this, [all.subarray(0, room(all.length))], position);
      return { bytesWritten, buffers };
    } as Writev;
  }
  fs.writeSync = ((file: number, data: Buffer, offset: number) =>
    writeSync(file, data, offset, room(data.length - offset))) as typeof fs.writeSync;
  return {
    free: () => {
      handles.writev = writev;
      fs.writeSync = writeSync;
    },
  };
}
