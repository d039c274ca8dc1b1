// Common parts of the scripts here: an endpoint on a free port, and a folder that stands for a checkout.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const LINKED = [
  'cdktf.json',
  'console',
  'docs',
  'local',
  'main.ts',
  'node_modules',
  'package.json',
  'producer',
  'stacks',
  'synth.js',
  'tools',
];

/**
 * Creates a folder that links to this checkout: plans, states and outputs stay in it, apart from the developer's own
 * deployment.
 */
export function linkedCheckout(home) {
  fs.mkdirSync(home);
  for (const entry of LINKED) fs.symlinkSync(path.join(project, entry), path.join(home, entry), 'junction');
  return home;
}

/**
 * Makes a temporary folder and starts an endpoint for a script.
 * @param name beginning of the folder's name
 * @returns the folder, the endpoint's address, and `run`, which does the work and removes both: an error's message goes
 * to stderr, and the exit code is 1
 */
export async function startScratch(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${name}-`));
  const { child, url } = await startEndpoint(path.join(folder, 'data'));
  const run = async (work) => {
    try {
      await work();
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    } finally {
      child.kill();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  };
  return { folder, url, run };
}

/** Starts the endpoint. @returns its process and address, once it listens */
function startEndpoint(dataDir) {
  const args = ['local/dist/cli.js', '--port', '0', '--data-dir', dataDir];
  const child = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const url = /Listening on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve({ child, url });
    });
    child.once('exit', (code) => reject(new Error(`The endpoint ended with ${code}.`)));
  });
}

/** Environment variables that direct any AWS tool to the endpoint. */
export function endpointEnvironment(url) {
  return {
    LAKEHOUSE_ENV: 'local',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
  };
}
