import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { fillDisk } from 'lakehouse-local/testing/full-disk';
import { inspectLog } from './inspect';
import { type LogEntry, RecordLog } from './record-log';
import { readGaps, repairLog } from './repair';

let folder: string;
const opened: RecordLog[] = [];

function openLog(...args: ConstructorParameters<typeof RecordLog>): RecordLog {
  const log = new RecordLog(...args);
  opened.push(log);
  return log;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-log-'));
});

afterEach(async () => {
  // Node 26 takes a file that is collected while open for an error, in whichever test runs then.
  for (const log of opened.splice(0)) await log.close();
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
  const segments = readdirSync(folder).filter((name) => name.endsWith('.log'));
  return join(folder, segments.sort().at(-1) as string);
}

test('gives back what was appended, in order, also after it is opened again', async () => {
  const log = openLog(folder);
  const batches = [log.append([entry('a'), entry('b')], 1000, 1), log.append([entry('ç')], 2000)];
  await Promise.all(batches.map(({ written }) => written));
  expect(batches.map(({ first }) => first)).toEqual([1, 3]);
  await log.close();
  const again = openLog(folder);
  expect(await again.read(1, everything)).toEqual([
    { number: 1, at: 1000, flags: 1, key: 'key of a', data: Buffer.from('a') },
    { number: 2, at: 1000, flags: 1, key: 'key of b', data: Buffer.from('b') },
    { number: 3, at: 2000, flags: 0, key: 'key of ç', data: Buffer.from('ç') },
  ]);
  expect(again.next).toBe(4);
});

test('reads across segments from any number, and finds the first record of a time', async () => {
  const log = openLog(folder, 1_000);
  for (let index = 1; index <= 100; index++) await log.append([entry(`r${index}`)], index * 10).written;
  await log.close();
  expect(readdirSync(folder).length).toBeGreaterThan(3);
  const again = openLog(folder, 1_000);
  for (const from of [1, 37, 100]) expect((await texts(again, from))[0]).toBe(`r${from}`);
  expect(await texts(again)).toHaveLength(100);
  expect(await again.numberAt(0)).toBe(1);
  expect(await again.numberAt(365)).toBe(37);
  expect(await again.numberAt(370)).toBe(37);
  expect(await again.numberAt(1001)).toBe(101);
});

test('keeps to the limits of a reading, but always gives one record', async () => {
  const log = openLog(folder);
  await log.append(
    ['aa', 'bb', 'cc'].map((text) => ({ key: '', data: Buffer.from(text) })),
    0,
  ).written;
  expect(await log.read(1, { ...everything, maxEntries: 2 })).toHaveLength(2);
  expect(await log.read(1, { ...everything, maxBytes: 4 })).toHaveLength(2);
  expect(await log.read(1, { ...everything, maxBytes: 1 })).toHaveLength(1);
  await log.close();
});

/** A log as a killed process leaves it: everything written, nothing closed. */
async function killedWith(...batches: string[]): Promise<void> {
  const log = openLog(folder);
  for (const text of batches) await log.append([entry(text)], 1).written;
}

test.each([
  ['half a frame', (path: string) => appendFileSync(path, readFileSync(path).subarray(0, 40))],
  ['zeros', (path: string) => appendFileSync(path, Buffer.alloc(100))],
  ['half a header', (path: string) => appendFileSync(path, Buffer.from([40, 0, 0]))],
])('%s after the last frame is a torn tail: it costs nothing, and no number is given twice', async (_name, tear) => {
  await killedWith('a', 'b');
  tear(lastSegment());
  expect(inspectLog(folder)).toEqual([]);
  const again = openLog(folder);
  expect(await texts(again)).toEqual(['a', 'b']);
  const { first, written } = again.append([entry('next')], 3);
  await written;
  // The new number is beyond all that the killed process can have acknowledged.
  expect(first).toBeGreaterThan(1_000_000);
  await again.close();
  const third = openLog(folder);
  expect(await texts(third)).toEqual(['a', 'b', 'next']);
  expect(third.next).toBe(first + 1);
});

test('what is missing of acknowledged records is damage, at whichever byte the file ends', async () => {
  const log = openLog(folder);
  for (const text of ['a', 'b', 'c']) await log.append([entry(text)], 1).written;
  await log.close();
  const whole = readFileSync(lastSegment());
  for (let size = 0; size < whole.length; size++) {
    writeFileSync(lastSegment(), whole.subarray(0, size));
    expect(inspectLog(folder)).toMatchObject([{ path: lastSegment(), gap: { to: 4 } }]);
    writeFileSync(lastSegment(), whole);
  }
});

test('of a damaged log a repair keeps all other records and their numbers, and says which are gone', async () => {
  const log = openLog(folder, 1_000);
  const all = Array.from({ length: 60 }, (_, index) => `record ${index + 1}`);
  for (const text of all) await log.append([entry(text)], 1).written;
  await log.close();
  const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
  expect(files.length).toBeGreaterThan(2);
  const pristine = new Map(files.map((name) => [name, readFileSync(join(folder, name))]));
  const acknowledged = readFileSync(join(folder, 'acknowledged'));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (name, at, flip, cut) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
        for (const [each, bytes] of pristine) writeFileSync(join(folder, each), bytes);
        writeFileSync(join(folder, 'acknowledged'), acknowledged);
        const bytes = Buffer.from(pristine.get(name) as Buffer);
        const offset = at % bytes.length;
        bytes[offset] = (bytes[offset] as number) ^ flip;
        writeFileSync(join(folder, name), cut ? bytes.subarray(0, offset) : bytes);
        const found = inspectLog(folder);
        expect(found.map(({ path }) => path)).toEqual([join(folder, name)]);
        await repairLog(folder, join(folder, 'kept'), 5);
        expect(readFileSync(join(folder, 'kept', name))).toEqual(cut ? bytes.subarray(0, offset) : bytes);
        rmSync(join(folder, 'kept'), { recursive: true });
        expect(inspectLog(folder)).toEqual([]);
        const again = openLog(folder, 1_000);
        const left = await again.read(1, everything);
        for (const { number, data } of left) expect(data.toString()).toBe(all[number - 1]);
        const gone = all.map((_, index) => index + 1).filter((number) => !left.some((each) => each.number === number));
        const gaps = readGaps(folder);
        for (const number of gone) expect(gaps.some(({ from, to = 1e9 }) => from <= number && number < to)).toBe(true);
        if (!cut) expect(gone.length).toBeLessThanOrEqual(1);
        expect(again.append([entry('next')], 3).first).toBeGreaterThan(60);
        await again.close();
      },
    ),
    { numRuns: 100 },
  );
});

