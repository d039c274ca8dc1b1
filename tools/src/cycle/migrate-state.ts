import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal, ToolError } from '../shared/errors';
import { asObject, type JsonObject } from '../shared/json';
import { type TerraformResult, terraform, terraformFailed } from '../terraform/terraform';
import { withApplyLock } from './apply-lock';
import { type Approval, confirm } from './confirm';
import type { CycleOptions } from './project';
import { localStateFile, resourcesIn, stateVersionOf } from './state';
import { synthesize } from './synth';
import { checkCliArguments } from './terraform-context';

export interface MigrateOptions extends CycleOptions {
  readonly approval: Approval;
}

/** Outcome of the migration. */
export interface Migration {
  readonly stack: string;
  readonly from: string;
  readonly to: string;
  /** Resources that the state holds. */
  readonly resources: number;
  /** File that the former local state was renamed to; absent on the way back. */
  readonly kept?: string;
}

/** A place of the state, with the configuration of a backend for it. */
interface Place {
  readonly name: string;
  readonly backend: JsonObject;
}

/**
 * Moves the state to the place that the settings name: from the file beside cdktf.json to the bucket, or back. Compares
 * the copy with the original, resource by resource, and renames the original so that no later plan uses it. Refuses
 * when the other place holds another state, or a newer one.
 */
export async function migrateState(options: MigrateOptions): Promise<Migration> {
  checkCliArguments(options.env, ['init']);
  options.log('Synthesizing');
  const target = await synthesize(options);
  const stack = target.name;
  const backend = asObject(asObject(target.synthesized.terraform).backend);
  const local: Place = { name: localStateFile(options.projectDir, stack), backend: localBackend(options, stack) };
  const remote = await remotePlace(options, backend);
  const [from, to] = backend.s3 === undefined ? [remote, local] : [local, remote];
  return withApplyLock(options, stack, async () => {
    const folder = fs.mkdtempSync(path.join(ensured(options.projectDir), '.migrate-'));
    try {
      return await move(stack, from, to, folder, options);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
      forgetBackend(target.workdir, options.env);
    }
  });
}

