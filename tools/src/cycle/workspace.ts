import { setUpProviders } from '../terraform/provider-step';
import { type TerraformOptions, type TerraformResult, terraform, terraformFailed } from '../terraform/terraform';
import { asObject, type CycleOptions, type Json, type JsonObject, requiredProviders, type Stack } from './project';
import type { StateVersion } from './saved-plan';
import { synthesize } from './synth';

/** A stack ready for terraform: synthesized, with a place to install its providers from. */
export interface Workspace {
  readonly stack: Stack;
  readonly terraform: (args: readonly string[], accept?: readonly number[]) => Promise<TerraformResult>;
  readonly terraformOptions: TerraformOptions;
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
    onOutput: (text) => report(text, options),
  };
  const run = async (args: readonly string[], accept: readonly number[] = [0]) => {
    const result = await terraform(args, base);
    options.signal?.throwIfAborted();
    if (!accept.includes(result.code)) throw terraformFailed(args, result);
    return result;
  };
  return { stack, terraform: run, terraformOptions: base };
}

// Terraform writes whole lines, but a pipe may hand over several at once.
function report(text: string, options: CycleOptions): void {
  if (options.verbose === true) options.log(text.trimEnd());
  if (options.onResource === undefined) return;
  for (const line of text.split('\n')) {
    const done = /^(\S+): (Creation|Modifications|Destruction) complete after (\S+)/.exec(line);
    if (done !== null) options.onResource(`${done[1]}: ${WORDS[done[2] ?? '']} in ${done[3]}`);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  Creation: 'created',
  Modifications: 'changed',
  Destruction: 'destroyed',
};

/** `terraform init` in the workspace, without a question asked. */
export async function initialize(workspace: Workspace, options: CycleOptions): Promise<void> {
  options.log('Initializing Terraform');
  const args = ['init', '-input=false', '-no-color'];
  if (options.stateFile !== undefined) args.push('-reconfigure', `-backend-config=path=${options.stateFile}`);
  await workspace.terraform(args);
}

/** The state's lineage and serial; undefined before the first apply. */
export async function stateVersion(workspace: Workspace): Promise<StateVersion | undefined> {
  const { stdout } = await workspace.terraform(['state', 'pull', '-no-color']);
  const start = stdout.indexOf('{');
  if (start < 0) return undefined;
  const state = asObject(JSON.parse(stdout.slice(start)) as Json);
  if (typeof state.lineage !== 'string' || typeof state.serial !== 'number') return undefined;
  return { lineage: state.lineage, serial: state.serial };
}

/** Outputs in the shape and order of `cdktf deploy --outputs-file`: stack, then constructs' ids; sensitive ones left out. */
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
