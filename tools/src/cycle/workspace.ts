import * as fs from 'node:fs';
import * as path from 'node:path';
import { messageOf, Refusal, type ToolError } from '../shared/errors';
import { asObject, type Json, type JsonObject } from '../shared/json';
import { keepProviders } from '../terraform/kept-providers';
import { setUpProviders } from '../terraform/provider-step';
import { requiredProviders, type Stack } from '../terraform/synthesized';
import { type TerraformOptions, type TerraformResult, terraform, terraformFailed } from '../terraform/terraform';
import type { CycleOptions } from './project';
import { synthesize } from './synth';

/** A stack ready for terraform: synthesized, with a source of its providers. */
export interface Workspace {
  readonly stack: Stack;
  readonly terraform: (args: readonly string[], accept?: readonly number[]) => Promise<TerraformResult>;
  readonly terraformOptions: TerraformOptions;
  /** Whether init downloads the providers: no mirror has them. */
  readonly downloads: boolean;
}

/** Synthesizes the stack and prepares terraform to run in its folder. */
export async function openWorkspace(options: CycleOptions): Promise<Workspace> {
  options.log('Synthesizing');
  const stack = await synthesize(options);
  const { env, projectDir } = options;
  const providers = setUpProviders({ providers: requiredProviders(stack.synthesized), projectDir, env });
  const base: TerraformOptions = {
    workdir: stack.workdir,
    env: { ...env, ...providers.env },
    ...(options.signal !== undefined && { signal: options.signal }),
    onOutput: reporter(options),
  };
  const run = async (args: readonly string[], accept: readonly number[] = [0]) => {
    const result = await terraform(args, base);
    options.signal?.throwIfAborted();
    if (!accept.includes(result.code)) throw terraformFailed(args, result);
    return result;
  };
  return { stack, terraform: run, terraformOptions: base, downloads: providers.mode === 'download' };
}

function reporter(options: CycleOptions): NonNullable<TerraformOptions['onOutput']> {
  // A chunk of a pipe holds several lines, and may end within one.
  let unfinished = '';
  return (text, stream) => {
    if (options.verbose === true) options.log(text.trimEnd());
    if (stream === 'stderr') return;
    const lines = (unfinished + text).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) report(line, options);
  };
}

function report(line: string, options: CycleOptions): void {
  const done = /^(\S+): (Creation|Modifications|Destruction) complete after (\S+)/.exec(line);
  if (done !== null) options.onResource?.(`${done[1]}: ${WORDS[done[2] ?? '']} in ${done[3]}`);
  const waiting = /^(\S+): Still (creating|modifying|destroying)\.\.\. \[(?:id=.*, )?(\S+) elapsed\]/.exec(line);
  if (waiting !== null) options.onWaiting?.(`${waiting[1]}: still ${waiting[2]} after ${waiting[3]}`);
}

const WORDS: Readonly<Record<string, string>> = {
  Creation: 'created',
  Modifications: 'changed',
  Destruction: 'destroyed',
};

/** Runs `terraform init` in the workspace, without questions. Downloaded providers are kept for the next workspace. */
export async function initialize(workspace: Workspace, options: CycleOptions): Promise<void> {
  const { workdir } = workspace.stack;
  const first = workspace.downloads && !fs.existsSync(path.join(workdir, '.terraform', 'providers'));
  options.log(first ? 'Initializing Terraform, which downloads the AWS provider, once' : 'Initializing Terraform');
  const args = ['init', '-input=false', '-no-color'];
  if (options.stateFile !== undefined) args.push('-reconfigure', `-backend-config=path=${options.stateFile}`);
  const result = await workspace.terraform(args, [0, 1]);
  if (result.code !== 0) throw initFailed(args, result);
  if (first) keepProviders(workdir, options.projectDir);
}

/** Terraform's error, with instructions if the place of the state has changed. */
function initFailed(args: readonly string[], result: TerraformResult): ToolError {
  const error = terraformFailed(args, result);
  if (
    !/Backend (configuration changed|type changed)|unsaved backend|Unsetting the previously set backend/i.test(
      result.stderr + result.stdout,
    )
  ) {
    return error;
  }
  return new Refusal(
    `the state is to be kept in another place than before: run "npm run migrate-state" to take it along. Nothing was touched.\n${messageOf(error)}`,
  );
}

/**
 * Outputs in the shape and order of `cdktf deploy --outputs-file`: stack, then constructs' ids; sensitive ones left
 * out.
 */
export async function readOutputs(workspace: Workspace): Promise<JsonObject> {
  const { stdout } = await workspace.terraform(['output', '-json', '-no-color']);
  const outputs = asObject(JSON.parse(stdout.slice(stdout.indexOf('{'))) as Json);
  const mapping = asObject(workspace.stack.synthesized['//']).outputs;
  return mapping === undefined ? values(outputs) : nest(asObject(mapping), outputs);
}

function values(outputs: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(outputs)
      .map(([name, output]) => [name, asObject(output)] as const)
      .filter(([, output]) => output.sensitive !== true)
      .map(([name, output]) => [name, output.value ?? null]),
  );
}

function nest(mapping: JsonObject, outputs: JsonObject): JsonObject {
  const nested: JsonObject = {};
  for (const [id, target] of Object.entries(mapping)) {
    if (typeof target === 'string') {
      const output = asObject(outputs[target]);
      if ('value' in output && output.sensitive !== true) nested[id] = output.value ?? null;
    } else {
      const below = nest(asObject(target), outputs);
      if (Object.keys(below).length > 0) nested[id] = below;
    }
  }
  return nested;
}