function ensured(projectDir: string): string {
  const folder = path.join(projectDir, '.lakehouse');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function localBackend(options: MigrateOptions, stack: string): JsonObject {
  return { local: { path: options.stateFile ?? localStateFile(options.projectDir, stack) } };
}

/** The bucket's place: as synthesized if the settings name it now, else as LAKEHOUSE_STATE_BACKEND=s3 would give it. */
async function remotePlace(options: MigrateOptions, backend: JsonObject): Promise<Place> {
  const named = backend.s3 === undefined ? await synthesizedWithS3(options) : asObject(backend.s3);
  return { name: `s3://${named.bucket}/${named.key}`, backend: { s3: named } };
}

async function synthesizedWithS3(options: MigrateOptions): Promise<JsonObject> {
  const outDir = fs.mkdtempSync(path.join(ensured(options.projectDir), '.synth-'));
  try {
    const env = { ...options.env, LAKEHOUSE_STATE_BACKEND: 's3' };
    const { synthesized } = await synthesize({ ...options, env, outDir, log: () => undefined });
    const s3 = asObject(asObject(asObject(synthesized.terraform).backend).s3);
    if (typeof s3.bucket === 'string') return s3;
  } finally {
    fs.rmSync(outDir, { recursive: true, force: true });
  }
  throw new Refusal(
    'the state is kept locally, and no bucket is named that it could be taken to or from: set LAKEHOUSE_STATE_BUCKET_NAME, with LAKEHOUSE_STATE_BACKEND=s3 for the way there and local for the way back.',
  );
}

async function move(
  stack: string,
  from: Place,
  to: Place,
  folder: string,
  options: MigrateOptions,
): Promise<Migration> {
  const there = path.join(folder, 'to');
  const here = path.join(folder, 'from');
  const [source, present] = [await pull(here, from, options), await pull(there, to, options)];
  const count = resourcesIn(source);
  if (count === 0) {
    const arrived = resourcesIn(present);
    if (arrived > 0)
      throw new Refusal(`nothing to take along: ${to.name} holds the state already (${arrived} resources).`);
    throw new Refusal(`nothing to take along: the state in ${from.name} holds no resources.`);
  }
  checkDestination(source, present, from, to);
  await confirm(`Take the state of ${stack} (${count} resources) from ${from.name} to ${to.name}?`, options.approval);
  options.log(`Taking the state to ${to.name}`);
  // A second read of the old place: changes made in between would be lost by the copy.
  const latest = await pull(here, from, options);
  if (stateVersionOf(latest)?.serial !== stateVersionOf(source)?.serial) {
    throw new Refusal(`the state in ${from.name} has moved meanwhile: run it again. Nothing was touched.`);
  }
  const file = path.join(folder, 'state.json');
  fs.writeFileSync(file, JSON.stringify(source), { mode: 0o600 });
  await run(there, ['state', 'push', file], options);
  const arrived = await pull(there, to, options);
  if (JSON.stringify(arrived?.resources) !== JSON.stringify(source?.resources)) {
    throw new ToolError(`what arrived in ${to.name} is not what left ${from.name}: both are kept, compare them.`);
  }
  const kept = from.backend.local === undefined ? await empty(here, from, source, options) : putAside(from.name);
  return { stack, from: from.name, to: to.name, resources: count, ...(kept !== undefined && { kept }) };
}

function checkDestination(
  source: JsonObject | undefined,
  present: JsonObject | undefined,
  from: Place,
  to: Place,
): void {
  if (resourcesIn(present) === 0) return;
  const [old, now] = [stateVersionOf(present), stateVersionOf(source)];
  if (old?.lineage !== now?.lineage) {
    throw new Refusal(`${to.name} holds another state, of ${resourcesIn(present)} resources: nothing was touched.`);
  }
  if ((old?.serial ?? 0) > (now?.serial ?? 0)) {
    throw new Refusal(`the state in ${to.name} is newer than the one in ${from.name}: nothing was touched.`);
  }
}

/** The state of a place, pulled by a configuration with nothing but the backend: no provider is needed. */
async function pull(folder: string, place: Place, options: MigrateOptions): Promise<JsonObject | undefined> {
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'main.tf.json'), JSON.stringify({ terraform: { backend: place.backend } }));
    await run(folder, ['init', '-input=false', '-no-color'], options);
  }
  const { stdout } = await run(folder, ['state', 'pull', '-no-color'], options);
  const start = stdout.indexOf('{');
  return start < 0 ? undefined : asObject(JSON.parse(stdout.slice(start)) as JsonObject);
}

async function run(folder: string, args: readonly string[], options: MigrateOptions): Promise<TerraformResult> {
  // No TF_DATA_DIR: both places would share the caller's.
  const env = { ...options.env, TF_DATA_DIR: undefined };
  const result = await terraform(args, { workdir: folder, env, ...(options.signal && { signal: options.signal }) });
  if (result.code === 0) return result;
  if (/Error acquiring the state lock/.test(result.stderr)) {
    throw new Refusal("another run holds the state's lock: wait until it has ended.");
  }
  throw terraformFailed(args, result);
}

/** Renames the former local state to a name that no backend reads. */
function putAside(file: string): string {
  const kept = `${file}.migrated-${new Date().toISOString().replaceAll(':', '-')}`;
  fs.renameSync(file, kept);
  fs.chmodSync(kept, 0o600);
  return kept;
}

/** Writes an empty state to the bucket, whose versioning keeps the former one. */
async function empty(
  folder: string,
  place: Place,
  source: JsonObject | undefined,
  options: MigrateOptions,
): Promise<undefined> {
  const version = stateVersionOf(source);
  const file = path.join(folder, 'empty.json');
  const nothing = { ...source, serial: (version?.serial ?? 0) + 1, resources: [], outputs: {}, check_results: null };
  fs.writeFileSync(file, JSON.stringify(nothing), { mode: 0o600 });
  await run(folder, ['state', 'push', file], options);
  if (resourcesIn(await pull(folder, place, options)) > 0) {
    throw new ToolError(`the state in ${place.name} could not be emptied: remove the object by hand.`);
  }
  return undefined;
}

/** Deletes the stack folder's record of its backend, so that the next init accepts the new one without a question. */
function forgetBackend(workdir: string, env: NodeJS.ProcessEnv): void {
  fs.rmSync(path.join(path.resolve(workdir, env.TF_DATA_DIR || '.terraform'), 'terraform.tfstate'), { force: true });
}
