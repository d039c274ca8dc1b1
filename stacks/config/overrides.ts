import type { z } from 'zod';
import type { Fault } from './config-error';
import { type SettingName, settingsSchema } from './schema';

/** Environment variables by name, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

const PREFIX = 'LAKEHOUSE_';

/** Settings that a variable can't change: they are to be read in the environment's file. */
const FILE_ONLY: ReadonlySet<string> = new Set<SettingName>(['dataDeletion']);

/** The environment variable that overrides a setting: `LAKEHOUSE_SHARD_COUNT` for `shardCount`. */
export function variableOf(setting: string): string {
  return PREFIX + setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * The settings that environment variables override. Numbers and booleans are written plainly, lists with commas or as
 * JSON, maps as JSON. An empty variable takes back what the environment's file sets, which leaves the default.
 */
export function overridesFrom(variables: Variables): { values: Record<string, unknown>; faults: Fault[] } {
  const values: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [setting, schema] of Object.entries(settingsSchema.shape)) {
    const variable = variableOf(setting);
    const text = variables[variable];
    if (text === undefined) continue;
    if (FILE_ONLY.has(setting)) {
      faults.push({
        key: variable,
        value: text,
        rule: `set ${setting} in the environment's file, stacks/config/environments`,
      });
      continue;
    }
    values[setting] = text === '' ? undefined : readAs(text, kindOf(schema));
  }
  return { values, faults: [...faults, ...misspelt(variables)] };
}

/** The kind of value that a setting takes, seen through default and optional. */
function kindOf(schema: z.ZodType): string {
  let inner = schema as z.ZodType & { def: { type: string; innerType?: z.ZodType } };
  while (inner.def.innerType !== undefined) inner = inner.def.innerType as typeof inner;
  return inner.def.type;
}

/** A value that doesn't read as its kind stays text, and the schema's rule for the setting refuses it. */
function readAs(text: string, kind: string): unknown {
  switch (kind) {
    case 'number':
    case 'literal':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return text.trimStart().startsWith('[') ? parsedOrText(text) : text.split(',').map((part) => part.trim());
    case 'record':
      return parsedOrText(text);
    default:
      return text;
  }
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A variable that nearly names a setting would be ignored in silence, and the deployment differ from what was meant. */
function misspelt(variables: Variables): Fault[] {
  const known = new Map(Object.keys(settingsSchema.shape).map((name) => [name.toLowerCase(), variableOf(name)]));
  return Object.keys(variables).flatMap((name) => {
    if (!name.startsWith(PREFIX)) return [];
    const meant = known.get(name.slice(PREFIX.length).replaceAll('_', '').toLowerCase());
    return meant === undefined || meant === name
      ? []
      : [{ key: name, value: variables[name], rule: `names no setting: is ${meant} meant?` }];
  });
}
