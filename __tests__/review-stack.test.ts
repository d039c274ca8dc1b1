import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  applySavedPlan,
  type CycleOptions,
  makePlan,
  requiredProviders,
  reviewPlanFile,
  setUpProviders,
} from 'lakehouse-tools';

// Asynchronous: the STS that terraform calls runs in this process.
const execute = promisify(execFile);
const project = join(__dirname, '..');

/** A stand-in for STS with the account's id; nothing else is called before an apply. */
let server: Server;
let url: string;
let account = '111111111111';

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'text/xml');
      response.end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/reviewer</Arn><UserId>U</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'review-stack-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

test('the prod plan has no finding above low, and nothing that the rules could not judge', async () => {
  const { app } = JSON.parse(readFileSync(join(project, 'cdktf.json'), 'utf8')) as { app: string };
  await execute(app, {
    cwd: project,
    shell: true,
    env: { ...process.env, LAKEHOUSE_ENV: 'prod', CDKTF_OUTDIR: folder },
  });
  const workdir = join(folder, 'stacks', 'lakehouse-prod');
  const synthesized = JSON.parse(readFileSync(join(workdir, 'cdk.tf.json'), 'utf8'));
  const providers = setUpProviders({ providers: requiredProviders(synthesized), projectDir: project });
  const env = { ...process.env, ...providers.env, ...credentials, AWS_ENDPOINT_URL: url };
  const state = `-backend-config=path=${join(folder, 'state')}`;
  await execute('terraform', ['init', '-input=false', state], { cwd: workdir, env });
  await execute('terraform', ['plan', '-input=false', `-out=${join(folder, 'plan')}`], { cwd: workdir, env });
  const review = await reviewPlanFile(join(folder, 'plan'), { workdir, env }, { synthesized });
  expect(review.verdict.create).toBeGreaterThan(15);
  expect(review.findings.filter(({ severity }) => severity === 'high' || severity === 'medium')).toEqual([]);
  expect(review.blindSpots).toEqual([]);
  // The role's policy is unknown until the apply, but its statements are shown.
  const policy = review.changes
    .find(({ type }) => type === 'aws_iam_role_policy')
    ?.attributes.find(({ path }) => path === 'policy');
  expect(policy?.statements?.length).toBeGreaterThan(3);
}, 90_000);

test('a plan is applied to the account and region that it was made for, and no other', async () => {
  const stack = {
    '//': { metadata: { stackName: 'lakehouse-dev' } },
    terraform: {
      required_providers: { aws: { source: 'aws', version: '5.100.0' } },
      backend: { local: { path: join(folder, 'state') } },
    },
    // The provider is configured but never called.
    provider: { aws: [{ skip_requesting_account_id: true, skip_credentials_validation: true }] },
    resource: { terraform_data: { box: { input: 'x' } } },
  };
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(stack));
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ app: 'node app.js' }));
  writeFileSync(
    join(folder, 'app.js'),
    `const fs = require('node:fs'), out = process.env.CDKTF_OUTDIR, dir = 'stacks/lakehouse-dev';
     fs.mkdirSync(out + '/' + dir, { recursive: true });
     fs.copyFileSync('stack.json', out + '/' + dir + '/cdk.tf.json');
     fs.writeFileSync(out + '/manifest.json', JSON.stringify({ stacks: { 'lakehouse-dev': { workingDirectory: dir, synthesizedStackPath: dir + '/cdk.tf.json' } } }));`,
  );
  const options = (region: string): CycleOptions => ({
    projectDir: folder,
    env: { ...process.env, ...credentials, AWS_ENDPOINT_URL: url, AWS_REGION: region },
    log: () => undefined,
  });
  const apply = (region: string) => applySavedPlan({ ...options(region), approval: { yes: true } });

  const { record } = await makePlan(options('us-east-1'));
  expect(record.target).toMatchObject({ account: '111111111111', region: 'us-east-1' });
  await expect(apply('eu-west-1')).rejects.toThrow('the plan is for region us-east-1, this is eu-west-1.');
  account = '222222222222';
  await expect(apply('us-east-1')).rejects.toThrow(
    'the plan is for account 111111111111, the credentials are for 222222222222.',
  );
  account = '111111111111';
  expect((await apply('us-east-1')).review.verdict.create).toBe(1);
}, 90_000);
