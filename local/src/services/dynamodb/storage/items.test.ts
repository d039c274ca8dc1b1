import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Journal } from '../../../store/journal/journal';
import { Store } from '../../../store/store';
import { Items } from './items';
import { after, numberPrefix } from './keys';
import { Row } from './row';

const NUMBER = 7;
let folder: string;
let store: Store;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-items-'));
  store = new Store(join(folder, 'metadata'));
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(name: string): Items {
  const counters = store.table<number>('counters');
  const taken = {
    get: () => counters.get(name) ?? 0,
    put: (generation: number) => void counters.put(name, generation),
  };
  return new Items(store, new Journal(join(folder, name), taken.get()), taken);
}

/** Three partitions of five sort keys. */
function keyOf(index: number): Buffer {
  const key = Buffer.alloc(21, Math.floor(index / 5) + 1);
  key.writeUInt32BE(NUMBER);
  key[20] = index % 5;
  return key;
}

const write = fc.record({ kind: fc.constant('write' as const), index: fc.nat(14), value: fc.option(fc.nat(1000)) });
const step = fc.oneof(
  { weight: 8, arbitrary: write },
  { weight: 1, arbitrary: fc.constant({ kind: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'commit that fails' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
);

let runs = 0;

test('items are those of a plain map, whatever of them is in the store or in the journal, and after each kill', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(14), async (steps, seenIndex) => {
    await store.transaction(() => {
      while (open('none').clear(NUMBER, 100));
    });
    const name = `journal-${runs++}`;
    let items = open(name);
    const model = new Map<number, number>();
    const commit = async (fails: boolean) => {
      let taken: ReturnType<Items['takeIn']> | undefined;
      const work = store.transaction(() => {
        taken = items.takeIn();
        items.flushCounts();
        if (fails) throw new Error('full');
      });
      await work.then(
        () => taken?.committed(),
        () => taken?.failed(),
      );
    };
    for (const one of steps) {
      if (one.kind === 'kill') {
        items.close();
        items = open(name);
        const forget = await store.transaction(() => {
          const done = items.recover();
          items.flushCounts();
          return done;
        });
        forget();
        expect(readdirSync(folder).includes(name) ? readdirSync(join(folder, name)) : []).toEqual([]);
      } else if (one.kind === 'write') {
        const { index, value } = one;
        const key = keyOf(index);
        items.journaled(() => {
          const before = items.get(key);
          if (value !== null) items.put(NUMBER, key, Row.of({ v: { N: String(value) } }), before, undefined);
          else if (before !== undefined) items.remove(NUMBER, key, before);
        });
        if (value === null) model.delete(index);
        else model.set(index, value);
      } else await commit(one.kind === 'commit that fails');
    }
    const rows = [...model].sort(([a], [b]) => a - b);
    const read = (range: Parameters<Items['range']>[0]) =>
      [...items.range(range)].map(({ row }) => Number(row.item.v?.N));
    const valuesOf = (list: readonly (readonly [number, number])[]) => list.map(([, value]) => value);
    const [from, to] = [numberPrefix(NUMBER), after(numberPrefix(NUMBER))];
    expect(read({ from, to })).toEqual(valuesOf(rows));
    expect(read({ from, to, reverse: true })).toEqual(valuesOf(rows).reverse());
    const second = keyOf(5).subarray(0, 20);
    const inSecond = rows.filter(([index]) => index >= 5 && index < 10);
    expect(read({ from: second, to: after(second) })).toEqual(valuesOf(inSecond));
    const seen = keyOf(seenIndex);
    expect(read({ from, to, after: seen })).toEqual(valuesOf(rows.filter(([index]) => index > seenIndex)));
    expect(read({ from, to, after: seen, reverse: true })).toEqual(
      valuesOf(rows.filter(([index]) => index < seenIndex)).reverse(),
    );
    for (const [index, value] of rows) expect(items.get(keyOf(index))?.item).toEqual({ v: { N: String(value) } });
    expect(items.countOf(NUMBER).items).toBe(rows.length);
    await commit(false);
    items.close();
    expect(read({ from, to })).toEqual(valuesOf(rows));
  });
  await fc.assert(property, { numRuns: 100 });
}, 60_000);

test('what the disk refuses is not there, and what came before it is', async () => {
  const items = open('refused');
  const [kept, lost] = [
    Buffer.concat([numberPrefix(9), Buffer.alloc(16, 1)]),
    Buffer.concat([numberPrefix(9), Buffer.alloc(16, 2)]),
  ];
  items.journaled(() => items.put(9, kept, Row.of({ v: { N: '1' } }), undefined, undefined));
  expect(() =>
    items.journaled(() => {
      items.put(9, lost, Row.of({ v: { N: '2' } }), undefined, undefined);
      items.put(9, kept, Row.of({ v: { N: '3' } }), items.get(kept), undefined);
      throw new Error('full');
    }),
  ).toThrow('full');
  expect(items.get(lost)).toBeUndefined();
  expect(items.get(kept)?.item).toEqual({ v: { N: '1' } });
  expect(items.countOf(9).items).toBe(1);
  items.close();
});

test('what the store refuses to take in stays in the journal', async () => {
  let isFull = true;
  const generations = { last: 0 };
  const taken = {
    get: () => generations.last,
    put: (generation: number) => {
      if (isFull) throw new Error('full');
      generations.last = generation;
    },
  };
  const items = new Items(store, new Journal(join(folder, 'full'), 0), taken);
  const key = Buffer.concat([numberPrefix(11), Buffer.alloc(16, 1)]);
  items.journaled(() => items.put(11, key, Row.of({ v: { N: '1' } }), undefined, undefined));
  await expect(store.transaction(() => items.takeIn())).rejects.toThrow('full');
  expect(items.backlog.writes).toBe(1);
  expect(readdirSync(join(folder, 'full'))).toHaveLength(1);
  isFull = false;
  (await store.transaction(() => items.takeIn())).committed();
  expect(items.backlog.writes).toBe(0);
  expect(items.get(key)?.item).toEqual({ v: { N: '1' } });
  expect(readdirSync(join(folder, 'full'))).toEqual([]);
  items.close();
});
