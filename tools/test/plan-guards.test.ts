import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from 'lakehouse-local/testing';
import { applySavedPlan, destroyStack, makePlan, Refusal } from 'lakehouse-tools';
import { checkStateBelongs } from '../src/cycle/state';
import { GUARDED_APP, makeProject, type Project } from './plan-cycle-support';

/* The applied plan is the reviewed one, on the state that it was made for, or nothing is applied. */
let made: Project;
beforeEach(() => {
  made = makeProject();
});
afterEach(() => made.remove());

const yes = { approval: { yes: true } };
const env = (more: NodeJS.ProcessEnv = {}) => ({ ...process.env, TF_CLI_CONFIG_FILE: undefined, ...more });
/** Every file of a project but Terraform's and cdktf's own. */
const files = (project: Project) =>
  readdirSync(project.folder, { recursive: true })
    .map(String)
    .filter((name) => !/^(cdktf\.out|\.lakehouse)/.test(name))
    .sort();

describe('the state that was planned is the one that is applied', () => {
  test('another workspace, by variable or selected: refused with exit 3, nothing touched', async () => {
    expect((await made.run('plan')).code).toBe(2);
    const before = files(made);
    const { code, stderr } = await made.run('apply', ['--yes'], { TF_WORKSPACE: 'other' });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('the plan is for the workspace "default", this is "other"'),
    });
    expect(files(made)).toEqual(before);
    const terraform = join(made.folder, 'cdktf.out', 'stacks', 'lakehouse-dev', '.terraform');
    writeFileSync(join(terraform, 'environment'), 'elsewhere');
    await expect(applySavedPlan({ ...made.options(), ...yes })).rejects.toThrow(/this is "elsewhere"/);
    rmSync(join(terraform, 'environment'));
    expect((await made.run('apply', ['--yes'])).code).toBe(0);
  }, 60_000);

  test('a plan of one checkout, applied in another: refused, nothing written in either', async () => {
    await makePlan(made.options({ planFile: 'p.tfplan' }));
    const other = makeProject();
    try {
      for (const name of ['p.tfplan', 'p.tfplan.json']) cpSync(join(made.folder, name), join(other.folder, name));
      const [here, there] = [files(made), files(other)];
      await expect(applySavedPlan({ ...other.options({ planFile: 'p.tfplan' }), ...yes })).rejects.toThrow(
        /writes its state to .*, this checkout's is /,
      );
      expect([files(made), files(other)]).toEqual([here, there]);
      expect([made.state(), other.state()]).toEqual([undefined, undefined]);
    } finally {
      other.remove();
    }
  });

  test.each([
    ['TF_CLI_ARGS_apply', '-state=elsewhere.tfstate', 'apply'],
    ['TF_CLI_ARGS', '-state-out=elsewhere.tfstate', 'apply'],
    ['TF_CLI_ARGS_plan', '-out=elsewhere', 'plan'],
    ['TF_CLI_ARGS_plan', '-destroy', 'plan'],
    ['TF_CLI_ARGS_init', '-migrate-state -force-copy', 'plan'],
  ])('%s=%s is seen and refused', async (name, value, command) => {
    await makePlan(made.options());
    const options = made.options({ env: env({ [name]: value }) });
    const refused = command === 'plan' ? makePlan(options) : applySavedPlan({ ...options, ...yes });
    await expect(refused).rejects.toThrow(new RegExp(`${name} holds -`));
    expect(existsSync(join(made.folder, 'cdktf.out/stacks/lakehouse-dev/elsewhere.tfstate'))).toBe(false);
    expect(made.state()).toBeUndefined();
  });

  test('arguments that change nothing pass, and no argument of theirs reaches what is read', async () => {
    const options = made.options({ env: env({ TF_CLI_ARGS_apply: '-parallelism=3', TF_CLI_ARGS_show: '-no-such' }) });
    await makePlan(options);
    await applySavedPlan({ ...options, ...yes });
    expect(made.state()).toContain('"small"');
  });

  test('another place of the state by -backend-config or TF_DATA_DIR: refused', async () => {
    await makePlan(made.options());
    const elsewhere = {
      TF_DATA_DIR: join(made.folder, 'data'),
      TF_CLI_ARGS_init: `-backend-config=path=${join(made.folder, 'x.tfstate')}`,
    };
    await expect(applySavedPlan({ ...made.options({ env: env(elsewhere) }), ...yes })).rejects.toThrow(
      /the plan is for the state in .*lakehouse-dev\.tfstate, this is .*x\.tfstate/,
    );
    expect(made.state()).toBeUndefined();
    expect(existsSync(join(made.folder, 'x.tfstate'))).toBe(false);
  });

  test('two applies at once: one refuses, and the other one ends well', async () => {
    made.write('slow', '');
    made.write(
      'app.js',
      readFileSync(join(made.folder, 'app.js'), 'utf8').replace(
        'exec sleep 60',
        'while [ ! -e release ]; do sleep 0.1; done',
      ),
    );
    expect((await made.run('plan')).code).toBe(2);
    const first = made.run('apply', ['--yes']);
    await eventually(async () => existsSync(join(made.folder, 'started')), 60_000);
    const second = await made.run('apply', ['--yes']);
    expect(second).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/another apply or destroy of lakehouse-dev is running/),
    });
    expect(await made.run('destroy', ['--yes'])).toMatchObject({ code: 3 });
    // Simulates another checkout or machine, where only the state's own lock prevents two runs.
    rmSync(join(made.folder, '.lakehouse', 'lakehouse-dev.lock'));
    const third = await made.run('apply', ['--yes']);
    expect(third).toMatchObject({ code: 3, stderr: expect.stringContaining("another run holds the state's lock") });
    made.write('release', '');
    expect((await first).code).toBe(0);
  }, 90_000);
});

