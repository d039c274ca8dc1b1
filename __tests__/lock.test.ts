import * as fs from 'node:fs';
import * as path from 'node:path';

// `npm ci` installs what the lock file lists and nothing else: a native package whose other platforms are missing there
// installs without a word on a Mac or on Windows, and fails when it is first required.

interface LockedPackage {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = path.join(__dirname, '..');
const lock = read<{ packages: Record<string, LockedPackage> }>('package-lock.json').packages;
const project = read<{ allowScripts: Record<string, boolean> }>('package.json');

function read<T>(file: string): T {
  return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')) as T;
}

/** The lock's entry of `name` for the package at `from`: in the nearest node_modules upwards. */
function resolved(from: string, name: string): LockedPackage | undefined {
  const parents = from
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  const folders = [...parents.reverse().map((parent) => `${parent}/node_modules/`), 'node_modules/'];
  return folders.map((folder) => lock[folder + name]).find((entry) => entry !== undefined);
}

const optional = Object.entries(lock).flatMap(([from, entry]) =>
  Object.entries(entry.optionalDependencies ?? {}).map(([name, range]) => ({ from, name, range })),
);

test('the lock file lists each optional dependency of each package, for every platform', () => {
  expect(optional.length).toBeGreaterThan(100);
  const missing = optional.filter(({ from, name }) => resolved(from, name) === undefined);
  expect(missing).toEqual([]);
});

test('a binding is locked in the version that its package asks for', () => {
  const exact = optional.filter(({ range }) => /^\d+\.\d+\.\d+/.test(range));
  expect(exact.length).toBeGreaterThan(50);
  const others = exact.filter(({ from, name, range }) => resolved(from, name)?.version !== range);
  expect(others).toEqual([]);
});

test.each([
  ['@duckdb/node-bindings', ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64']],
  ['@lmdb/lmdb', ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64']],
  ['@lydell/node-pty', ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64']],
])('%s is there for each platform that the project runs on', (name, platforms) => {
  for (const platform of platforms) expect(lock).toHaveProperty([`node_modules/${name}-${platform}`, 'integrity']);
});

test('no package runs a script at install: each that has one is named, and denied', () => {
  const withScript = Object.keys(lock).filter((key) => lock[key]?.hasInstallScript === true);
  const names = withScript.map((key) => key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(names.filter((name) => project.allowScripts[name] !== false)).toEqual([]);
  expect(Object.values(project.allowScripts)).not.toContain(true);
});
