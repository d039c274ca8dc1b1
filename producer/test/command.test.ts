import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandIn, type StandInOptions } from './stand-in';

/** The producer's command: its output, exit codes, and interruption. */

const CLI = join(__dirname, '../dist/cli.js');
const BASE = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
let standIn: StandIn;

afterEach(() => standIn?.stop());

async function start(options?: StandInOptions): Promise<void> {
  standIn = await StandIn.start(options);
}

interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (
  args: readonly string[],
  env: Record<string, string> = credentials,
  onStart?: (child: ChildProcess) => void,
) => end(process.execPath, [CLI, ...args], env, onStart);

function end(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  onStart?: (child: ChildProcess) => void,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env: { ...BASE, ...env } }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
    onStart?.(child);
  });
}

test('prints the same bytes for the same seed', async () => {
  const [first, second, other] = await Promise.all(
    ['7', '7', '8'].map((seed) => run(['--seed', seed, '--amount', '500', '--dry-run'])),
  );
  expect(first?.code).toBe(0);
  expect(first?.stdout.split('\n')).toHaveLength(501);
  expect(second?.stdout).toBe(first?.stdout);
  expect(other?.stdout).not.toBe(first?.stdout);
});

test('ends with a code for each way to end', async () => {
  await start();
  const sent = await run(['--amount', '10', '--stream', 'events', '--endpoint', standIn.endpoint]);
  expect(sent).toMatchObject({ code: 0, stdout: `${standIn.stored.join('\n')}\n` });
  expect(sent.stderr).toMatch(/ - INFO - Started data generation\.\n.* - INFO - 10 messages delivered to Kinesis/);
  expect(await run(['--amount', 'ten'])).toMatchObject({ code: 64 });
  expect(await run(['--amount', '10'])).toMatchObject({ code: 4, stderr: expect.stringContaining('--stream NAME') });
  const open = ['--amount', '10', '--stream', 'events', '--endpoint', standIn.endpoint];
  const locked = await run(open, { AWS_REGION: 'us-east-1' });
  expect(locked).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('AWS_ACCESS_KEY_ID') });
  await standIn.stop();
  await start({ error: { status: 400, code: 'ResourceNotFoundException' } });
  const lost = await run(['--amount', '10', '--stream', 'events', '--endpoint', standIn.endpoint]);
  expect(lost).toMatchObject({ code: 4, stderr: expect.stringContaining('No stream is named "events"') });
});

test('ends with 1 when some events were not delivered, and tells the same in JSON', async () => {
  await start({ faults: { partial: 1 } });
  const target = ['--stream', 'events', '--endpoint', standIn.endpoint];
  const result = await run(['--amount', '5', '--retry-for', '100ms', '--quiet', '--summary', 'json', ...target]);
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ asked: 5, delivered: 0, failed: 5, outcome: 'partly-failed' });
  expect(result.stderr).toContain('5 messages not delivered: InternalFailure 5.');
});

test('after Ctrl-C delivers what it has printed, and ends with 130', async () => {
  await start();
  const args = ['--duration', '60s', '--rate', '200', '--stream', 'events', '--endpoint', standIn.endpoint];
  const result = await run(args, credentials, (child) => child.stdout?.once('data', () => child.kill('SIGINT')));
  expect(result.code).toBe(130);
  // Requests in flight at the same time may arrive in another order.
  expect(result.stdout.trimEnd().split('\n').sort()).toEqual([...standIn.stored].sort());
});

test.each(['SIGINT', 'SIGTERM'] as const)('ends a dry run on %s', async (signal) => {
  const args = ['--duration', '60s', '--dry-run', '--quiet', '--summary', 'json'];
  const result = await run(args, credentials, (child) => child.stderr?.once('data', () => child.kill(signal)));
  expect(result.code).toBe(130);
  expect(JSON.parse(result.stdout)).toMatchObject({ outcome: 'interrupted' });
});

