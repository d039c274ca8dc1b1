import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from 'lakehouse-local/testing';
import { Acceptance, applySavedPlan, type CycleOptions, destroyStack, makePlan, Refusal } from 'lakehouse-tools';
import { makeProject, type Project } from './plan-cycle-support';

let made: Project;
let project: string;

beforeEach(() => {
  made = makeProject();
  project = made.folder;
});
afterEach(() => made.remove());

const options = (extra: Partial<CycleOptions> = {}) => made.options(extra);
const yes = { approval: { yes: true } };
const state = () => made.state();
const planned = () => made.planned;

test('a plan is applied as it was reviewed, its outputs are those of cdktf, and then there are no changes', async () => {
  const { review, record } = await makePlan(options());
  expect(record).toMatchObject({ changes: true, stack: 'lakehouse-dev', environment: 'dev', purpose: 'apply' });
  expect(review.verdict.create).toBe(1);
  expect(state()).toBeUndefined();
  expect(statSync(planned()).mode & 0o077).toBe(0);

  const { outputsFile } = await applySavedPlan({ ...options(), ...yes });
  const ours = readFileSync(outputsFile, 'utf8');
  expect(JSON.parse(ours)).toEqual({ 'lakehouse-dev': { size: 'small', inner: { note: 'hello' } } });
  const cdktf = join(__dirname, '..', '..', 'node_modules', '.bin', 'cdktf');
  execFileSync(cdktf, ['deploy', '--auto-approve', '--skip-provider-lock', '--outputs-file', 'theirs.json'], {
    cwd: project,
    env: { ...process.env, CHECKPOINT_DISABLE: '1', DISABLE_VERSION_CHECK: '1', CI: '1' },
    stdio: 'pipe',
  });
  expect(ours).toBe(readFileSync(join(project, 'theirs.json'), 'utf8'));

  expect((await makePlan(options())).record.changes).toBe(false);
}, 60_000);

test('refused: the code has changed since', async () => {
  await makePlan(options());
  writeFileSync(join(project, 'size'), 'large');
  await expect(applySavedPlan({ ...options(), ...yes })).rejects.toThrow(
    /the code has changed since the plan was made/,
  );
  expect(state()).toBeUndefined();
});

test('refused: the state has moved in between', async () => {
  await makePlan(options({ planFile: 'first.tfplan' }));
  await makePlan(options());
  await applySavedPlan({ ...options(), ...yes });
  const before = state();
  await expect(applySavedPlan({ ...options({ planFile: 'first.tfplan' }), ...yes })).rejects.toThrow(/plan is stale/);
  expect(state()).toBe(before);
});

test('refused: another environment, another file, no plan, an applied plan', async () => {
  await expect(applySavedPlan({ ...options(), ...yes })).rejects.toThrow(/no saved plan/);
  await makePlan(options({ planFile: 'p.tfplan' }));
  const prod = { ...process.env, LAKEHOUSE_ENV: 'prod' };
  await expect(applySavedPlan({ ...options({ planFile: 'p.tfplan', env: prod }), ...yes })).rejects.toThrow(
    /plan is for lakehouse-dev/,
  );
  chmodSync(join(project, 'p.tfplan'), 0o600);
  writeFileSync(join(project, 'p.tfplan'), 'something else');
  await expect(applySavedPlan({ ...options({ planFile: 'p.tfplan' }), ...yes })).rejects.toThrow(
    /not the one that "npm run plan" saved/,
  );
  await makePlan(options());
  await applySavedPlan({ ...options(), ...yes });
  await expect(applySavedPlan({ ...options(), ...yes })).rejects.toThrow(/no saved plan/);
}, 60_000);

test('refused by a gate of the plan or of the apply, with its exit code', async () => {
  await makePlan(options({}));
  await applySavedPlan({ ...options(), ...yes });
  const before = state();
  await makePlan({ ...options(), destroy: true, failOn: ['delete'] });
  await expect(applySavedPlan({ ...options(), ...yes })).rejects.toMatchObject({
    exitCode: 11,
    message: expect.stringMatching(/1 to delete/),
  });
  await makePlan({ ...options(), destroy: true });
  const review = { acceptance: new Acceptance([], ['delete']) };
  await expect(applySavedPlan({ ...options(), ...yes, review })).rejects.toMatchObject({ exitCode: 11 });
  expect(state()).toBe(before);
});

