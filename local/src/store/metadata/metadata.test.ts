import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Store } from '../store';
import { readMetadata } from './check';
import { salvageMetadata } from './repair';

/** Number of keys; `METADATA_FAULTS=5000` for a long run. */
const KEYS = 1_993;
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

test('any bit that is another, and any cut, is harmless or told, and all entries but those it hit are salvaged', async () => {
  writeFileSync(path(), pristine);
  const whole = contentOf(path()).entries;
  const fault = fc.record({ at: fc.nat(pristine.length - 1), bit: fc.nat(7), cut: fc.boolean(), head: fc.boolean() });
  const property = fc.asyncProperty(fault, async ({ at, bit, cut, head }) => {
    const bytes = Buffer.from(pristine);
    const offset = head ? at % 8_192 : at;
    bytes[offset] = (bytes[offset] as number) ^ (1 << bit);
    writeFileSync(path(), cut ? pristine.subarray(0, offset) : bytes);
    const { problems, entries } = contentOf(path());
    for (const [key, value] of entries) expect(whole.get(key)).toBe(value);
    if (problems.length === 0) {
      expect(entries).toEqual(whole);
      return;
    }
    const into = join(folder, 'salvaged');
    mkdirSync(into, { recursive: true });
    await salvageMetadata(path(), into);
    const salvaged = contentOf(join(into, 'data.mdb'));
    expect(salvaged.problems).toEqual([]);
    const lost = [...whole.keys()].filter((key) => !salvaged.entries.has(key));
    for (const key of entries.keys()) expect(salvaged.entries.has(key)).toBe(true);
    // One page at most, which rarely has many entries.
    if (!cut) expect(lost.length).toBeLessThan(150);
  });
  await fc.assert(property, { numRuns: RUNS });
}, 600_000);
