import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** Bit 3: sizes and checksum follow the data. Bit 11: the name is UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;

/** Writes a zip archive with one entry ("APPNOTE: .ZIP File Format Specification"). */
export async function zipOf(from: string, to: string, entryName: string): Promise<void> {
  const name = Buffer.from(entryName);
  const file = await open(to, 'w');
  try {
    const local = header(0x04034b50, 30, name, (bytes) => bytes.writeUInt16LE(20, 4));
    await file.write(local);
    const totals = { crc: 0, size: 0, compressed: 0 };
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        totals.crc = crc32(chunk, totals.crc);
        totals.size += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(createReadStream(from), count, createDeflateRaw(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        totals.compressed += chunk.length;
        await file.write(chunk);
      }
    });
    await file.write(Buffer.concat(trailer(name, local.length, totals)));
  } finally {
    await file.close();
  }
}

function header(signature: number, length: number, name: Buffer, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature, 0);
  fill(bytes);
  const base = length === 46 ? 8 : 6;
  bytes.writeUInt16LE(FLAGS, base);
  bytes.writeUInt16LE(DEFLATE, base + 2);
  // 1980-01-01: the earliest date that the format knows.
  bytes.writeUInt16LE(0x21, base + 6);
  bytes.writeUInt16LE(name.length, base + 20);
  return Buffer.concat([bytes, name]);
}

function trailer(
  name: Buffer,
  localLength: number,
  totals: { crc: number; size: number; compressed: number },
): Buffer[] {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  const write = (bytes: Buffer, at: number) => {
    bytes.writeUInt32LE(totals.crc, at);
    bytes.writeUInt32LE(totals.compressed, at + 4);
    bytes.writeUInt32LE(totals.size, at + 8);
  };
  write(descriptor, 4);
  const entry = header(0x02014b50, 46, name, (bytes) => {
    bytes.writeUInt16LE(20, 4);
    bytes.writeUInt16LE(20, 6);
    write(bytes, 16);
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(localLength + totals.compressed + descriptor.length, 16);
  return [descriptor, entry, end];
}
