/**
 * How fast the producer is, next to the alternatives, against one endpoint in one run: `npm run bench:producer`.
 * Absolute numbers depend on the machine; the ratios are what to look at. Each contestant runs in a process of its own,
 * `--rounds` times in turn (3 by default); the median counts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

interface Figures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peak: number;
  /** Bytes in use after a collection at each quarter of the run; for the contestant `memory` alone. */
  readonly inUse: readonly number[];
}

const CONTESTANTS = [
  { name: 'ceiling', amount: 1_000_000, title: 'prebuilt batches, same client (ceiling)' },
  { name: 'ours', amount: 1_000_000, title: 'lakehouse-producer, end to end' },
  { name: 'defaults', amount: 100_000, title: "SDK's defaults, batch after batch" },
  { name: 'putRecord', amount: 4_000, title: 'PutRecord loop, as the original' },
  { name: 'generate', amount: 1_000_000, title: 'generation alone' },
  { name: 'generateWithFaker', amount: 100_000, title: "generation with faker's methods" },
] as const;

const LONG_RUN = 4_000_000;

const env = {
  ...process.env,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};
delete (env as NodeJS.ProcessEnv).AWS_ENDPOINT_URL;
delete (env as NodeJS.ProcessEnv).AWS_PROFILE;

/** Compiled beforehand: a loader in the contestants' processes would count as their memory. */
const compiled = join(__dirname, '../node_modules/.cache/lakehouse-bench');

function compile(file: string): void {
  const { outputText } = transpileModule(readFileSync(join(__dirname, `${file}.ts`), 'utf8'), {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
  });
  mkdirSync(compiled, { recursive: true });
  writeFileSync(join(compiled, `${file}.js`), outputText);
}

const start = (file: string, args: readonly string[], execArgv: string[] = []): ChildProcess =>
  fork(join(compiled, `${file}.js`), args, { env, execArgv });

async function measure(name: string, amount: number, ports: { http1: number; http2: number }): Promise<Figures> {
  const urls = [`http://127.0.0.1:${ports.http1}`, `http://127.0.0.1:${ports.http2}`];
  const flags = name === 'memory' ? ['--expose-gc'] : [];
  const child = start('producer-contestant', [name, ...urls, String(amount)], flags);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code}`);
  });
  const [figures] = (await Promise.race([once(child, 'message'), failed])) as [Figures];
  await failed.catch(() => {});
  return figures;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function main(): Promise<void> {
  const at = process.argv.indexOf('--rounds');
  const rounds = at < 0 ? 3 : Number(process.argv[at + 1]);
  for (const file of ['producer-endpoint', 'producer-contestant']) compile(file);
  const endpoint = start('producer-endpoint', []);
  const runs = new Map<string, Figures[]>();
  let memory: Figures;
  try {
    const [ports] = (await once(endpoint, 'message')) as [{ http1: number; http2: number }];
    for (let round = 1; round <= rounds; round++) {
      for (const { name, amount } of CONTESTANTS) {
        runs.set(name, [...(runs.get(name) ?? []), await measure(name, amount, ports)]);
        process.stderr.write(`round ${round}: ${name}\n`);
      }
    }
    memory = await measure('memory', LONG_RUN, ports);
  } finally {
    endpoint.disconnect();
  }
  report(runs);
  reportMemory(memory);
}

function report(runs: ReadonlyMap<string, readonly Figures[]>): void {
  const rateOf = (name: string, amount: number): number =>
    amount / median((runs.get(name) ?? []).map(({ seconds }) => seconds));
  // Round by round, so that other load on the machine affects both sides of a ratio.
  const timesOurs = (name: string, amount: number): number =>
    median(
      (runs.get(name) ?? []).map(({ seconds }, round) => {
        const ours = runs.get('ours')?.[round];
        return ours ? 1_000_000 / ours.seconds / (amount / seconds) : Number.NaN;
      }),
    );
  console.log('| contestant | records/s | ours is | CPU s per million | peak MB |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const { name, amount, title } of CONTESTANTS) {
    const figures = runs.get(name) ?? [];
    const rate = rateOf(name, amount);
    const cpu = (median(figures.map(({ cpuSeconds }) => cpuSeconds)) / amount) * 1e6;
    const peak = Math.max(...figures.map((figure) => figure.peak)) / 1e6;
    const ratio = name === 'ours' ? '' : `${timesOurs(name, amount).toFixed(2)} x`;
    console.log(
      `| ${title} | ${Math.round(rate).toLocaleString('en-US')} | ${ratio} | ${cpu.toFixed(1)} | ${peak.toFixed(0)} |`,
    );
  }
}

/** Reports whether a long run holds more memory than a short one. */
function reportMemory({ inUse }: Figures): void {
  const megabytes = inUse.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(', ');
  console.log(
    `\nIn use by ours, after a collection at each quarter of ${LONG_RUN.toLocaleString('en-US')}: ${megabytes}`,
  );
}

void main();
