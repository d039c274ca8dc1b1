import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * Common to every command: its version, and the exit codes of wrong usage and of outputs that are not there, which
 * docs/review.md states.
 */
const root = join(__dirname, '..');
const programs = readdirSync(join(root, 'tools/src/commands'))
  .filter((file) => readFileSync(join(root, 'tools/src/commands', file), 'utf8').startsWith('#!'))
  .map((file) => `tools/dist/commands/${file.replace(/\.ts$/, '.js')}`);
const commands = [...programs, 'producer/dist/cli.js', 'local/dist/cli.js', 'console/dist/server/cli.js'];

const run = (script: string, ...args: string[]) => runIn(process.env, script, ...args);

function runIn(
  env: NodeJS.ProcessEnv,
  script: string,
  ...args: string[]
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, script), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

test('the commands are those that npm run has', () => {
  const scripts = Object.values(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as object);
  expect(programs.length).toBeGreaterThan(10);
  for (const program of programs) expect(scripts).toContain(`node ${program}`);
});

test.each(commands)('%s: an option that it has not is told, exit 64', async (script) => {
  const { code, stderr } = await run(script, '--no-such-option');
  expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining("unknown option '--no-such-option'") });
});

test.each(['tools/dist/commands/plan.js', ...commands.slice(-3)])('%s knows its version', async (script) => {
  const { version } = JSON.parse(readFileSync(join(root, script.split('/')[0] ?? '', 'package.json'), 'utf8'));
  expect(await run(script, '--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([
  [
    'a profile without a region',
    { AWS_PROFILE: 'nope' },
    'no region is set, and the profile "nope" (AWS_PROFILE) names none',
  ],
  [
    'a profile that is not there',
    { AWS_PROFILE: 'nope', AWS_REGION: 'us-east-1' },
    'the profile "nope" (AWS_PROFILE) has no',
  ],
  [
    'an endpoint that is not started',
    { LAKEHOUSE_ENV: 'local', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    '"npm run local"',
  ],
])('%s: one line, with what to do', async (_what, variables, said) => {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  const { code, stderr } = await runIn(env, 'tools/dist/commands/query.js', '--workgroup', 'w', 'SELECT 1');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(said) });
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a file that is not there is named', async () => {
  const { code, stderr } = await run('tools/dist/commands/schema.js', 'no-such.ndjson');
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'schema: there is no no-such.ndjson.\n' });
});

describe('outputs of a stack that are not there: exit 4 in every command that needs them, in one line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-outputs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const damaged = join(folder, 'damaged.json');
  const other = join(folder, 'other.json');
  writeFileSync(damaged, '{"lakehouse-dev": ');
  writeFileSync(other, '{"lakehouse-prod": {"kinesis_stream_name": "events"}}');
  const files = [
    ['no file', join(folder, 'absent.json'), 'there is no'],
    ['a damaged file', damaged, 'damaged.json'],
    ['a file without the stack', other, 'lakehouse-dev'],
  ] as const;
  const users = [
    ['tools/dist/commands/query.js', '--outputs-file', 'SELECT 1'],
    ['tools/dist/commands/load.js', '--outputs-file', 'SELECT 1'],
    ['tools/dist/commands/replay.js', '--outputs-file'],
    ['producer/dist/cli.js', '--outputs', '--amount=1'],
    ['console/dist/server/cli.js', '--outputs'],
  ] as const;
  const cases = users.flatMap((user) => files.map((file) => [user[0], ...file, user] as const));

  test.each(cases)('%s: %s', async (script, _what, file, said, [, option, ...more]) => {
    const env = { PATH: process.env.PATH, AWS_REGION: 'us-east-1' };
    const { code, stderr } = await runIn(env, script, ...more, option, file, '--stack', 'lakehouse-dev');
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(new RegExp(said, 'i')) });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
