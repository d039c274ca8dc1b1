import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectJournal, Journal } from './journal';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-journal-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const entry = (key: string, value: string | undefined) => ({ key: Buffer.from(key), value });
const read = (taken = 0) =>
  new Journal(folder, taken)
    .read(taken)
    .flatMap(({ entries }) => entries.map(({ key, value }) => [key.toString(), value]));

/** A journal as a killed process leaves it: two appends in one file. */
function killed(): string {
  const journal = new Journal(folder, 0);
  journal.append([entry('a', 'first'), entry('b', undefined)]);
  journal.append([entry('c', 'ä')]);
  journal.close();
  return join(folder, readdirSync(folder)[0] as string);
}

test('what was appended is read again, and generations that the store has are not', () => {
  const journal = new Journal(folder, 4);
  journal.append([entry('a', 'first'), entry('b', undefined)]);
  expect(journal.rotate()).toBe(5);
  journal.append([entry('a', 'second')]);
  journal.close();
  expect(read(4)).toEqual([
    ['a', 'first'],
    ['b', undefined],
    ['a', 'second'],
  ]);
  expect(read(5)).toEqual([['a', 'second']]);
  journal.remove(5);
  expect(read(4)).toEqual([['a', 'second']]);
  expect(inspectJournal(folder)).toEqual([]);
  // No generation is used twice, whatever the store has recorded.
  expect(new Journal(folder, 0).rotate()).toBe(7);
});

test('an append that a killed process left half written costs itself alone', () => {
  const path = killed();
  const whole = readFileSync(path);
  const end = whole.indexOf('JRN1', 1);
  for (let size = end; size < whole.length; size++) {
    writeFileSync(path, whole.subarray(0, size));
    expect(inspectJournal(folder)).toEqual([]);
    expect(read()).toEqual([
      ['a', 'first'],
      ['b', undefined],
    ]);
  }
  writeFileSync(path, Buffer.concat([whole, Buffer.alloc(100)]));
  expect(inspectJournal(folder)).toEqual([]);
  expect(read()).toHaveLength(3);
});

/** Position of the version in a frame's magic. */
const VERSION_AT = 3;

test('a byte that is another one is damage, named with its place', () => {
  const path = killed();
  const whole = readFileSync(path);
  const second = whole.indexOf('JRN1', 1);
  // Damage of the last frame's size can't be distinguished from an incomplete frame.
  const unknowable = [second, second + 1, second + 2, second + 3, second + 4, second + 5, second + 6, second + 7];
  for (let at = 0; at < whole.length; at++) {
    if (unknowable.includes(at)) continue;
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(path, bytes);
    const size = at < second ? 0 : second;
    expect(inspectJournal(folder)).toEqual([
      {
        path,
        size,
        problem: expect.stringMatching(at === VERSION_AT ? 'another version' : `is damaged at byte ${size}: `),
      },
    ]);
  }
});

test('a file that others follow may not end amid an append', () => {
  const path = killed();
  writeFileSync(join(folder, '9.journal'), '');
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, whole.length - 1));
  expect(inspectJournal(folder)).toMatchObject([{ path }]);
});

/** A journal by the first version with one: later versions must read it, or raise the format of the data directory. */
const FIRST = '4a524e31300000009cf0e7130100150000006131322c33347b226b223a7b2253223a22c3a4227d7d0200ffffffff00ff';

test('a journal of the first version is read, and one of a later version is refused, not taken for half written', () => {
  const path = join(folder, '1.journal');
  writeFileSync(path, Buffer.from(FIRST, 'hex'));
  expect(inspectJournal(folder)).toEqual([]);
  expect(new Journal(folder, 0).read(0).flatMap(({ entries }) => entries)).toEqual([
    { key: Buffer.from('a'), value: '12,34{"k":{"S":"ä"}}' },
    { key: Buffer.from([0, 255]), value: undefined },
  ]);
  const later = Buffer.from(FIRST.replace('4a524e31', '4a524e32'), 'hex');
  for (const size of [0, later.length]) {
    writeFileSync(path, Buffer.concat([Buffer.from(FIRST, 'hex').subarray(0, size), later, later]));
    expect(inspectJournal(folder)).toEqual([
      {
        path,
        size,
        problem: `goes on at byte ${size} in another version's format: start that version once, which takes its writes in`,
      },
    ]);
  }
});