describe('the plan that is applied is the bytes that were reviewed', () => {
  const sized = async (size: string, planFile?: string) => {
    made.write('size', size);
    await makePlan(made.options(planFile === undefined ? {} : { planFile }));
  };

  test('a plan file swapped while the question is open: what was shown is applied', async () => {
    await sized('large', 'other.tfplan');
    await sized('small');
    const swap = async () => {
      for (const end of ['', '.json']) cpSync(join(made.folder, `other.tfplan${end}`), `${made.planned}${end}`);
      return 'yes';
    };
    const shown: string[] = [];
    await applySavedPlan({
      ...made.options(),
      approval: { yes: false, interactive: true, ask: swap },
      show: (review) => shown.push(JSON.stringify(review.changes)),
    });
    expect(shown.join()).toContain('small');
    expect(made.state()).toContain('"small"');
    expect(made.state()).not.toContain('"large"');
    // The other plan wasn't applied, and must not be removed.
    expect(existsSync(made.planned)).toBe(true);
  });

  test.each(['.run-', 'a link'])(
    'the copy itself changed while the question is open (%s): nothing is applied',
    async (how) => {
      await sized('large', 'other.tfplan');
      await sized('small');
      const swap = async () => {
        const plans = join(made.folder, '.lakehouse', 'plans');
        const own = readdirSync(plans).find((name) => name.startsWith('.run-')) ?? '';
        const copy = join(plans, own, 'plan');
        if (how === 'a link') {
          rmSync(copy);
          symlinkSync(join(made.folder, 'other.tfplan'), copy);
        } else cpSync(join(made.folder, 'other.tfplan'), copy);
        return 'yes';
      };
      const apply = applySavedPlan({ ...made.options(), approval: { yes: false, interactive: true, ask: swap } });
      await expect(apply).rejects.toThrow(/changed while it was being reviewed/);
      expect(made.state()).toBeUndefined();
      expect(readdirSync(join(made.folder, '.lakehouse', 'plans')).filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );

  test('a plan that is refused leaves no older one behind to be applied', async () => {
    await sized('small');
    made.write('app.js', "console.error('x'); process.exit(1)");
    await expect(makePlan(made.options())).rejects.toThrow(/doesn't synthesize/);
    made.write('app.js', GUARDED_APP);
    await expect(makePlan(made.options({ env: env({ TF_CLI_ARGS_plan: '-no-such-argument' }) }))).rejects.toThrow();
    expect(existsSync(made.planned)).toBe(false);
  });
});

test('the state is for its owner alone, also one that was there before', async () => {
  const file = join(made.folder, 'terraform.lakehouse-dev.tfstate');
  await makePlan(made.options());
  await applySavedPlan({ ...made.options(), ...yes });
  expect(statSync(file).mode & 0o077).toBe(0);
  chmodSync(file, 0o644);
  made.write('size', 'large');
  await makePlan(made.options());
  await applySavedPlan({ ...made.options(), ...yes });
  for (const name of [file, `${file}.backup`]) expect(statSync(name).mode & 0o077).toBe(0);
});

test("cdktf's annotations: warnings are printed, errors stop the plan and nothing is saved", async () => {
  const annotation = (level: string, message: string) => ({
    constructPath: 'lakehouse-dev/bucket',
    level: `@cdktf/${level}`,
    message,
  });
  made.write('annotations', JSON.stringify([annotation('warn', 'careful'), annotation('info', 'by the way')]));
  const warned = await made.run('plan');
  expect(warned).toMatchObject({ code: 2, stderr: expect.stringContaining('Warning: [lakehouse-dev/bucket] careful') });
  made.write('annotations', JSON.stringify([annotation('error', 'NOT ALLOWED'), annotation('error', 'nor this')]));
  rmSync(join(made.folder, '.lakehouse'), { recursive: true });
  const stopped = await made.run('plan');
  expect(stopped.code).toBe(3);
  expect(stopped.stderr).toMatch(/\[lakehouse-dev\/bucket\] NOT ALLOWED\n\[lakehouse-dev\/bucket\] nor this/);
  expect(existsSync(made.planned)).toBe(false);
}, 60_000);

describe('the guard', () => {
  beforeEach(() => made.write('app.js', GUARDED_APP));
  const named = (name: string) => made.options({ env: env({ BOX_NAME: name }) });

  test('re-armed by -replace and -target: that plan is refused, and where plain Terraform did it, the next one', async () => {
    await makePlan(named('first'));
    await applySavedPlan({ ...named('first'), ...yes });
    await expect(makePlan(named('second'))).rejects.toThrow(/would replace the box[\s\S]*LAKEHOUSE_APP_NAME/);
    const rearm = { terraformArgs: ['-replace=terraform_data.guard', '-target=terraform_data.guard'] };
    await expect(makePlan({ ...named('second'), ...rearm })).rejects.toThrow(
      /would replace terraform_data\.guard, which remembers/,
    );
    expect(existsSync(made.planned)).toBe(false);
    // The state after plain Terraform replaced the guard, which now has the second name.
    const forged = (made.state() ?? '').replace(
      /("type": "terraform_data",\s+"name": "guard"[\s\S]*?)"first"([\s\S]*?)"first"/,
      '$1"second"$2"second"',
    );
    made.write('terraform.lakehouse-dev.tfstate', forged);
    await expect(makePlan(named('second'))).rejects.toThrow(
      /would replace terraform_data\.box, and what the box holds would be lost/,
    );
    expect(existsSync(made.planned)).toBe(false);
  }, 60_000);

  test("a destroy of another environment's state is refused before planning, nothing touched", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prod-state-'));
    const stateFile = join(folder, 'prod.tfstate');
    try {
      const prod = { ...named('prod-box'), stateFile };
      await makePlan(prod);
      await applySavedPlan({ ...prod, ...yes });
      const before = readFileSync(stateFile, 'utf8');
      const said: string[] = [];
      const dev = { ...named('dev-box'), stateFile, log: (line: string) => said.push(line) };
      await expect(destroyStack({ ...dev, ...yes })).rejects.toThrow(
        /its box is "prod-box", the configuration's is "dev-box"/,
      );
      expect(said.join()).not.toMatch(/Planning/);
      await expect(makePlan({ ...dev, destroy: true })).rejects.toThrow(Refusal);
      expect(readFileSync(stateFile, 'utf8')).toBe(before);
      expect(await destroyStack({ ...prod, ...yes })).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);

  test('the tag of the environment tells, too, where names are the same', () => {
    const state = (EnvType: string) => ({
      resources: [
        { mode: 'managed', type: 'aws_s3_bucket', name: 'b', instances: [{ attributes: { tags: { EnvType } } }] },
      ],
    });
    const synthesized = { resource: { aws_s3_bucket: { b: { tags: { EnvType: 'dev' } } } } };
    expect(() => checkStateBelongs(state('prod'), synthesized, undefined)).toThrow(/environment "prod".*is of "dev"/);
    expect(() => checkStateBelongs(state('dev'), synthesized, undefined)).not.toThrow();
    expect(() => checkStateBelongs(undefined, synthesized, undefined)).not.toThrow();
  });
});

/** A stand-in for OpenTofu: Terraform under its name, with its registry's names in plans. */
const TOFU = `#!/usr/bin/env node
const { spawnSync } = require('node:child_process');
const { status, stdout } = spawnSync('terraform', process.argv.slice(2), { stdio: ['inherit', 'pipe', 'inherit'], maxBuffer: 1e9 });
process.stdout.write(String(stdout).replaceAll('registry.terraform.io', 'registry.opentofu.org'));
require('node:fs').appendFileSync(process.env.TOFU_LOG, process.argv[2] + '\\n');
process.exitCode = status;
`;

test('TERRAFORM_BINARY_NAME: empty is unset; tofu plans, reviews, applies and destroys as terraform does', async () => {
  await makePlan(made.options({ env: env({ TERRAFORM_BINARY_NAME: '' }) }));
  writeFileSync(join(made.folder, 'tofu'), TOFU, { mode: 0o755 });
  const tofu = { TERRAFORM_BINARY_NAME: join(made.folder, 'tofu'), TOFU_LOG: join(made.folder, 'tofu.log') };
  expect((await made.run('plan', [], tofu)).code).toBe(2);
  expect((await made.run('review', ['--format', 'json'], tofu)).stdout).toContain('"create": 1');
  expect((await made.run('apply', ['--yes'], tofu)).code).toBe(0);
  expect((await made.run('destroy', ['--yes'], tofu)).code).toBe(0);
  const calls = new Set(readFileSync(tofu.TOFU_LOG, 'utf8').trim().split('\n'));
  expect([...calls].sort()).toEqual(['apply', 'init', 'output', 'plan', 'show', 'state', 'version']);
}, 60_000);
