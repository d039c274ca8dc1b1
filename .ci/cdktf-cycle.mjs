// Plain cdktf on the local endpoint: synth, diff, deploy, destroy, as `npx cdktf` runs them.
// Exit code: 0 when each ended with 0 and the deployment was there in between.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { endpointEnvironment, project, startScratch } from './scratch.mjs';

/** The variables that let cdktf use a provider mirror of this machine, if it has one; undefined unsets one. */
function mirrorVariables() {
  const found = spawnSync(process.execPath, ['tools/dist/commands/provider-mirror.js'], {
    cwd: project,
    encoding: 'utf8',
  });
  const set = [...found.stdout.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, name, value]) => [name, value]);
  const unset = [...found.stdout.matchAll(/^unset (\w+)$/gm)].map(([, name]) => [name, undefined]);
  return Object.fromEntries([...set, ...unset]);
}

function cdktf(args, env) {
  const done = spawnSync('npx', ['cdktf', ...args], {
    cwd: project,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 1 << 28,
  });
  process.stdout.write(`$ npx cdktf ${args.join(' ')}\n${done.stdout}${done.stderr}`);
  if (done.status !== 0) throw new Error(`cdktf ${args[0]} exited with ${done.status}.`);
  return done.stdout;
}

const { folder, url, run } = await startScratch('lakehouse-cdktf');
await run(() => {
  const env = {
    ...process.env,
    ...mirrorVariables(),
    ...endpointEnvironment(url),
    CHECKPOINT_DISABLE: '1',
    CI: 'true',
  };
  const outputs = path.join(folder, 'outputs.json');
  cdktf(['synth'], env);
  cdktf(['diff', '--skip-provider-lock'], env);
  cdktf(['deploy', '--auto-approve', '--skip-provider-lock', '--outputs-file', outputs], env);
  const deployed = JSON.parse(fs.readFileSync(outputs, 'utf8'));
  if (Object.keys(deployed['lakehouse-local'] ?? {}).length === 0) throw new Error('The deployment has no outputs.');
  cdktf(['destroy', '--auto-approve', '--skip-provider-lock'], env);
});
