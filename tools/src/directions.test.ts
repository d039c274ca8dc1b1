import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = __dirname;

/** The folders that each folder's sources import, with one file as the example. */
function imports(): Map<string, Map<string, string>> {
  const graph = new Map<string, Map<string, string>>();
  for (const entry of readdirSync(ROOT, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const from = relative(ROOT, dirname(file));
    if (from === '') continue; // index.ts, the package's face, imports everything.
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)'/g)) {
      const to = relative(ROOT, dirname(join(dirname(file), target)));
      if (to === from) continue;
      const known = graph.get(from) ?? new Map<string, string>();
      graph.set(from, known.set(to, `${relative(ROOT, file)} imports ${target}`));
    }
  }
  return graph;
}

test('folders import each other in one direction: no folder is reached again from what it imports', () => {
  const graph = imports();
  expect(graph.size).toBeGreaterThan(8);
  const cycles: string[] = [];
  const walk = (folder: string, way: readonly string[]): void => {
    for (const [next, example] of graph.get(folder) ?? []) {
      if (next === way[0]) cycles.push([...way, next].join(' -> ').concat(` (${example})`));
      else if (!way.includes(next)) walk(next, [...way, next]);
    }
  };
  for (const folder of graph.keys()) walk(folder, [folder]);
  expect(cycles).toEqual([]);
});

test('only the door sees a plan as Terraform wrote it: the rest is given the masked one', () => {
  const seers = [
    'plan/masking.ts',
    'plan/mask-plan.ts',
    'plan/plan-json.ts',
    'plan/parse.ts',
    'plan/schema-marks.ts',
    'review/review.ts',
  ];
  const found: string[] = [];
  for (const entry of readdirSync(ROOT, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.ts$/.test(entry.name) || /\.test\.ts$/.test(entry.name)) continue;
    const file = relative(ROOT, join(entry.parentPath, entry.name));
    if (file === 'index.ts' || seers.includes(file)) continue;
    if (/\b(PlanJson|Masker|parsePlan)\b/.test(readFileSync(join(ROOT, file), 'utf8'))) found.push(file);
  }
  // commands/review.ts passes a plan's JSON on unread.
  expect(found).toEqual(['commands/review.ts']);
});