test('a clock that goes back by an hour makes no record older than the one before it, nor younger than the present', async () => {
  const log = openLog(folder);
  const hour = 3_600_000;
  for (const [text, at] of [
    ['before', 1 * hour],
    ['wrong', 48 * hour],
    ['right again', 2 * hour],
    ['a little back', 2 * hour - 500],
  ] as const)
    await log.append([entry(text)], at).written;
  const check = async (each: RecordLog) => {
    const read = await each.read(1, everything);
    expect(read.map(({ at, data }) => [data.toString(), at / hour])).toEqual([
      ['before', 1],
      ['wrong', 2],
      ['right again', 2],
      ['a little back', 2],
    ]);
    expect(await each.numberAt(1.5 * hour)).toBe(2);
    expect(await each.numberAt(2 * hour)).toBe(2);
    expect(await each.numberAt(3 * hour)).toBe(each.next);
  };
  await check(log);
  await log.close();
  const again = openLog(folder);
  await check(again);
  await again.trim(2.5 * hour);
  expect((await texts(again))[0]).toBe('right again');
});

test('files of many logs are opened and closed as there is room, and nothing is lost', async () => {
  const logs = Array.from({ length: 200 }, (_, index) => openLog(join(folder, String(index))));
  for (const round of ['a', 'b']) await Promise.all(logs.map((log) => log.append([entry(round)], 1).written));
  const open = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder) ? [fd] : [];
    } catch {
      return [];
    }
  });
  // At most four files of positions, besides the segments.
  expect(open.length).toBeLessThanOrEqual(68);
  expect(await Promise.all(logs.map((log) => texts(log)))).toEqual(logs.map(() => ['a', 'b']));
  await Promise.all(logs.map((log) => log.close()));
});

test('a byte that changed on disk is noticed, not returned', async () => {
  const log = openLog(folder);
  await log.append([entry('precious')], 1).written;
  const bytes = readFileSync(lastSegment());
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  writeFileSync(lastSegment(), bytes);
  await expect(log.read(1, everything)).rejects.toThrow('damaged');
  await log.close();
});

test('damage to the head of a frame ends a reading, it does not keep it', async () => {
  const log = openLog(folder, 100);
  for (const text of ['a', 'b', 'c']) await log.append([{ key: '', data: Buffer.alloc(100, text) }], 1).written;
  await log.close();
  const [oldest = ''] = readdirSync(folder).sort();
  writeFileSync(join(folder, oldest), Buffer.alloc(statSync(join(folder, oldest)).size));
  await expect(openLog(folder, 100).read(1, everything)).rejects.toThrow('damaged');
});

test('trims whole segments, passes over older records in the rest, and never uses a number again', async () => {
  const log = openLog(folder, 500);
  for (let index = 1; index <= 50; index++) await log.append([entry(`r${index}`)], index).written;
  await log.trim(1_000);
  expect(readdirSync(folder).filter((name) => name.endsWith('.log'))).toHaveLength(1);
  expect(await log.read(1, { ...everything, notBefore: 50 })).toMatchObject([{ number: 50 }]);
  await log.close();
  expect(openLog(folder, 500).next).toBe(51);
});

test('an append that the disk refuses fails, and the next one succeeds', async () => {
  const log = openLog(join(folder, 'log'));
  // A file in place of the folder.
  writeFileSync(join(folder, 'log'), '');
  await expect(log.append([entry('lost')], 1).written).rejects.toThrow();
  rmSync(join(folder, 'log'));
  await log.append([entry('kept')], 2).written;
  expect(await texts(log)).toEqual(['kept']);
  await log.close();
});

test('of a write that a full disk takes in part nothing is kept, and the next one goes in its place', async () => {
  const log = openLog(folder);
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
  const again = openLog(folder);
  expect(await texts(again)).toEqual(['before', 'after']);
  expect(again.next).toBe(first + 1);
});

test('retention may take a segment that a reading has not come to yet', async () => {
  const log = openLog(folder, 100);
  for (let index = 1; index <= 3; index++) await log.append([{ key: '', data: Buffer.alloc(100, 'x') }], index).written;
  await log.close();
  // Opened anew: no segment but the last one has its index in memory.
  const again = openLog(folder, 100);
  const reading = again.read(1, everything);
  await again.trim(1_000);
  expect((await reading).length).toBeGreaterThanOrEqual(1);
});
