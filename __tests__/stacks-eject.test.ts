import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFixture } from 'lakehouse-local/testing';
import { temporaryFolder, terraformOrFail } from '../stacks/test/support';
import { eject } from '../tools/src/eject/eject';

const projectDir = join(__dirname, '..');
const folder = temporaryFolder();
const endpoint = localFixture();

afterAll(() => folder.remove());

/** Actions of a plan of the configuration in a folder. */
async function planOf(workdir: string, env: NodeJS.ProcessEnv) {
  await terraformOrFail(workdir, ['init'], env);
  await terraformOrFail(workdir, ['plan', '-out=plan'], env);
  const { stdout, said } = await terraformOrFail(workdir, ['show', '-json', 'plan'], env);
  expect(said).not.toContain('Warning');
  const plan = JSON.parse(stdout) as { resource_changes: Array<{ address: string }>; output_changes: unknown };
  return {
    resources: plan.resource_changes.sort((a, b) => a.address.localeCompare(b.address)),
    outputs: plan.output_changes,
  };
}

test.each([
  ['default', {}],
  [
    'full-featured',
    {
      LAKEHOUSE_ENCRYPTION: 'customer-key',
      LAKEHOUSE_STREAM_MODE: 'ON_DEMAND',
      LAKEHOUSE_PARTITIONS: 'datehour',
      LAKEHOUSE_BUCKET_VERSIONING: 'true',
      LAKEHOUSE_BUCKET_ACCESS_LOGS: 'true',
      LAKEHOUSE_BUCKET_LIFECYCLE: 'true',
      LAKEHOUSE_ALARM_TOPIC: 'true',
      LAKEHOUSE_DYNAMIC_PARTITIONING_FIELD: 'status',
      LAKEHOUSE_BUFFERING_INTERVAL: '60',
    },
  ],
])(
  'the %s lakehouse, ejected, plans what CDKTF plans',
  async (name, settings) => {
    const set = {
      LAKEHOUSE_ENV: 'local',
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDKTF_OUTDIR: join(folder.path, `${name}.out`),
      ...settings,
    };
    const env = { ...process.env, ...set };
    expect(spawnSync('node', ['synth.js'], { cwd: projectDir, env, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    const synthesized = join(set.CDKTF_OUTDIR, 'stacks', 'lakehouse-local');
    const file = join(synthesized, 'cdk.tf.json');
    // A state of its own, since the synthesized backend would write to the project.
    const { terraform, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as {
      terraform: { required_providers: unknown };
    };
    writeFileSync(file, JSON.stringify({ ...rest, terraform: { required_providers: terraform.required_providers } }));

    const ejected = await eject({ projectDir, env, outDir: join(folder.path, `${name}.ejected`) });
    expect(ejected.stack).toBe('lakehouse-local');
    const plain = await planOf(ejected.folder, set);
    expect(plain.resources.length).toBeGreaterThan(15);
    expect(plain).toEqual(await planOf(synthesized, set));
  },
  90_000,
);

test('what is there is not overwritten unasked', async () => {
  const env = { ...process.env, LAKEHOUSE_ENV: 'dev', AWS_ENDPOINT_URL: undefined };
  const outDir = join(folder.path, 'twice');
  await eject({ projectDir, env, outDir });
  await expect(eject({ projectDir, env, outDir })).rejects.toThrow('--overwrite');
  await eject({ projectDir, env, outDir, overwrite: true });
}, 30_000);
