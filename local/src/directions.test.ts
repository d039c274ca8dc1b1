import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { services } from './services';

const SOURCES = __dirname;

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));
}

/** Names of the folders from `src` down to a file; a service's folder is one step. */
function foldersOf(file: string): string[] {
  const path = relative(SOURCES, dirname(file)).split(sep).join('/');
  return path === '' ? [] : path.replace(/^services\//, 'services:').split('/');
}

/** The folders, beside each other, in which two files are; undefined if one's folder is in the other's, or the same. */
function apart(from: readonly string[], to: readonly string[]): [string, string] | undefined {
  const depth = from.findIndex((name, index) => name !== to[index]);
  if (depth === -1 || to[depth] === undefined) return undefined;
  const path = (names: readonly string[]) => names.slice(0, depth + 1).join('/');
  return [path(from), path(to)];
}

/** Files that a file imports, for their types too, or loads later. */
function importsOf(file: string): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(
    /(?:from |import |import\(|require(?:\.resolve)?\()'(\.[^']+)'/g,
  );
  return [...specifiers].map(([, path = '']) => {
    const target = resolve(dirname(file), path);
    return existsSync(`${target}.ts`) ? `${target}.ts` : join(target, 'index.ts');
  });
}

test('folders import each other in one direction, at any depth: none is reached again from what it imports', () => {
  const graph = new Map<string, Set<string>>();
  for (const file of sourcesIn(SOURCES)) {
    for (const target of importsOf(file)) {
      const [from, to] = apart(foldersOf(file), foldersOf(target)) ?? [];
      if (from !== undefined && to !== undefined) graph.set(from, (graph.get(from) ?? new Set()).add(to));
    }
  }
  const cycles: string[] = [];
  const walk = (way: readonly string[], seen: Set<string>): void => {
    for (const next of graph.get(way.at(-1) as string) ?? []) {
      if (next === way[0]) cycles.push([...way, next].join(' -> '));
      if (!seen.has(next)) walk([...way, next], seen.add(next));
    }
  };
  for (const folder of graph.keys()) walk([folder], new Set([folder]));
  expect(cycles).toEqual([]);
});

test('the files beside the folders, where all is put together, are imported by none of them', () => {
  const importing = sourcesIn(SOURCES).filter(
    (file) => foldersOf(file).length > 0 && importsOf(file).some((target) => foldersOf(target).length === 0),
  );
  expect(importing).toEqual([]);
});

test('every operation that a file exports is in its service’s list', () => {
  const missing: string[] = [];
  for (const { name, operations } of services) {
    const listed = new Set<unknown>(operations().values());
    const folder = join(SOURCES, 'services', name, 'operations');
    for (const file of sourcesIn(folder)) {
      const exported = require(file) as Readonly<Record<string, unknown>>;
      for (const [key, value] of Object.entries(exported)) {
        const isOperation = typeof value === 'object' && value !== null && 'handle' in value && 'contract' in value;
        if (isOperation && !listed.has(value)) missing.push(`${name}: ${relative(folder, file)} ${key}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

test('nothing ships that only tests use', () => {
  const texts = sourcesIn(SOURCES).map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  // Entries: what users import, what they run, and what the generated docs list.
  const entries = /(^|[\\/])(index|cli|list)\.ts$|\.d\.ts$/;
  const unused = texts
    .map(({ file }) => relative(SOURCES, file))
    .filter((file) => !entries.test(file))
    .filter((file) => {
      const name = basename(file, '.ts');
      const named = new RegExp(`[/']${name}(\\.js)?'`);
      return !texts.some((other) => relative(SOURCES, other.file) !== file && named.test(other.text));
    });
  expect(unused).toEqual([]);
});
