/**
 * How long does a synth take? Ours beside the way of cdktf's TypeScript template (ts-node, which type-checks, and the
 * provider's root import), with the same stacks, and ours with 1, 10 and 50 pipelines in one app. Ratios of one run on
 * one machine are the result; seconds are only shown. `npm run bench:synth`
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const RUNS = 3;

interface Times {
  /** Wall-clock seconds. */
  readonly wall: number;
  /** CPU seconds of the process and its children. */
  readonly cpu: number;
}

function timed(command: string, cwd: string, env: NodeJS.ProcessEnv = {}): Times {
  const result = spawnSync('bash', ['-c', `TIMEFORMAT='%R %U %S'; time { ${command} >out.log 2>err.log; }`], {
    cwd,
    env: { ...process.env, CHECKPOINT_DISABLE: '1', LAKEHOUSE_ENV: 'dev', AWS_ENDPOINT_URL: undefined, ...env },
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${command} failed: ${readFileSync(join(cwd, 'err.log'), 'utf8')}`);
  const [wall = 0, user = 0, system = 0] = result.stderr.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

/** The median of several runs. */
function median(command: string, cwd: string, env?: NodeJS.ProcessEnv): Times {
  const runs = Array.from({ length: RUNS }, () => timed(command, cwd, env));
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  return { wall: middle(runs.map(({ wall }) => wall)), cpu: middle(runs.map(({ cpu }) => cpu)) };
}

/** Creates a copy of the stacks that runs as an app of the template does, with a ts-node of its own. */
function templateProject(): string {
  const folder = join(root, '.lakehouse', 'bench-synth');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'stacks'), join(folder, 'stacks'), { recursive: true });
  const main = readFileSync(join(root, 'main.ts'), 'utf8');
  // The template imports each resource through the root, as `kinesisStream.KinesisStream`.
  const rootImport = "import { kinesisStream } from '@cdktf/provider-aws';\nvoid kinesisStream.KinesisStream;\n";
  writeFileSync(join(folder, 'main.ts'), rootImport + main);
  writeFileSync(join(folder, 'package.json'), '{ "name": "template-way", "private": true }');
  writeFileSync(
    join(folder, 'cdktf.json'),
    JSON.stringify({ language: 'typescript', app: 'npx ts-node main.ts', sendCrashReports: 'false' }),
  );
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023'],
        module: 'Node16',
        moduleResolution: 'Node16',
        strict: true,
        esModuleInterop: true,
        skipLibCheck: true,
        types: ['node'],
      },
      include: ['main.ts', 'stacks'],
    }),
  );
  timed('npm install --ignore-scripts --no-audit --no-fund ts-node@10 typescript@5.9', folder);
  if (!existsSync(join(folder, 'node_modules/.bin/ts-node'))) throw new Error('ts-node could not be installed');
  return folder;
}

function row(name: string, { wall, cpu }: Times): void {
  console.log(`${name.padEnd(44)} ${wall.toFixed(2).padStart(7)} s ${cpu.toFixed(2).padStart(7)} s CPU`);
}

const outDir = join(root, '.lakehouse', 'bench-out');
mkdirSync(outDir, { recursive: true });
const env = { CDKTF_OUTDIR: outDir };
const scratch = join(root, '.lakehouse', 'bench-logs');
mkdirSync(scratch, { recursive: true });

const app = median(`node ${join(root, 'synth.js')}`, scratch, env);
row('app alone: node synth.js', app);
const project = templateProject();
const templateApp = median('npx ts-node main.ts', project, env);
row("app alone: template's way", templateApp);

const ours = median(`cd ${root} && npx cdktf synth --output ${outDir}`, scratch);
row('npx cdktf synth: ours', ours);
const template = median('npx cdktf synth', project);
row("npx cdktf synth: template's way", template);
console.log(
  `ours takes ${(ours.wall / template.wall).toFixed(2)} of the template's time, the app alone ${(app.cpu / templateApp.cpu).toFixed(2)} of its CPU`,
);

for (const pipelines of [1, 10, 50]) {
  row(
    `app with ${pipelines} pipelines`,
    median(`node ${join(root, 'synth.js')} bench/synth-pipelines.ts`, scratch, {
      ...env,
      PIPELINES: String(pipelines),
    }),
  );
}
for (const folder of [outDir, scratch, project]) rmSync(folder, { recursive: true, force: true });
