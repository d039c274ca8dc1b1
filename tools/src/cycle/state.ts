import * as fs from 'node:fs';
import * as path from 'node:path';
import { Refusal } from '../shared/errors';
import { asList, asObject, type Json, type JsonObject } from '../shared/json';
import type { AwsTarget } from '../terraform/synthesized';
import { guardOf } from './guard';
import type { StateVersion } from './saved-plan';
import type { StatePlace } from './terraform-context';
import type { Workspace } from './workspace';

/** The state by `terraform state pull`; undefined before the first apply. */
export async function pullState(workspace: Workspace): Promise<JsonObject | undefined> {
  const { stdout } = await workspace.terraform(['state', 'pull', '-no-color']);
  const start = stdout.indexOf('{');
  if (start < 0) return undefined;
  const state = asObject(JSON.parse(stdout.slice(start)) as Json);
  return stateVersionOf(state) === undefined ? undefined : state;
}

/** A state's lineage and serial; undefined without a state. */
export function stateVersionOf(state: JsonObject | undefined): StateVersion | undefined {
  if (typeof state?.lineage !== 'string' || typeof state.serial !== 'number') return undefined;
  return { lineage: state.lineage, serial: state.serial };
}

/** The number of resources in a state, data sources left out. */
export function resourcesIn(state: JsonObject | undefined): number {
  return managed(state).length;
}

/** A state's managed resources. */
export function managed(state: JsonObject | undefined): JsonObject[] {
  return asList(state?.resources)
    .map(asObject)
    .filter(({ mode }) => mode === 'managed');
}

/**
 * Refuses to destroy the state of another environment: `--state` of prod with LAKEHOUSE_ENV=dev, say. Compares the
 * guard's record in the state, and the environment's tag on the resources, with the configuration.
 */
export function checkStateBelongs(
  state: JsonObject | undefined,
  synthesized: JsonObject,
  target: AwsTarget | undefined,
): void {
  const [planned, kept] = [environmentTags(resourcesOf(synthesized)), environmentTags(instances(state))];
  const other = kept.find((name) => planned.length > 0 && !planned.includes(name));
  if (other !== undefined) {
    throw new Refusal(
      `the state is of the environment "${other}" (tag EnvType), the configuration is of "${planned.join('", "')}": set LAKEHOUSE_ENV to the environment that the state belongs to, or leave --state out. Nothing was touched.`,
    );
  }
  const guard = guardOf(synthesized);
  const remembered = guard === undefined ? undefined : guardIn(state, guard.address);
  for (const [kind, expression] of Object.entries(guard?.wanted ?? {})) {
    const wanted = target === undefined ? expression : withAccount(expression, target);
    const created = remembered?.[kind];
    if (typeof created !== 'string' || created === wanted || wanted.includes('${')) continue;
    throw new Refusal(
      `the state is of another lakehouse: its ${kind.replaceAll('_', ' ')} is "${created}", the configuration's is "${wanted}". Name the environment (LAKEHOUSE_ENV) and the settings that it was applied with. Nothing was touched.`,
    );
  }
}

/** An expression of the configuration with the account's id filled in. */
export function withAccount(expression: string, target: AwsTarget): string {
  return expression.replace(/\$\{data\.aws_caller_identity\.[^}]*\}/g, target.account);
}

/** Identities recorded by the guard in a state. */
function guardIn(state: JsonObject | undefined, address: string): JsonObject | undefined {
  const found = managed(state).find(({ type, name }) => `${type}.${name}` === address);
  const output = asObject(asObject(asObject(asList(found?.instances)[0]).attributes).output);
  const value = asObject(output.value);
  return found === undefined ? undefined : Object.keys(value).length > 0 ? value : output;
}

function resourcesOf(synthesized: JsonObject): JsonObject[] {
  return Object.values(asObject(synthesized.resource)).flatMap((byName) =>
    Object.values(asObject(byName)).map(asObject),
  );
}

function instances(state: JsonObject | undefined): JsonObject[] {
  return managed(state).flatMap((resource) =>
    asList(resource.instances).map((item) => asObject(asObject(item).attributes)),
  );
}

function environmentTags(resources: readonly JsonObject[]): string[] {
  const names = resources
    .map(({ tags }) => asObject(tags).EnvType)
    .filter((name): name is string => typeof name === 'string');
  return [...new Set(names)];
}

/** Refuses an empty remote state beside a local one with resources: a plan would create everything again. */
export function checkNotLeftBehind(
  state: JsonObject | undefined,
  place: StatePlace,
  stack: string,
  projectDir: string,
): void {
  if (place.type === 'local' || resourcesIn(state) > 0) return;
  const file = localStateFile(projectDir, stack);
  if (!fs.existsSync(file)) return;
  const left = resourcesIn(readState(file));
  if (left === 0) return;
  throw new Refusal(
    `the state in ${place.place} is empty, and ${path.basename(file)} beside it holds ${left} resources: run "npm run migrate-state" to take them along. Nothing was touched.`,
  );
}

/**
 * Refuses to start anew if a lakehouse of this name was deployed under the environment's first stack, as versions
 * without second lakehouses did: its state has to be renamed first.
 */
export function checkNotUnderFirstName(
  state: JsonObject | undefined,
  place: StatePlace,
  synthesized: JsonObject,
  stack: string,
  { projectDir, env }: { readonly projectDir: string; readonly env: NodeJS.ProcessEnv },
): void {
  const first = `lakehouse-${env.LAKEHOUSE_ENV || 'dev'}`;
  const file = localStateFile(projectDir, first);
  if (place.type !== 'local' || stack === first || resourcesIn(state) > 0 || !fs.existsSync(file)) return;
  const app = env.LAKEHOUSE_APP_NAME;
  const guard = guardOf(synthesized);
  const stream = guard === undefined ? undefined : guardIn(readState(file), guard.address)?.stream;
  if (!app || typeof stream !== 'string' || !stream.endsWith(`:stream/${app}-stream`)) return;
  throw new Refusal(
    `${app} is deployed already, and its state is ${path.basename(file)}: rename it to ${path.basename(place.place)}, and run this again. Nothing was touched.`,
  );
}

/** The file in which cdktf's local backend keeps a stack's state. */
export function localStateFile(projectDir: string, stack: string): string {
  return path.join(projectDir, `terraform.${stack}.tfstate`);
}

/** Reads a state file; empty if it isn't JSON. */
export function readState(file: string): JsonObject {
  const text = fs.readFileSync(file, 'utf8');
  return text.trim() === '' ? {} : asObject(JSON.parse(text) as Json);
}
