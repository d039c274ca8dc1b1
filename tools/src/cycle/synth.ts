import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal, ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { asObject, type Json, type JsonObject } from '../shared/json';
import { stackNameOf } from '../shared/stack-name';
import type { Stack } from '../terraform/synthesized';
import { heedAnnotations } from './annotations';
import { type CycleOptions, readCdktfConfig } from './project';

/**
 * Synthesizes the app and returns the stack that the options name. Runs cdktf.json's `app` command with the environment
 * that cdktf gives it, without the cdktf CLI, which would add seconds to every call.
 */
export async function synthesize(options: CycleOptions): Promise<Stack> {
  const config = readCdktfConfig(options.projectDir);
  const outDir = path.resolve(options.projectDir, options.outDir ?? config.outDir);
  fs.mkdirSync(outDir, { recursive: true });
  await runApp(config.app, outDir, config.context, options);
  const stack = chooseStack(outDir, options);
  heedAnnotations(entryOf(outDir, stack.name), options.log);
  return stack;
}

/** The stack as last synthesized. @throws ToolError if there is none */
export function synthesizedStack(options: CycleOptions): Stack {
  const config = readCdktfConfig(options.projectDir);
  const outDir = path.resolve(options.projectDir, options.outDir ?? config.outDir);
  if (!fs.existsSync(path.join(outDir, 'manifest.json'))) {
    throw new ToolError('nothing is synthesized here: run "npm run plan" first.', ExitCode.prerequisite);
  }
  return chooseStack(outDir, options);
}

function runApp(app: string, outDir: string, context: JsonObject, options: CycleOptions): Promise<void> {
  const fromEnvironment = asObject(JSON.parse(options.env.CDKTF_CONTEXT_JSON ?? '{}') as Json);
  const env: NodeJS.ProcessEnv = {
    // No TF_VAR_ variables: cdktf doesn't pass them to the app either.
    ...Object.fromEntries(Object.entries(options.env).filter(([name]) => !name.startsWith('TF_VAR_'))),
    CDKTF_OUTDIR: outDir,
    // Errors that constructs annotate are read from the manifest, all of them; without this the app ends at the first.
    CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: 'true',
    CHECKPOINT_DISABLE: '1',
    CDKTF_CONTEXT_JSON: JSON.stringify({ ...context, ...fromEnvironment, cdktfRelativeModules: [] }),
    PATH: [path.join(options.projectDir, 'node_modules/.bin'), options.env.PATH ?? ''].join(path.delimiter),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(app, { shell: true, cwd: options.projectDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const collect = (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (options.verbose === true) options.log(chunk.toString('utf8').trimEnd());
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const error = errorOf(said);
      // A single line is the configuration's own message: no command name or exit code around it.
      const between = error.includes('\n') ? ` (${app} exited with ${code}):\n` : ': ';
      reject(new ToolError(`the app doesn't synthesize${between}${error}`));
    });
  });
}

// The message of an uncaught error, without the source line and stack that Node prints around it.
function errorOf(said: string): string {
  const lines = said.trim().split('\n');
  const message = lines.find((line) => /^(\w*Error|Uncaught).*: /.test(line.trim()));
  return process.env.LAKEHOUSE_DEBUG === undefined && message !== undefined ? message.trim() : said.trim();
}

function stacksIn(outDir: string): JsonObject {
  return asObject(asObject(JSON.parse(fs.readFileSync(path.join(outDir, 'manifest.json'), 'utf8')) as Json).stacks);
}

function entryOf(outDir: string, stack: string): JsonObject {
  return asObject(stacksIn(outDir)[stack]);
}

function chooseStack(outDir: string, options: CycleOptions): Stack {
  const stacks = stacksIn(outDir);
  const names = Object.keys(stacks);
  const wanted = stackNameOf(options);
  const name = names.includes(wanted)
    ? wanted
    : options.stack === undefined && names.length === 1
      ? names[0]
      : undefined;
  if (name === undefined) {
    throw new Refusal(`no stack "${wanted}" in this app; it has ${names.join(', ')}. Name one with --stack.`);
  }
  const { workingDirectory, synthesizedStackPath } = asObject(stacks[name]);
  const workdir = path.join(outDir, String(workingDirectory));
  const synthesized = JSON.parse(
    fs.readFileSync(path.join(outDir, String(synthesizedStackPath)), 'utf8'),
  ) as JsonObject;
  return { name, workdir, synthesized };
}
