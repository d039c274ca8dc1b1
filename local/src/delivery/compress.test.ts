import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { compress } from 'snappyjs';
import { compressFile } from './compress';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-compress-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Decompresses a Snappy block, as its format's description says. */
function unsnappy(block: Buffer): Buffer {
  let [at, length, shift] = [0, 0, 0];
  for (;;) {
    const byte = block[at++] as number;
    length |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) break;
  }
  const out = Buffer.alloc(length);
  let end = 0;
  while (at < block.length) {
    const tag = block[at++] as number;
    if ((tag & 3) === 0) {
      let size = tag >> 2;
      if (size >= 60) {
        const bytes = size - 59;
        size = block.readUIntLE(at, bytes);
        at += bytes;
      }
      block.copy(out, end, at, at + size + 1);
      at += size + 1;
      end += size + 1;
    } else {
      // Copies have their offset in one byte and three bits of the tag, or in two bytes.
      const isShort = (tag & 3) === 1;
      if (!isShort) expect(tag & 3).toBe(2);
      const offset = isShort ? ((tag >> 5) << 8) | block.readUInt8(at) : block.readUInt16LE(at);
      const size = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      at += isShort ? 1 : 2;
      for (let i = 0; i < size; i++, end++) out[end] = out[end - offset] as number;
    }
  }
  expect(end).toBe(length);
  return out;
}

test('Snappy blocks decompress to what they were made of', () => {
  const runs = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 3000 })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(runs, (parts) => {
      const data = Buffer.concat(parts.flatMap(([bytes, times]) => Array(times).fill(Buffer.from(bytes)))).subarray(
        0,
        65_536,
      );
      expect(unsnappy(compress(data)).equals(data)).toBe(true);
    }),
    { numRuns: 60 },
  );
  const text = Buffer.from('{"id":"abc","name":"a name that comes again"}\n'.repeat(1000));
  expect(compress(text).length).toBeLessThan(text.length / 10);
});

test('files in all formats', async () => {
  const data = Buffer.concat(
    Array.from({ length: 20_000 }, (_, i) => Buffer.from(`{"id":${i},"text":"some more of it"}\n`)),
  );
  const from = join(folder, 'data');
  writeFileSync(from, data);
  const packed = async (format: string) => {
    const to = join(folder, format);
    await compressFile(format, from, to, 'entry.json');
    return readFileSync(to);
  };
  expect(gunzipSync(await packed('GZIP')).equals(data)).toBe(true);

  const zip = await packed('ZIP');
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  const entry = zip.readUInt32LE(end + 16);
  const compressed = zip.readUInt32LE(entry + 20);
  const start = 30 + zip.readUInt16LE(26);
  expect(zip.readUInt32LE(entry + 24)).toBe(data.length);
  expect(inflateRawSync(zip.subarray(start, start + compressed)).equals(data)).toBe(true);
  // Python's reader checks names, sizes and the checksum, where there is one.
  const python = 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist())';
  expect(runIfThere('python3', ['-c', python, join(folder, 'ZIP')]) ?? "None ['entry.json']\n").toBe(
    "None ['entry.json']\n",
  );

  const hadoop = await packed('HADOOP_SNAPPY');
  const blocks: Buffer[] = [];
  for (let at = 0; at < hadoop.length; ) {
    const size = hadoop.readUInt32BE(at + 4);
    blocks.push(unsnappy(hadoop.subarray(at + 8, at + 8 + size)));
    at += 8 + size;
  }
  expect(Buffer.concat(blocks).equals(data)).toBe(true);

  const framed = await packed('Snappy');
  expect(framed.subarray(0, 10).toString('latin1')).toBe('\xff\x06\x00\x00sNaPpY');
  const frames: Buffer[] = [];
  for (let at = 10; at < framed.length; ) {
    const size = framed.readUIntLE(at + 1, 3);
    frames.push(unsnappy(framed.subarray(at + 8, at + 4 + size)));
    at += 4 + size;
  }
  expect(Buffer.concat(frames).equals(data)).toBe(true);
});

function runIfThere(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
