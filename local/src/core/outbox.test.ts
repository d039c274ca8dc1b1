import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Store } from '../store/store';
import type { Cloud } from './cloud';
import { type Due, Outbox } from './outbox';

const folder = mkdtempSync(join(tmpdir(), 'lakehouse-'));
const store = new Store(folder);
const table = store.table<Due>('outbox');
const faults: string[] = [];
const cloud = { clock: { now: () => Date.now() }, options: { log: (line: string) => faults.push(line) } };
const outboxOf = (work: (key: unknown) => Promise<void>) => new Outbox(cloud as unknown as Cloud, table, 'Work', work);

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

test('work that fails is done again after a pause, not at once', async () => {
  await table.put('a', { notBefore: 0 });
  let tries = 0;
  const outbox = outboxOf(async () => {
    if (++tries < 2) throw new Error('the disk is full');
    await table.remove('a');
  });
  outbox.wake();
  await pause(300);
  expect(tries).toBe(1);
  expect(faults).toEqual(['Work failed: Error: the disk is full']);
  await pause(1_000);
  expect(tries).toBe(2);
  await outbox.close();
});

test('closing waits for no pause, and leaves what failed for the next start', async () => {
  await table.put('b', { notBefore: 0 });
  const failing = outboxOf(() => Promise.reject(new Error('no')));
  failing.wake();
  await pause(50);
  const started = performance.now();
  await failing.close();
  expect(performance.now() - started).toBeLessThan(500);
  const done: unknown[] = [];
  const next = outboxOf(async (key) => {
    done.push(key);
    await table.remove('b');
  });
  next.wake();
  await pause(100);
  await next.close();
  expect(done).toEqual(['b']);
});