test('ends a dry run though nobody reads what it prints', async () => {
  const child = spawn(process.execPath, [CLI, '--duration', '60s', '--dry-run'], {
    env: { ...BASE, ...credentials },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.once('data', () => child.kill('SIGINT'));
  child.stderr.resume();
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(130);
});

test("refuses a local stack's stream on AWS, and says what to set", async () => {
  await start();
  const folder = mkdtempSync(join(tmpdir(), 'producer-'));
  const outputs = join(folder, 'outputs.json');
  const local = { kinesis_stream_name: 'events', account_id: '000000000000', region: 'us-east-1' };
  writeFileSync(outputs, JSON.stringify({ 'lakehouse-local': local }));
  const args = ['--amount', '3', '--outputs', outputs];
  expect(await run(args)).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('AWS_ENDPOINT_URL') });
  // An endpoint variable that the SDK ignores doesn't count.
  const ignored = { AWS_ENDPOINT_URL: standIn.endpoint, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
  expect(await run(args, { ...credentials, ...ignored })).toMatchObject({ code: 3 });
  expect(await run(args, { ...credentials, AWS_ENDPOINT_URL: standIn.endpoint })).toMatchObject({ code: 0 });
  expect(standIn.stored).toHaveLength(3);
  rmSync(folder, { recursive: true });
});

test('a profile that is not there, and a local endpoint that is not started, are told with what to do', async () => {
  const profile = { AWS_PROFILE: 'nope', AWS_EC2_METADATA_DISABLED: 'true' };
  const args = ['--stream', 'events', '--amount', '1'];
  const without = await run(args, profile);
  expect(without).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('The profile "nope" names none: set AWS_REGION'),
  });
  const { stderr } = await run(args, { ...profile, AWS_REGION: 'us-east-1' });
  expect(stderr).toContain('The profile "nope" has no credentials: name one that `aws configure list-profiles` shows');
  await start();
  const { endpoint } = standIn;
  await standIn.stop();
  const there = await run([...args, '--endpoint', endpoint, '--retry-for', '100ms']);
  expect(there).toMatchObject({ code: 3, stderr: expect.stringContaining('start the endpoint (`npm run local`)') });
});

test('finds the stream in the outputs file, and asks which when there are several', async () => {
  await start();
  const folder = mkdtempSync(join(tmpdir(), 'producer-'));
  const outputs = join(folder, 'outputs.json');
  const one = { kinesis_stream_name: 'events' };
  const args = ['--amount', '3', '--outputs', outputs, '--endpoint', standIn.endpoint];
  writeFileSync(outputs, JSON.stringify({ 'lakehouse-local': one }));
  expect(await run(args)).toMatchObject({ code: 0, stderr: expect.stringContaining('Kinesis stream events.') });
  writeFileSync(outputs, JSON.stringify({ 'lakehouse-local': one, 'lakehouse-dev': one }));
  const several = await run(args);
  expect(several).toMatchObject({ code: 64, stderr: expect.stringContaining('lakehouse-local, lakehouse-dev') });
  expect(await run([...args, '--stack', 'lakehouse-dev'])).toMatchObject({ code: 0 });
  // The variables by which the tools of the project choose.
  writeFileSync(
    outputs,
    JSON.stringify({ 'lakehouse-local': one, 'lakehouse-local-iot': { kinesis_stream_name: 'iot' } }),
  );
  const iot = { ...credentials, LAKEHOUSE_ENV: 'local', LAKEHOUSE_APP_NAME: 'iot' };
  expect(await run(args, iot)).toMatchObject({ code: 0, stderr: expect.stringContaining('Kinesis stream iot.') });
  const typo = await run(args, { ...iot, LAKEHOUSE_APP_NAME: 'typo' });
  expect(typo).toMatchObject({ code: 4, stderr: expect.stringContaining('no stack "lakehouse-local-typo"') });
  rmSync(folder, { recursive: true });
});

test('after a second Ctrl-C stops at once, and says what is not known', async () => {
  await start({ faults: { stall: 1, stallMs: 60_000 } });
  const args = ['--amount', '10', '--quiet', '--summary', 'json', '--request-timeout', '60s'];
  const result = await run([...args, '--stream', 'events', '--endpoint', standIn.endpoint], credentials, (child) => {
    let said = '';
    child.stderr?.on('data', (text) => {
      const before = said;
      said += text;
      if (!before.includes('Interrupted') && said.includes('Interrupted')) child.kill('SIGINT');
    });
    const timer = setInterval(() => {
      if (standIn.requests === 0) return;
      clearInterval(timer);
      child.kill('SIGINT');
    }, 20);
  });
  expect(result.code).toBe(130);
  expect(JSON.parse(result.stdout)).toMatchObject({ asked: 10, delivered: 0, failures: { Unacknowledged: 10 } });
  expect(result.stderr).toContain('Of 10 messages it is not known whether they are in the stream.');
});

// util-linux' script gives a command a terminal; elsewhere its options differ.
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0;
if (!hasTerminal) process.stderr.write('\n*** The progress bar is NOT tested: there is no `script -qec` here. ***\n\n');

(hasTerminal ? test : test.skip)('shows a progress bar on a terminal, and none in a pipe', async () => {
  await start();
  const args = ['--amount', '300', '--rate', '300', '--quiet', '--stream', 'events', '--endpoint', standIn.endpoint];
  const command = [process.execPath, CLI, ...args].map((part) => `'${part}'`).join(' ');
  const shown = await end('script', ['-qec', command, '/dev/null'], { ...credentials, TERM: 'xterm' });
  expect(shown.stdout).toMatch(/\d+% \| \d+\/300 \| \d+\/s \| \d+ in flight \| 0 throttled \| 0 failed/);
  const piped = await run(args);
  expect(piped).toMatchObject({ code: 0, stdout: '' });
  expect(piped.stderr).not.toContain('in flight');
});
