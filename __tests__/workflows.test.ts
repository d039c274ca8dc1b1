import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { parse } from 'yaml';

/*
 * The workflows, which can't run here, checked by GitHub's own language service: schema, jobs and needs, permissions,
 * contexts and expressions; and the scripts of this project that they run.
 */
const root = join(__dirname, '..');
const folder = join(root, '.github/workflows');
const files = readdirSync(folder);
const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as Record<string, string>;

/** The language service, published as ES modules that import JSON, which jest's require can't load. */
const SERVICE = `
export { validate } from '@actions/languageservice';
export { TextDocument } from 'vscode-languageserver-textdocument';
`;
interface Service {
  readonly TextDocument: { create(uri: string, language: string, version: number, text: string): object };
  validate(document: object): Promise<readonly { message: string; range: { start: { line: number } } }[]>;
}

const temp = mkdtempSync(join(tmpdir(), 'workflows-'));
let service: Service;
beforeAll(() => {
  const outfile = join(temp, 'service.cjs');
  const stdin = { contents: SERVICE, resolveDir: root };
  buildSync({ stdin, bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error' });
  service = require(outfile) as Service;
});
afterAll(() => rmSync(temp, { recursive: true, force: true }));

/** The service caches texts by name: each gets a name of its own. */
async function faults(name: string, text: string): Promise<string[]> {
  const document = service.TextDocument.create(`file:///.github/workflows/${name}`, 'yaml', 0, text);
  return (await service.validate(document)).map(({ message, range }) => `${range.start.line + 1}: ${message}`);
}

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'timeout-minutes'?: number;
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

test.each(files)('%s: nothing is wrong by its schema, and its expressions are closed and known', async (name) => {
  expect(await faults(name, readFileSync(join(folder, name), 'utf8'))).toEqual([]);
});

test('what is wrong is seen: a job that is not there, a permission, a context, an expression that stays open', async () => {
  const text = readFileSync(join(folder, 'lakehouse.yml'), 'utf8');
  const broken = text
    .replace('needs: plan', 'needs: plam')
    .replace('id-token: write', 'id-token: writes')
    .replace('github.token }}', 'githb.token }}')
    .replace('env.AWS_REGION }}', 'env.AWS_REGION }');
  expect((await faults('broken.yml', broken)).map((fault) => fault.replace(/^\d+: /, ''))).toEqual(
    expect.arrayContaining([
      "Value 'plam' is not valid",
      "Unexpected value 'writes'",
      "Unrecognized named-value: 'githb'",
      expect.stringMatching(/^The expression is not closed/),
    ]),
  );
});

test.each(files)('%s: every script is there, every action has a version, each job has rights and an end', (name) => {
  const { permissions, jobs } = parse(readFileSync(join(folder, name), 'utf8')) as Workflow;
  expect(permissions).toEqual({ contents: 'read' });
  for (const [job, { steps, ...rest }] of Object.entries(jobs)) {
    expect([job, rest['timeout-minutes']]).toEqual([job, expect.any(Number)]);
    for (const { uses, run = '' } of steps) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$/);
      for (const [, script = ''] of run.matchAll(/npm run (?:-s )?([\w:-]+)/g)) {
        expect([script, script in scripts]).toEqual([script, true]);
      }
    }
  }
});

// One had --out, which plan and review took for another folder: the review was written nowhere.
test('the options that they give to commands of this project are theirs', () => {
  const given = files.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/npm run (?:-s )?([\w:-]+) -- (.*)/g)].flatMap(
      ([, script = '', rest = '']) =>
        [...rest.matchAll(/--[\w-]+/g)].map(([option]) => ({ command: (scripts[script] ?? '').slice(5), option })),
    ),
  );
  expect(given.map(({ option }) => option)).toEqual(expect.arrayContaining(['--output', '--fail-on', '--yes']));
  for (const command of new Set(given.map((each) => each.command))) {
    const help = execFileSync(process.execPath, [join(root, command), '--help'], { encoding: 'utf8' });
    const options = [...help.matchAll(/--[\w-]+/g)].map(([option]) => option);
    expect(options).toEqual(
      expect.arrayContaining(given.flatMap((each) => (each.command === command ? each.option : []))),
    );
  }
});
