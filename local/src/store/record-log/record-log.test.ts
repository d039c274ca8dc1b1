import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillDisk } from '../../testing/full-disk';
import { type LogEntry, RecordLog } from './record-log';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-log-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const everything = { maxEntries: 1e9, maxBytes: 1e9, notBefore: 0 };

function entry(text: string): LogEntry {
  return { key: `key of ${text}`, data: Buffer.from(text) };
}

async function texts(log: RecordLog, from = 1): Promise<string[]> {
  return (await log.read(from, everything)).map(({ data }) => data.toString());
}

function lastSegment(): string {
  return join(folder, readdirSync(folder).sort().at(-1) as string);
}

test('gives back what was appended, in order, also after it is opened again', async () => {
  const log = new RecordLog(folder);
  const batches = [log.append([entry('a'), entry('b')], 1000, 1), log.append([entry('ç')], 2000)];
  await Promise.all(batches.map(({ written }) => written));
  expect(batches.map(({ first }) => first)).toEqual([1, 3]);
  await log.close();
  const again = new RecordLog(folder);
  expect(await again.read(1, everything)).toEqual([
    { number: 1, at: 1000, flags: 1, key: 'key of a', data: Buffer.from('a') },
    { number: 2, at: 1000, flags: 1, key: 'key of b', data: Buffer.from('b') },
    { number: 3, at: 2000, flags: 0, key: 'key of ç', data: Buffer.from('ç') },
  ]);
  expect(again.next).toBe(4);
});

test('reads across segments from any number, and finds the first record of a time', async () => {
  const log = new RecordLog(folder, 1_000);
  for (let index = 1; index <= 100; index++) await log.append([entry(`r${index}`)], index * 10).written;
  await log.close();
  expect(readdirSync(folder).length).toBeGreaterThan(3);
  const again = new RecordLog(folder, 1_000);
  for (const from of [1, 37, 100]) expect((await texts(again, from))[0]).toBe(`r${from}`);
  expect(await texts(again)).toHaveLength(100);
  expect(await again.numberAt(0)).toBe(1);
  expect(await again.numberAt(365)).toBe(37);
  expect(await again.numberAt(370)).toBe(37);
  expect(await again.numberAt(1001)).toBe(101);
});

test('keeps to the limits of a reading, but always gives one record', async () => {
  const log = new RecordLog(folder);
  await log.append(
    ['aa', 'bb', 'cc'].map((text) => ({ key: '', data: Buffer.from(text) })),
    0,
  ).written;
  expect(await log.read(1, { ...everything, maxEntries: 2 })).toHaveLength(2);
  expect(await log.read(1, { ...everything, maxBytes: 4 })).toHaveLength(2);
  expect(await log.read(1, { ...everything, maxBytes: 1 })).toHaveLength(1);
  await log.close();
});

test.each([
  ['cut off in the middle', (path: string) => truncateSync(path, readFileSync(path).length - 3)],
  ['followed by zeros', (path: string) => appendFileSync(path, Buffer.alloc(100))],
  ['followed by half a header', (path: string) => appendFileSync(path, Buffer.from([40, 0, 0]))],
])('a last frame %s costs no whole one, and writing goes on', async (_name, damage) => {
  const log = new RecordLog(folder);
  await log.append([entry('whole')], 1).written;
  await log.append([entry('last')], 2).written;
  await log.close();
  damage(lastSegment());
  const again = new RecordLog(folder);
  const kept = await texts(again);
  expect(kept[0]).toBe('whole');
  await again.append([entry('next')], 3).written;
  await again.close();
  expect(await texts(new RecordLog(folder))).toEqual([...kept, 'next']);
});

test('a byte that changed on disk is noticed, not returned', async () => {
  const log = new RecordLog(folder);
  await log.append([entry('precious')], 1).written;
  const bytes = readFileSync(lastSegment());
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  writeFileSync(lastSegment(), bytes);
  await expect(log.read(1, everything)).rejects.toThrow('damaged');
  await log.close();
});

test('damage to the head of a frame ends a reading, it does not keep it', async () => {
  const log = new RecordLog(folder, 100);
  for (const text of ['a', 'b', 'c']) await log.append([{ key: '', data: Buffer.alloc(100, text) }], 1).written;
  await log.close();
  const [oldest = ''] = readdirSync(folder).sort();
  writeFileSync(join(folder, oldest), Buffer.alloc(statSync(join(folder, oldest)).size));
  await expect(new RecordLog(folder, 100).read(1, everything)).rejects.toThrow('damaged');
});

test('trims whole segments, passes over older records in the rest, and never uses a number again', async () => {
  const log = new RecordLog(folder, 500);
  for (let index = 1; index <= 50; index++) await log.append([entry(`r${index}`)], index).written;
  await log.trim(1_000);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(await log.read(1, { ...everything, notBefore: 50 })).toMatchObject([{ number: 50 }]);
  await log.close();
  expect(new RecordLog(folder, 500).next).toBe(51);
});

test('an append that the disk refuses fails, and the next one succeeds', async () => {
  const log = new RecordLog(join(folder, 'log'));
  // A file stands where the folder would have to be.
  writeFileSync(join(folder, 'log'), '');
  await expect(log.append([entry('lost')], 1).written).rejects.toThrow();
  rmSync(join(folder, 'log'));
  await log.append([entry('kept')], 2).written;
  expect(await texts(log)).toEqual(['kept']);
  await log.close();
});

test('of a write that a full disk takes in part nothing is kept, and the next one goes in its place', async () => {
  const log = new RecordLog(folder);
  await log.append([entry('before')], 1).written;
  const { size } = statSync(lastSegment());
  const disk = await fillDisk();
  try {
    for (const text of ['in part', 'not at all']) {
      await expect(log.append([entry(text)], 2).written).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(statSync(lastSegment()).size).toBe(size);
      expect(await texts(log)).toEqual(['before']);
    }
  } finally {
    disk.free();
  }
  const { first, written } = log.append([entry('after')], 3);
  await written;
  await log.close();
  const again = new RecordLog(folder);
  expect(await texts(again)).toEqual(['before', 'after']);
  expect(again.next).toBe(first + 1);
});

test('retention may take a segment that a reading has not come to yet', async () => {
  const log = new RecordLog(folder, 100);
  for (let index = 1; index <= 3; index++) await log.append([{ key: '', data: Buffer.alloc(100, 'x') }], index).written;
  await log.close();
  // Opened anew: no segment but the last one has its index in memory.
  const again = new RecordLog(folder, 100);
  const reading = again.read(1, everything);
  await again.trim(1_000);
  expect((await reading).length).toBeGreaterThanOrEqual(1);
});
