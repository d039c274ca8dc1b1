import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const ROOT = join(__dirname, '..');
/** Furniture of tests, which every package's tests may use. */
const FURNITURE = 'local/testing';

/** The packages that a package's sources may import, and its tests beside these and the furniture. */
const MAY_IMPORT: Readonly<Record<string, { readonly sources: readonly string[]; readonly tests: readonly string[] }>> =
  {
    local: { sources: [], tests: [] },
    producer: { sources: [], tests: [] },
    consumers: { sources: [], tests: [] },
    tools: { sources: ['producer'], tests: [] },
    console: { sources: ['producer'], tests: [] },
    // Terraform is run as the tools run it.
    stacks: { sources: ['producer'], tests: ['tools'] },
    bench: { sources: ['producer', 'tools', 'stacks', FURNITURE], tests: [] },
  };

const OTHERS = new Set(['node_modules', 'dist', 'cdktf.out', 'fixtures']);

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return OTHERS.has(entry.name) ? [] : sourcesIn(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const isOfTests = (file: string) =>
  /\.(test|interop)\.ts$|[\\/]testing\.ts$|[\\/](test|testing|bench|scripts)[\\/]/.test(file);

/** The package that an import names; undefined for one of others, or of Node. */
function packageOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(dirname(file), specifier)).split(sep)[0];
  const [, name, rest = ''] = /^lakehouse-([a-z]+)(\/testing)?/.exec(specifier) ?? [];
  return name === undefined ? undefined : `${name}${rest}`;
}

test('packages import each other in one direction, and nothing imports the tests between them', () => {
  const found: string[] = [];
  for (const [name, { sources, tests }] of Object.entries(MAY_IMPORT)) {
    const files = sourcesIn(join(ROOT, name));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const may = [name, ...sources, ...(isOfTests(relative(ROOT, file)) ? [...tests, FURNITURE] : [])];
      const text = readFileSync(file, 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:from |import |import\(|require\()'([^']+)'/g)) {
        const target = packageOf(file, specifier);
        if (target !== undefined && !may.includes(target)) found.push(`${relative(ROOT, file)} imports ${specifier}`);
      }
    }
  }
  expect(found).toEqual([]);
});
