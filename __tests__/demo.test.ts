import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * The demo when it is interrupted; the end-to-end test and CI show that it finishes. It runs with a temporary folder of
 * its own, so that leftovers are found.
 */
const project = join(__dirname, '..');
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'demo-test-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

function demo(env: NodeJS.ProcessEnv, onOutput: (all: string, interrupt: () => void) => void = () => undefined) {
  const cli = join(project, 'tools', 'dist', 'commands', 'demo.js');
  const child = spawn(process.execPath, [cli], { cwd: project, env: { ...process.env, TMPDIR: temporary, ...env } });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
    onOutput(said.stdout, () => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...said })),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('no Terraform: one clear line, and nothing was started', async () => {
  const { code, stderr, stdout } = await demo({ TERRAFORM_BINARY_NAME: 'terraform-that-is-not-there' });
  expect(code).toBe(4);
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^demo: Terraform is needed/)]);
  expect(stdout).toBe('');
  expect(readdirSync(temporary)).toEqual([]);
});

test.each([
  ['plans', 'Planning lakehouse-local'],
  ['applies', 'created in'],
])(
  'Ctrl-C while terraform %s: exit 130, no process, no file',
  async (_, said) => {
    let interrupted = false;
    const { code, stdout, stderr } = await demo({}, (all, interrupt) => {
      if (interrupted || !all.includes(said)) return;
      interrupted = true;
      interrupt();
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted; everything it started is cleaned up/);
    const pid = Number(/process (\d+)/.exec(stdout)?.[1]);
    expect(pid).toBeGreaterThan(0);
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(temporary).filter((name) => name.startsWith('lakehouse-demo-'))).toEqual([]);
  },
  60_000,
);
