import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CycleOptions } from 'lakehouse-tools';

/*
 * The cycle with the real Terraform on a small app, whose one resource needs no provider download. The app is a plain
 * script that writes the output of cdktf's synth.
 */
export const APP = `
const fs = require('node:fs'), path = require('node:path');
const env = process.env, name = 'lakehouse-' + (env.LAKEHOUSE_ENV ?? 'dev');
const dir = path.join(env.CDKTF_OUTDIR, 'stacks', name);
fs.mkdirSync(dir, { recursive: true });
fs.writeFileSync(path.join(env.CDKTF_OUTDIR, 'manifest.json'), JSON.stringify({ version: '0.21.0', stacks: { [name]: {
  name, constructPath: name, workingDirectory: 'stacks/' + name, synthesizedStackPath: 'stacks/' + name + '/cdk.tf.json', dependencies: [],
  annotations: fs.existsSync('annotations') ? JSON.parse(fs.readFileSync('annotations', 'utf8')) : [] } } }));
fs.writeFileSync(path.join(dir, 'cdk.tf.json'), JSON.stringify({
  '//': { metadata: { stackName: name, version: '0.21.0', backend: 'local' },
    outputs: { [name]: { size: 'size', secret: 'secret', inner: { note: 'inner_note_1A2B' } } } },
  terraform: { backend: { local: { path: path.join(process.cwd(), 'terraform.' + name + '.tfstate') } } },
  resource: { terraform_data: { box: { input: fs.readFileSync('size', 'utf8').trim(),
    ...(fs.existsSync('slow') && { provisioner: [{ 'local-exec': { command: 'touch started; exec sleep 60', working_dir: process.cwd() } }] }) } } },
  output: { size: { value: '\${terraform_data.box.output}' }, inner_note_1A2B: { value: 'hello' },
    secret: { value: 'mallow-gate-77', sensitive: true } } }));
`;

/** A configuration with `guarded` as its resource: a guard like the stack's, and a resource that it guards. */
const GUARDED = `
const box = env.BOX_NAME ?? 'first';
doc.locals = { guard_identities: { box } };
doc.resource.terraform_data = {
  guard: { input: { box: '\${local.guard_identities.box}' }, lifecycle: { ignore_changes: ['input'] } },
  box: { triggers_replace: box, lifecycle: { precondition: [{ condition: '\${terraform_data.guard.output.box == local.guard_identities.box}',
    error_message: 'This change would replace the box. If that is meant, set LAKEHOUSE_ALLOW_DATA_DELETION=yes.' }] } },
};
delete doc.output;
`;

/** The app, with its resource under a guard. BOX_NAME is what the resource is created as. */
export const GUARDED_APP = APP.replace(
  "fs.writeFileSync(path.join(dir, 'cdk.tf.json'), JSON.stringify({",
  'const doc = ({',
).replace(/\}\)\);\n$/, `});\n${GUARDED}\nfs.writeFileSync(path.join(dir, 'cdk.tf.json'), JSON.stringify(doc));\n`);

/** A project in a temporary folder. */
export interface Project {
  readonly folder: string;
  readonly options: (extra?: Partial<CycleOptions>) => CycleOptions;
  /** Text of the state file; undefined before the first apply. */
  readonly state: () => string | undefined;
  /** Path of the saved plan. */
  readonly planned: string;
  readonly write: (file: string, content: string) => void;
  /** Runs a built command in the project's folder. */
  readonly run: (
    command: string,
    args?: readonly string[],
    env?: NodeJS.ProcessEnv,
    started?: (child: ChildProcess) => void,
  ) => Promise<{ code: number; stdout: string; stderr: string }>;
  readonly remove: () => void;
}

/** Makes a project with an app in it. */
export function makeProject(app = APP): Project {
  const folder = mkdtempSync(join(tmpdir(), 'plan-cycle-'));
  const write = (file: string, content: string) => writeFileSync(join(folder, file), content);
  write(
    'cdktf.json',
    JSON.stringify({ language: 'typescript', app: 'node app.js', projectId: 'x', sendCrashReports: 'false' }),
  );
  write('app.js', app);
  write('size', 'small');
  return {
    folder,
    write,
    options: (extra = {}) => ({
      projectDir: folder,
      env: { ...process.env, TF_CLI_CONFIG_FILE: undefined },
      log: () => undefined,
      ...extra,
    }),
    state: () => {
      const file = join(folder, 'terraform.lakehouse-dev.tfstate');
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
    planned: join(folder, '.lakehouse', 'plans', 'lakehouse-dev.tfplan'),
    run: (command, args = [], env = {}, started = () => undefined) =>
      new Promise((resolve) => {
        const cli = join(__dirname, '..', 'dist', 'commands', `${command}.js`);
        const child = execFile(
          process.execPath,
          [cli, ...args],
          { cwd: folder, env: { ...process.env, ...env } },
          (error, stdout, stderr) =>
            resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr }),
        );
        started(child);
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
