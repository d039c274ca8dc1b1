import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { keysStartingWith, keysWithin } from './key-range';
import { Store, type Table, type TableKey } from './store';

const RUNS = 100;

let folder: string;
let store: Store;
let table: Table<number>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-keys-'));
  store = new Store(folder);
  table = store.table('test.keys');
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Texts of all planes, separators and control characters included; some beyond the length at which LMDB's encoding changes. */
const character = fc.oneof(
  fc.constantFrom('\u0000', '\u0001', '\u0004', '\u0005', '\u001b', 'a', 'ÿ', '\ud7ff', '\uffff', '😀', '\u{10ffff}'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.oneof(
  fc.string({ unit: character, maxLength: 5 }),
  fc.string({ unit: character, minLength: 60, maxLength: 80 }),
);

test('a name beyond the longest key names nothing, and has its place among the keys', async () => {
  const long = ['x', '€', '\u0000', '😀'].flatMap((one) => [one.repeat(2_000), one.repeat(70_000)]);
  await fill(['a', 'x', 'x'.repeat(1_900), 'y', '😀', ['t', 'x', 'y'], ['t', 'y']]);
  for (const name of long) {
    expect(table.get(name)).toBeUndefined();
    expect(table.get(['t', name])).toBeUndefined();
    expect(table.get(['t', name, name])).toBeUndefined();
    expect(found(keysStartingWith([], name))).toEqual([]);
    expect(found(keysStartingWith(['t'], name))).toEqual([]);
    expect(found(keysWithin(['t', name]))).toEqual([]);
  }
  expect(found(keysStartingWith([], '', 'x'.repeat(70_000)))).toEqual(['y', '😀']);
  expect(found(keysWithin(['t'], ['x'.repeat(70_000)]))).toEqual([['t', 'y']]);
  const longest = 'z'.repeat(1_978);
  await fill([longest, 'zz']);
  expect(table.get(longest)).toBe(0);
  expect(found(keysStartingWith([], '', longest))).toEqual([]);
  expect(found(keysStartingWith([], 'z', 'z'))).toEqual(['zz', longest]);
});

async function fill(keys: readonly TableKey[]): Promise<void> {
  await store.transaction(() => {
    for (const key of [...table.getKeys()]) table.remove(key);
    for (const [index, key] of keys.entries()) table.put(key, index);
  });
}

const inOrder = (texts: readonly string[]) =>
  [...new Set(texts)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
const found = (range: ReturnType<typeof keysWithin>) => [...table.getKeys(range)];

test('a range of texts holds those with the prefix, by code point, and goes on after any of them', async () => {
  const property = fc.asyncProperty(fc.array(text), text, text, async (others, prefix, rest) => {
    const texts = [prefix, prefix + rest, ...others, ...others.map((other) => prefix + other)];
    const stray = [['t', 'scope '], ['t', 'scopes', prefix], ['t'], ['tt', 'scope', prefix]];
    await fill([...texts.map((each) => ['t', 'scope', each]), ...stray]);
    const expected = inOrder(texts.filter((each) => each.startsWith(prefix)));
    const names = (after?: string) =>
      found(keysStartingWith(['t', 'scope'], prefix, after)).map((key) => (key as string[])[2]);
    expect(names()).toEqual(expected);
    for (const [index, each] of expected.entries()) expect(names(each)).toEqual(expected.slice(index + 1));
    await fill(inOrder(texts));
    expect(found(keysStartingWith([], prefix))).toEqual(expected);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('a range below a scope holds everything that follows it, and what it lists can be removed', async () => {
  // Numbers in keys are whole, counters and times: ordered-binary reads -0 back as 0, which is another key.
  const part = fc.oneof(text, fc.maxSafeInteger(), fc.integer());
  const property = fc.asyncProperty(fc.array(fc.tuple(text, part, text)), text, async (tails, scope) => {
    const beside = [`${scope}\u0000`, `${scope}x`, `${scope}\uffff`, `${scope}😀`].map((other) => ['s', other, 'own']);
    await fill([...tails.map((tail) => ['s', scope, ...tail]), ...beside]);
    const keys = found(keysWithin(['s', scope]));
    const distinct = new Set(tails.map((tail) => JSON.stringify(tail)));
    expect(keys.every((key) => (key as string[])[1] === scope)).toBe(true);
    expect(keys).toHaveLength(distinct.size);
    for (const [index, key] of keys.entries()) {
      const rest = found(keysWithin(['s', scope], (key as string[]).slice(2)));
      expect(rest).toEqual(keys.slice(index + 1));
    }
    await store.transaction(() => {
      for (const key of keys) table.remove(key);
    });
    expect(table.getKeysCount()).toBe(beside.length);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('half surrogate pairs and separators in long texts are keys of their own', async () => {
  const long = 'x'.repeat(80);
  const texts = [`${long}\ud83d`, `${long}\ud83e`, `${long}\udc00`, `${long}\u0000y`, `${long}\u0001y`, long];
  await fill(texts.map((each) => ['h', each]));
  expect(new Set(found(keysWithin(['h'])).map((key) => (key as string[])[1]))).toEqual(new Set(texts));
  expect(texts.map((each) => table.get(['h', each]))).toEqual([0, 1, 2, 3, 4, 5]);
});
