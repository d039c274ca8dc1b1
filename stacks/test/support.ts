import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Testing } from 'cdktf';
import { setUpProviders, terraform } from 'lakehouse-tools';
import { keepProviders } from '../../tools/src/terraform/kept-providers';
import { ConfigError, type Fault } from '../config/config-error';
import { parseSettings } from '../config/load';
import type { SettingsInput } from '../config/schema';
import { LakehouseStack } from '../lakehouse-stack';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A Terraform block by type and name. */
type Blocks = Record<string, Record<string, Record<string, Json>>>;

/** The parts of a synthesized stack that the tests read. */
export interface Synthesized {
  readonly resource: Blocks;
  readonly data?: Blocks;
  readonly output: Record<string, { readonly value: string }>;
  readonly locals: Record<string, Json>;
  readonly provider: { readonly aws: ReadonlyArray<Record<string, Json>> };
  readonly terraform: { readonly backend: Record<string, Json>; readonly required_providers: Json };
}

/** An app to synthesize in memory. CDKTF requires a folder, writes nothing to it, and would leave its own behind. */
export function testApp(): App {
  const folder = temporaryFolder();
  try {
    return Testing.app({ outdir: folder.path });
  } finally {
    folder.remove();
  }
}

/**
 * Synthesizes the lakehouse as `main.tf.json` of a folder, with the packages of its consumers and a local state beside it.
 */
export function synthesizeTo(
  folder: string,
  input: SettingsInput,
  options: { local?: boolean; deletionSwitch?: boolean } = {},
): void {
  const out = temporaryFolder();
  try {
    const app = Testing.app({ outdir: out.path });
    const { local = false, deletionSwitch = false } = options;
    new LakehouseStack(app, 'lakehouse-test', { settings: parseSettings(input), local, deletionSwitch });
    app.synth();
    const stack = join(out.path, 'stacks', 'lakehouse-test');
    const { terraform, ...synthesized } = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')) as Synthesized;
    const { required_providers } = terraform;
    writeFileSync(
      join(folder, 'main.tf.json'),
      JSON.stringify({ ...synthesized, terraform: { required_providers } }, null, 1),
    );
    const assets = join(stack, 'assets');
    if (existsSync(assets)) cpSync(assets, join(folder, 'assets'), { recursive: true });
  } finally {
    out.remove();
  }
}

/** Synthesizes the lakehouse in memory. */
export function synthesize(
  input: SettingsInput,
  { local = false, deletionSwitch = false, id = 'lakehouse-test' } = {},
): Synthesized {
  const app = testApp();
  try {
    const stack = new LakehouseStack(app, id, { settings: parseSettings(input), local, deletionSwitch });
    return JSON.parse(Testing.synth(stack)) as Synthesized;
  } finally {
    // The packages of consumers lie there.
    rmSync(app.outdir, { recursive: true, force: true });
  }
}

/** The one resource of a type. */
export function only(synthesized: Synthesized, type: string): Record<string, Json> {
  const blocks = Object.values(synthesized.resource[type] ?? {});
  if (blocks.length !== 1 || blocks[0] === undefined) throw new Error(`${blocks.length} resources of ${type}`);
  return blocks[0];
}

/** The faults that settings are refused with; empty when they are accepted. */
export function faultsOf(input: SettingsInput): readonly Fault[] {
  try {
    parseSettings(input);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'lakehouse-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs terraform in a folder, with this machine's providers. @throws with its output */
export async function runTerraform(workdir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const projectDir = join(__dirname, '../..');
  const providers = setUpProviders({ providers: [{ source: 'hashicorp/aws', version: '5.100.0' }], projectDir });
  const result = await terraform([...args, '-no-color'], {
    workdir,
    env: { ...process.env, ...providers.env, ...env },
  });
  // Downloaded once, not for each of the tests' folders.
  if (args[0] === 'init' && result.code === 0 && providers.mode === 'download') keepProviders(workdir, projectDir);
  return { ...result, said: `${result.stdout}\n${result.stderr}` };
}

/** Runs terraform as `runTerraform` does. @throws Error for an exit code other than 0 */
export async function terraformOrFail(workdir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const result = await runTerraform(workdir, args, env);
  if (result.code !== 0) throw new Error(`terraform ${args.join(' ')} exited with ${result.code}:\n${result.said}`);
  return result;
}

/** Validates synthesized stacks in one run of terraform, which spends most of its time on loading the provider. */
export async function validate(stacks: readonly Synthesized[]): Promise<void> {
  const folder = temporaryFolder();
  try {
    writeFileSync(join(folder.path, 'main.tf.json'), JSON.stringify(sideBySide(stacks), null, 1));
    await terraformOrFail(folder.path, ['init', '-backend=false']);
    await terraformOrFail(folder.path, ['validate']);
  } finally {
    folder.remove();
  }
}

/** One configuration that holds several, each with its number behind every name (`lake_bucket_3`). */
export function sideBySide(stacks: readonly Synthesized[]) {
  const merged = { resource: {} as Blocks, data: {} as Blocks, output: {} as Record<string, Json>, locals: {} };
  for (const [number, stack] of stacks.entries()) {
    const numbered = withNumber(stack, number);
    for (const kind of ['resource', 'data'] as const) {
      for (const [type, blocks] of Object.entries(numbered[kind] ?? {})) {
        merged[kind][type] = { ...merged[kind][type], ...blocks };
      }
    }
    Object.assign(merged.output, numbered.output);
    Object.assign(merged.locals, numbered.locals);
  }
  const first = stacks[0];
  return {
    ...merged,
    provider: first?.provider,
    terraform: { required_providers: first?.terraform.required_providers },
  };
}

function withNumber(stack: Synthesized, number: number): Synthesized {
  const renamed = (names: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(names).map(([name, value]) => [`${name}_${number}`, value]));
  const blocks = (of: Blocks | undefined) =>
    Object.fromEntries(Object.entries(of ?? {}).map(([type, named]) => [type, renamed(named)]));
  const references = new Set<string>(Object.keys(stack.locals).map((name) => `local.${name}`));
  for (const [type, named] of Object.entries({ ...stack.resource, ...stack.data })) {
    for (const name of Object.keys(named)) references.add(`${type}.${name}`);
  }
  const numbered = {
    ...stack,
    resource: blocks(stack.resource),
    data: blocks(stack.data),
    output: renamed(stack.output),
    locals: renamed(stack.locals),
  };
  const text = JSON.stringify(numbered).replace(/\b(?:data\.)?[a-z_0-9]+\.[a-z_0-9]+\b/g, (reference) =>
    references.has(reference.replace(/^data\./, '')) ? `${reference}_${number}` : reference,
  );
  return JSON.parse(text) as Synthesized;
}
