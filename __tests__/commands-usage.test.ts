import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Common to every command: its version, and the exit code of wrong usage, which docs/review.md states.
 */
const root = join(__dirname, '..');
const programs = readdirSync(join(root, 'tools/src/commands'))
  .filter((file) => readFileSync(join(root, 'tools/src/commands', file), 'utf8').startsWith('#!'))
  .map((file) => `tools/dist/commands/${file.replace(/\.ts$/, '.js')}`);
const commands = [...programs, 'producer/dist/cli.js', 'local/dist/cli.js', 'console/dist/server/cli.js'];

function run(script: string, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, script), ...args], (error, stdout, stderr) =>
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
