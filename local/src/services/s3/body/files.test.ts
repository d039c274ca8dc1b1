import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BodyFiles } from './files';

const folder = mkdtempSync(join(tmpdir(), 'body-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['a.txt', 'A.TXT', 'lake/objects/A.TXT%~1'],
  ['caf\u00e9', 'cafe\u0301', 'lake/objects/cafe\u0301%~1'],
  ['Logs', 'logs/1', 'lake/objects/logs%~1/1'],
  ['x/1', 'X/2', 'lake/objects/X/2'],
])(
  'where the file system takes them for one name, %s and %s put at once have paths of their own',
  (one, other, path) => {
    const files = new BodyFiles(join(folder, 's3'), true);
    expect(files.choose('lake', one)).toBe(`lake/objects/${one}`);
    expect(files.choose('lake', other)).toBe(path);
  },
);

test('elsewhere both keys are their own path', () => {
  const files = new BodyFiles(join(folder, 'other'), false);
  expect(['a.txt', 'A.TXT'].map((key) => files.choose('lake', key))).toEqual([
    'lake/objects/a.txt',
    'lake/objects/A.TXT',
  ]);
});

test('a folder that a body is on its way to is not pruned, in whichever case it was named', () => {
  const files = new BodyFiles(join(folder, 'pruned'), true);
  const kept = files.choose('lake', 'logs/1');
  const gone = files.choose('lake', 'logs/2');
  writeFileSync(files.absolute(gone), 'gone');
  files.release(gone);
  files.apply([{ remove: gone }]);
  writeFileSync(files.absolute(kept), 'kept');
  expect(readFileSync(files.absolute(kept), 'utf8')).toBe('kept');
});