test('without a terminal nobody says yes; at one, only the word counts', async () => {
  await makePlan(options());
  const refused = applySavedPlan({ ...options(), approval: { yes: false, interactive: false } });
  await expect(refused).rejects.toThrow(/--yes/);
  const asked: string[] = [];
  const answer = (text: string) => ({
    yes: false,
    interactive: true,
    ask: async (question: string) => {
      asked.push(question);
      return text;
    },
  });
  await expect(applySavedPlan({ ...options(), approval: answer('y') })).rejects.toThrow(Refusal);
  expect(state()).toBeUndefined();
  await applySavedPlan({ ...options(), approval: answer('yes') });
  expect(asked[0]).toMatch(/^Apply this plan to lakehouse-dev\?/);
  expect(state()).toContain('"small"');
});

test('a destroy shows its plan, needs a yes, and leaves nothing', async () => {
  await makePlan(options());
  await applySavedPlan({ ...options(), ...yes });
  const before = state();
  const shown: number[] = [];
  const destroy = (approval: { yes: boolean; interactive: boolean }) =>
    destroyStack({ ...options(), approval, show: (review) => shown.push(review.verdict.delete) });
  await expect(destroy({ yes: false, interactive: false })).rejects.toThrow(/--yes/);
  expect(state()).toBe(before);
  expect(await destroy({ yes: true, interactive: false })).toBe(true);
  expect(shown).toEqual([1, 1]);
  expect(JSON.parse(state() ?? '{}').resources).toEqual([]);
  expect(await destroy({ yes: true, interactive: false })).toBe(false);
}, 60_000);

describe('as commands, without a terminal', () => {
  const run: Project['run'] = (...args) => made.run(...args);

  test('exit codes tell changes from none, refused from failed', async () => {
    expect((await run('plan')).code).toBe(2);
    const review = await run('review', ['--format', 'json']);
    expect(review.code).toBe(0);
    expect(review.stdout).not.toContain('mallow-gate-77');
    expect(JSON.parse(review.stdout)).toMatchObject({ stack: 'lakehouse-dev', verdict: { create: 1 } });
    expect(await run('apply')).toMatchObject({ code: 3, stderr: expect.stringContaining('--yes') });
    const applied = await run('apply', ['--yes']);
    expect(applied).toMatchObject({ code: 0, stderr: expect.stringMatching(/1 to create[\s\S]*box: created in/) });
    // Nothing else is on stdout, which a pipe may read.
    expect(JSON.parse(applied.stdout)).toEqual({ 'lakehouse-dev': { size: 'small', inner: { note: 'hello' } } });
    expect((await run('plan')).code).toBe(0);
    const before = state();
    expect((await run('destroy')).code).toBe(3);
    expect(state()).toBe(before);
    expect((await run('plan', ['--destroy'])).code).toBe(2);
    expect((await run('review', ['--fail-on', 'delete'])).code).toBe(11);
    expect((await run('review', ['--fail-on', 'nonsense'])).code).toBe(64);
    expect((await run('destroy', ['--yes'])).code).toBe(0);
  }, 90_000);

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s during an apply: terraform ends in order, what was done is in the state, which is not locked, exit 130',
    async (signal) => {
      writeFileSync(join(project, 'slow'), '');
      expect((await run('plan')).code).toBe(2);
      const { code, stderr } = await run('apply', ['--yes'], {}, async (child) => {
        await eventually(async () => existsSync(join(project, 'started')), 60_000);
        child.kill(signal);
      });
      expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('apply: interrupted') });
      expect(JSON.parse(state() ?? '{}').resources).toMatchObject([{ instances: [{ status: 'tainted' }] }]);
      expect(existsSync(planned())).toBe(false);
      rmSync(join(project, 'slow'));
      expect((await run('plan')).code).toBe(2);
      expect((await run('apply', ['--yes'])).code).toBe(0);
    },
    60_000,
  );

  test('no Terraform: one line, how to get it, exit 4', async () => {
    const { code, stderr } = await run('plan', [], { TERRAFORM_BINARY_NAME: 'terraform-that-is-not-there' });
    expect(code).toBe(4);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/Terraform is needed.*developer\.hashicorp\.com/);
  });

  test('a Terraform that is too old: one line, how to get another, exit 4', async () => {
    const old = join(project, 'old-terraform');
    writeFileSync(old, `#!/bin/sh\necho '{"terraform_version":"1.4.7"}'\n`, { mode: 0o755 });
    const { code, stderr } = await run('plan', [], { TERRAFORM_BINARY_NAME: old });
    expect(code).toBe(4);
    expect(stderr.trim()).toMatch(/^plan: Terraform 1\.5 or newer is needed; this is 1\.4\.7: get it from https:\S+$/);
  });

  test('an app that does not synthesize: its own words', async () => {
    writeFileSync(join(project, 'app.js'), "console.error('shard_count must be at least 1'); process.exit(1)");
    expect(await run('plan')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('shard_count must be at least 1'),
    });
  });
});
