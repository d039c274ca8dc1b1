import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { Testing } from 'cdktf';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { parseSettings } from '../config/load';
import { StateStack } from '../state-stack';
import { runTerraform, synthesize, temporaryFolder, terraformOrFail, testApp } from './support';

/*
 * Remote state, with the backend exactly as the stack emits it, in the bucket that the state stack creates. The state
 * holds one resource without a provider.
 */
const BUCKET = 'our-state';
const KEY = 'lakehouse-local/terraform.tfstate';

const folder = temporaryFolder();
const work = join(folder.path, 'work');
const endpoint = localFixture();
const { s3 } = endpoint;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  mkdirSync(work);
  env = { AWS_ENDPOINT_URL: endpoint.url, AWS_EC2_METADATA_DISABLED: 'true' };
});

afterAll(() => folder.remove());

/** One resource, with the stack's backend or with none, and a command to run when it is made. */
function configure(input: string, { remote = true, command }: { remote?: boolean; command?: string } = {}): void {
  const { backend } = synthesize(
    { stateBackend: 's3', stateBucketName: BUCKET },
    { local: true, id: 'lakehouse-local' },
  ).terraform;
  const provisioner = command === undefined ? {} : { provisioner: [{ 'local-exec': { command } }] };
  const configuration = {
    ...(remote && { terraform: { backend } }),
    resource: { terraform_data: { box: { triggers_replace: input, ...provisioner } } },
  };
  writeFileSync(join(work, 'main.tf.json'), JSON.stringify(configuration));
}

async function keys(): Promise<(string | undefined)[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key }) => Key).sort();
}

async function kept(): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
  return (await Body?.transformToString()) ?? '';
}

test('the state stack makes the bucket, and a local state is taken along to it', async () => {
  const settings = parseSettings({ stateBucketName: BUCKET, dataDeletion: 'allowed' });
  const stack = new StateStack(testApp(), 'lakehouse-state-local', { settings, local: true, deletionSwitch: true });
  const { terraform, ...synthesized } = JSON.parse(Testing.synth(stack));
  const { required_providers } = terraform;
  const own = join(folder.path, 'state-stack');
  mkdirSync(own);
  writeFileSync(join(own, 'main.tf.json'), JSON.stringify({ ...synthesized, terraform: { required_providers } }));
  await terraformOrFail(own, ['init'], env);
  // All but the lifecycle rules, for which the provider waits 55 s.
  const targets = [
    'versioning.versioning',
    'policy.baseline_policy',
    'server_side_encryption_configuration.baseline_encryption',
  ];
  await terraformOrFail(
    own,
    ['apply', '-auto-approve', ...targets.map((target) => `-target=aws_s3_bucket_${target}`)],
    env,
  );

  configure('first', { remote: false });
  await terraformOrFail(work, ['init'], env);
  await terraformOrFail(work, ['apply', '-auto-approve'], env);
  configure('first');
  await terraformOrFail(work, ['init', '-migrate-state', '-force-copy'], env);
  expect(await kept()).toContain('"first"');
  await terraformOrFail(work, ['plan', '-detailed-exitcode'], env);
}, 120_000);

test('while one run holds the lock file another is refused, and both go on from the same state', async () => {
  configure('second', { command: `touch ${work}/held; while [ ! -e ${work}/release ]; do sleep 0.1; done` });
  const first = runTerraform(work, ['apply', '-auto-approve'], env);
  await eventually(async () => existsSync(join(work, 'held')), 60_000);
  expect(await keys()).toEqual([KEY, `${KEY}.tflock`]);

  const second = await runTerraform(work, ['apply', '-auto-approve'], env);
  expect(second.code).toBe(1);
  expect(second.said).toContain('Error acquiring the state lock');
  expect(second.said).toContain('PreconditionFailed');
  expect(await kept()).not.toContain('"second"');

  writeFileSync(join(work, 'release'), '');
  expect((await first).code).toBe(0);
  expect(await keys()).toEqual([KEY]);
  expect(await kept()).toContain('"second"');
  await terraformOrFail(work, ['plan', '-detailed-exitcode'], env);
}, 120_000);

test('a run elsewhere sees the same state, and a former one can be had back', async () => {
  for (const name of readdirSync(work)) if (name !== 'main.tf.json') rmSync(join(work, name), { recursive: true });
  await terraformOrFail(work, ['init'], env);
  await terraformOrFail(work, ['plan', '-detailed-exitcode'], env);
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: KEY }));
  const former = Versions.find(({ Key, IsLatest }) => Key === KEY && IsLatest === false);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY, VersionId: former?.VersionId }));
  expect(await Body?.transformToString()).toContain('"first"');
}, 60_000);
