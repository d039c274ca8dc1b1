import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Store } from '../store';
import { readMetadata } from './check';
import { salvageMetadata } from './repair';

/** Bytes of a page, and of what precedes its content. */
const [PAGE_BYTES, HEADER_BYTES] = [4_096, 16];
const KEYS = 1_993;
/** `METADATA_FAULTS=5000` for a long run. */
const RUNS = Number(process.env.METADATA_FAULTS ?? 40);

let folder: string;
let pristine: Buffer;

const path = () => join(folder, 'data.mdb');
const contentOf = (file: string) => {
  const entries = new Map<string, string>();
  const content = readMetadata(file, ({ table, key, value }) =>
    entries.set(`${table}/${key.toString('hex')}`, value.toString('hex')),
  );
  return { ...content, entries };
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-metadata-'));
  const store = new Store(join(folder, 'made'));
  const small = store.table<object>('test.small');
  const large = store.table<object>('test.large');
  const bytes = store.binaryTable<object>('test.bytes');
  for (let round = 0; round < 12; round++) {
    await store.transaction(() => {
      for (let index = 0; index < 120; index++) {
        small.put(['key', index + round * 40], { index, round });
        bytes.put(Buffer.from(`${index}\0${round}`), { text: 'x'.repeat(index) });
      }
      large.put([round % 5], { text: 'y'.repeat(5_000 * (1 + round)) });
      small.remove(['key', round]);
    });
  }
  await store.close();
  pristine = readFileSync(join(folder, 'made/data.mdb'));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('metadata as it was written has no problem, and no page is used and free', () => {
  writeFileSync(path(), pristine);
  const { problems, used, free, file, entries } = contentOf(path());
  expect(problems).toEqual([]);
  expect([...used].filter((page) => free.has(page))).toEqual([]);
  expect(used.size + free.size + 2).toBeLessThanOrEqual(file.pages);
  // 560 keys of which 12 were removed, but for those that a later round put again; 1,440; 5.
  expect(entries.size).toBe(KEYS);
});

/** The entries of the snapshot before the newest, which is read when the newest meta page doesn't begin as one. */
function snapshotBefore(): Map<string, string> {
  const found = [0, PAGE_BYTES].map((page) => {
    const bytes = Buffer.from(pristine);
    bytes.writeUInt32LE(0, page + HEADER_BYTES);
    writeFileSync(path(), bytes);
    return contentOf(path()).entries;
  });
  return found.find(({ size }) => size < KEYS) as Map<string, string>;
}

test('any bit that is another, and any cut, is harmless or told, and all entries but those it hit are salvaged', async () => {
  writeFileSync(path(), pristine);
  const whole = contentOf(path()).entries;
  const earlier = snapshotBefore();
  const fault = fc.record({ at: fc.nat(pristine.length - 1), bit: fc.nat(7), cut: fc.boolean(), head: fc.boolean() });
  const property = fc.asyncProperty(fault, async ({ at, bit, cut, head }) => {
    const bytes = Buffer.from(pristine);
    const offset = head ? at % 8_192 : at;
    bytes[offset] = (bytes[offset] as number) ^ (1 << bit);
    writeFileSync(path(), cut ? pristine.subarray(0, offset) : bytes);
    const { problems, entries } = contentOf(path());
    // Without its newest meta page LMDB, and the check, read the snapshot before.
    for (const [key, value] of entries) expect([whole.get(key), earlier.get(key)]).toContain(value);
    if (problems.length === 0) {
      expect(entries).toEqual(whole);
      return;
    }
    const into = join(folder, 'salvaged');
    mkdirSync(into, { recursive: true });
    await salvageMetadata(path(), into);
    const salvaged = contentOf(join(into, 'data.mdb'));
    expect(salvaged.problems).toEqual([]);
    const lost = [whole, earlier].map((all) => [...all.keys()].filter((key) => !salvaged.entries.has(key)).length);
    for (const key of entries.keys()) expect(salvaged.entries.has(key)).toBe(true);
    // One page at most, which rarely has many entries.
    if (!cut) expect(Math.min(...lost)).toBeLessThan(150);
  });
  // Both meta pages: their beginnings, and the depth of a tree.
  const metas = [16, 47, PAGE_BYTES + 16, PAGE_BYTES + 47];
  const flip = (at: number) => ({ at, bit: 0, cut: false, head: true });
  await fc.assert(property, { numRuns: RUNS, examples: metas.map((at) => [flip(at)]) });
}, 600_000);
