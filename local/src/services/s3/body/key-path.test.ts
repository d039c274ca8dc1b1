import { join, normalize, sep } from 'node:path';
import fc from 'fast-check';
import { fileName } from '../../../store/file-name';
import { keyOfPath, pathOfKey } from './key-path';

const key = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'é', '/', '.', '%', '\\', '\0', '+', 'e', '2', 'E', '~', '1', '😀'),
    minLength: 1,
    maxLength: 40,
  }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('a', '\0', '/'), minLength: 800, maxLength: 1024 }),
);

test('common keys are their own path', () => {
  expect(join(...pathOfKey('tbl/2026/01/02/events-1-2026-01-02-03-04-05-uuid.parquet'))).toBe(
    'tbl/2026/01/02/events-1-2026-01-02-03-04-05-uuid.parquet',
  );
  expect(join(...pathOfKey('year=2026/ü b+c.json'))).toBe('year=2026/ü b+c.json');
});

test.each([
  ['a/', 'a/%e'],
  ['/a', '%e/a'],
  ['a//b', 'a/%e/b'],
  ['../x', '%2E%2E/x'],
  ['.', '%2E'],
  ['a%2Eb', 'a%252Eb'],
  ['a\0b', 'a%00b'],
])('%j is %j', (of, path) => {
  expect(pathOfKey(of).join('/')).toBe(path);
});

test('every key comes back from its path', () => {
  fc.assert(fc.property(key, (of) => keyOfPath(pathOfKey(of)) === of));
});

test('no key leads out of its folder or to a name that a file system refuses', () => {
  fc.assert(
    fc.property(key, (of) => {
      const names = pathOfKey(of);
      expect(normalize(join('/data', ...names))).toBe(['/data', ...names].join(sep));
      for (const name of names) {
        expect(name).not.toMatch(/^$|^\.\.?$|[/\0]/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(250);
      }
    }),
  );
});

test('two keys never have one path', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      fc.pre(one !== other);
      expect(pathOfKey(one).join('/')).not.toBe(pathOfKey(other).join('/'));
    }),
  );
});

describe('on Windows', () => {
  const hostile = fc.string({
    unit: fc.constantFrom(
      'a',
      '/',
      '.',
      ' ',
      ':',
      '?',
      '*',
      '<',
      '>',
      '|',
      '"',
      '%',
      'c',
      'o',
      'n',
      'N',
      'u',
      'l',
      '1',
    ),
    minLength: 1,
    maxLength: 500,
  });

  test.each([
    ['2026-01-01T00:00:00Z.json', '2026-01-01T00%3A00%3A00Z.json'],
    ['a:$DATA', 'a%3A$DATA'],
    ['what?/is*<this>|"x"', 'what%3F/is%2A%3Cthis%3E%7C%22x%22'],
    ['a./b ', 'a%2E/b%20'],
    ['con/NUL.txt/Com1/lpt\u00b9.a', '%63on/%4EUL.txt/%43om1/%6Cpt\u00b9.a'],
    ['console/connect.json', 'console/connect.json'],
  ])('%j is %j', (of, path) => {
    expect(pathOfKey(of, true).join('/')).toBe(path);
  });

  test.each([
    ['con', '%63on'],
    ['nul.logs', '%6Eul.logs'],
    ['console', 'console'],
  ])('the bucket %s has the folder %s', (bucket, folder) => {
    expect([fileName(bucket, true), fileName(bucket, false)]).toEqual([folder, bucket]);
  });

  test('every key has a path of its own that Windows takes, and comes back from it', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, key), (of) => {
        const names = pathOfKey(of, true);
        expect(keyOfPath(names)).toBe(of);
        for (const name of names) {
          expect(name).not.toMatch(/[<>:"|?*\\]|[. ]$/);
          expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)($|\.)/i);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(250);
        }
      }),
    );
  });
});
