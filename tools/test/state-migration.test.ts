import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { localFixture } from 'lakehouse-local/testing';
import { applySavedPlan, makePlan, migrateState, resetLocal } from 'lakehouse-tools';
import { makeProject, type Project } from './plan-cycle-support';

/*
 * Migration of a state from a file to a bucket of the endpoint and back, with the real Terraform and the stack's
 * backend; the state holds one resource without a provider.
 */
const APP = `
const fs = require('node:fs'), path = require('node:path');
const env = process.env, name = 'lakehouse-' + (env.LAKEHOUSE_ENV ?? 'dev');
const dir = path.join(env.CDKTF_OUTDIR, 'stacks', name);
fs.mkdirSync(dir, { recursive: true });
fs.writeFileSync(path.join(env.CDKTF_OUTDIR, 'manifest.json'), JSON.stringify({ stacks: { [name]: {
  workingDirectory: 'stacks/' + name, synthesizedStackPath: 'stacks/' + name + '/cdk.tf.json' } } }));
const s3 = { bucket: env.LAKEHOUSE_STATE_BUCKET_NAME, key: name + '/terraform.tfstate', region: 'us-east-1', encrypt: true,
  use_lockfile: true, use_path_style: true, access_key: 'local', secret_key: 'local', skip_credentials_validation: true,
  skip_metadata_api_check: true, skip_requesting_account_id: true };
const local = { path: path.join(process.cwd(), 'terraform.' + name + '.tfstate') };
fs.writeFileSync(path.join(dir, 'cdk.tf.json'), JSON.stringify({
  terraform: { backend: env.LAKEHOUSE_STATE_BACKEND === 's3' && s3.bucket ? { s3 } : { local } },
  resource: { terraform_data: { box: { input: 'kept' } } } }));
`;
const KEY = 'lakehouse-dev/terraform.tfstate';
const yes = { approval: { yes: true } };

const endpoint = localFixture();
const { s3 } = endpoint;
let made: Project;

beforeEach(() => {
  made = makeProject(APP);
});
afterEach(() => made.remove());

async function bucket(name: string): Promise<void> {
  await endpoint.bucket(name);
  await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
}

const settings = (more: NodeJS.ProcessEnv) =>
  made.options({ env: { ...process.env, TF_CLI_CONFIG_FILE: undefined, AWS_ENDPOINT_URL: endpoint.url, ...more } });
const remote = (name: string) => settings({ LAKEHOUSE_STATE_BACKEND: 's3', LAKEHOUSE_STATE_BUCKET_NAME: name });
const local = (name: string) => settings({ LAKEHOUSE_STATE_BACKEND: 'local', LAKEHOUSE_STATE_BUCKET_NAME: name });
const inBucket = async (name: string) =>
  JSON.parse(
    (await (await s3.send(new GetObjectCommand({ Bucket: name, Key: KEY }))).Body?.transformToString()) ?? '{}',
  );

test('there and back: a plan refuses to start anew, the state is taken along, and each way ends without changes', async () => {
  await bucket('there-and-back');
  await makePlan(settings({}));
  await applySavedPlan({ ...settings({}), ...yes });
  const { resources } = JSON.parse(made.state() ?? '{}');

  // Simulates step 1 of the former instructions, which removed Terraform's record of the local backend.
  rmSync(join(made.folder, 'cdktf.out'), { recursive: true });
  await expect(makePlan(remote('there-and-back'))).rejects.toThrow(
    /the state in s3:\/\/there-and-back\/.* is empty, and terraform\.lakehouse-dev\.tfstate .* holds 1 resources: run "npm run migrate-state"/,
  );
  await expect(
    migrateState({ ...remote('there-and-back'), approval: { yes: false, interactive: false } }),
  ).rejects.toThrow(/--yes/);
  expect(made.state()).toContain('"kept"');

  const there = await migrateState({ ...remote('there-and-back'), ...yes });
  expect(there).toMatchObject({ resources: 1, to: `s3://there-and-back/${KEY}` });
  expect(await inBucket('there-and-back')).toMatchObject({ resources });
  expect(made.state()).toBeUndefined();
  expect(JSON.parse(readFileSync(there.kept ?? '', 'utf8')).resources).toEqual(resources);
  expect((await makePlan(remote('there-and-back'))).record.changes).toBe(false);
  await expect(migrateState({ ...remote('there-and-back'), ...yes })).rejects.toThrow(
    /holds the state already \(1 resources\)/,
  );

  const back = await migrateState({ ...local('there-and-back'), ...yes });
  expect(back.resources).toBe(1);
  expect(JSON.parse(made.state() ?? '{}')).toMatchObject({ resources });
  expect((await inBucket('there-and-back')).resources).toEqual([]);
  expect((await makePlan(local('there-and-back'))).record.changes).toBe(false);
  // Back to the bucket: its emptied state is newer than the migrated one, and must not win.
  expect((await migrateState({ ...remote('there-and-back'), ...yes })).resources).toBe(1);
  expect((await makePlan(remote('there-and-back'))).record.changes).toBe(false);
  expect(readdirSync(join(made.folder, '.lakehouse')).filter((name) => /^\.|lock$/.test(name))).toEqual([]);
}, 120_000);

test('a changed backend without the migration is refused with the way on; another state in the bucket is not overwritten', async () => {
  await bucket('occupied');
  await makePlan(settings({}));
  await applySavedPlan({ ...settings({}), ...yes });
  await expect(makePlan(remote('occupied'))).rejects.toThrow(/npm run migrate-state/);
  const other = makeProject(APP);
  try {
    const options = { ...remote('occupied'), projectDir: other.folder };
    await makePlan(options);
    await applySavedPlan({ ...options, ...yes });
  } finally {
    other.remove();
  }
  const before = await inBucket('occupied');
  await expect(migrateState({ ...remote('occupied'), ...yes })).rejects.toThrow(/holds another state, of 1 resources/);
  expect(await inBucket('occupied')).toEqual(before);
  expect(made.state()).toContain('"kept"');
}, 60_000);

test('without a bucket named there is nowhere to go', async () => {
  await expect(migrateState({ ...settings({}), ...yes })).rejects.toThrow(/LAKEHOUSE_STATE_BUCKET_NAME/);
});

describe('reset', () => {
  test('forgets a local deployment: state put aside, plans and outputs gone, the next plan starts anew', async () => {
    const options = settings({ LAKEHOUSE_ENV: 'local' });
    const state = join(made.folder, 'terraform.lakehouse-local.tfstate');
    await makePlan(options);
    await applySavedPlan({ ...options, ...yes });
    writeFileSync(join(made.folder, 'outputs.json'), JSON.stringify({ 'lakehouse-local': { a: 1 }, other: { b: 2 } }));
    await makePlan(options);
    const { resources, kept } = await resetLocal({ ...options, ...yes });
    expect(resources).toBe(1);
    expect(existsSync(state)).toBe(false);
    expect(readFileSync(kept ?? '', 'utf8')).toContain('"kept"');
    expect(JSON.parse(readFileSync(join(made.folder, 'outputs.json'), 'utf8'))).toEqual({ other: { b: 2 } });
    expect((await makePlan(options)).review.verdict.create).toBe(1);
  }, 60_000);

  test('is refused on AWS, where what the state describes would stay and cost', async () => {
    await expect(resetLocal({ ...settings({ LAKEHOUSE_ENV: 'prod' }), ...yes })).rejects.toThrow(
      /this is prod.*use destroy/,
    );
  });
});
