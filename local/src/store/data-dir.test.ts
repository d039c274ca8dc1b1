import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, startProcess } from 'lakehouse-local/testing/process';
import { makeDataDir, writeFormat } from './data-dir';

const NOBODY = 65_534;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakehouse-data-dir-'));
});

afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

/** The command's message for an unusable data directory. */
function refusal(dataDir: string): string {
  const { status, stderr } = spawnSync(process.execPath, [CLI, '--port', '0', '--data-dir', dataDir], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(status).toBe(1);
  return stderr;
}

test('a directory from before formats had numbers is refused by its name, and nothing in it changes', () => {
  mkdirSync(join(folder, 'metadata'));
  writeFileSync(join(folder, 'metadata', 'data.mdb'), 'rows');
  expect(refusal(folder)).toBe(
    `The data directory ${folder} was made by an earlier version, before formats had numbers; this one reads format 1: ` +
      'choose another with --data-dir, or remove it to start anew.\n',
  );
  expect(readFileSync(join(folder, 'metadata', 'data.mdb'), 'utf8')).toBe('rows');
});

test('a directory of a later format is refused by its name', async () => {
  await (await startProcess(folder)).stop();
  writeFormat(folder, 'later', 2);
  expect(refusal(folder)).toBe(
    `The data directory ${folder} was made by a later version, in format 2; this one reads format 1: ` +
      'choose another with --data-dir.\n',
  );
});

test("a folder of somebody's files is no data directory", () => {
  writeFileSync(join(folder, 'thesis.txt'), 'chapter 1');
  expect(refusal(folder)).toContain(`The folder ${folder} is no data directory of the endpoint, and it isn't empty`);
});

test('a place below a file is named', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(refusal(join(file, 'data'))).toBe(
    `The data directory ${join(file, 'data')} is below something that is no folder: choose another with --data-dir.\n`,
  );
});

test('a folder that this user may not write to is named', () => {
  chmodSync(folder, 0o555);
  const make = () => makeDataDir(folder);
  const expected = `The data directory ${folder} may not be written to by this user: choose another with --data-dir.`;
  // Root may write everywhere: the process changes its user for the attempt.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    expect(make).toThrow(expected);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});
