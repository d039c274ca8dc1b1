import type { z } from 'zod';
import type { Fault } from './config-error';
import { type SettingName, settingsSchema } from './schema';

/** Environment variables by name, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

const PREFIX = 'LAKEHOUSE_';

/** Settings that no variable overrides: a review must see them in the environment's file. */
const FILE_ONLY: ReadonlySet<string> = new Set<SettingName>(['dataDeletion']);

/** The environment variable that overrides a setting: `LAKEHOUSE_SHARD_COUNT` for `shardCount`. */
export function variableOf(setting: string): string {
  return PREFIX + setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * The settings that environment variables override. Numbers and booleans are written plainly, lists with commas or as
 * JSON, maps as JSON. An empty variable discards the environment file's value, which leaves the default.
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
    const kind = kindOf(schema);
    const broken = isJson(text, kind) ? jsonFault(text) : undefined;
    if (broken === undefined) values[setting] = text === '' ? undefined : readAs(text, kind);
    else faults.push({ key: variable, value: text, rule: `must be ${formOf(setting) ?? 'JSON'}: ${broken}` });
  }
  return { values, faults: [...faults, ...misspelt(variables)] };
}

/** Kind of value that a setting takes, without its default and optional wrappers. */
function kindOf(schema: z.ZodType): string {
  let inner = schema as z.ZodType & { def: { type: string; innerType?: z.ZodType } };
  while (inner.def.innerType !== undefined) inner = inner.def.innerType as typeof inner;
  return inner.def.type;
}

/** Form of a list or map setting in a variable; shown if the variable can't be parsed. */
const FORMS: Readonly<Partial<Record<SettingName, string>>> = {
  columns: 'a JSON list of columns such as [{"name": "device_id", "type": "string"}]',
  tags: 'a JSON object such as {"Team": "data"}',
  consumers: 'a list such as alerts,insights',
  movements: 'a list such as outside-in,inside-out',
  shardLevelMetrics: 'a list such as IncomingBytes,OutgoingBytes',
  dynamicPartitioningValues: 'a list such as eu,us',
  timestampFormats: "a list of patterns such as millis,yyyy-MM-dd'T'HH:mm:ss",
};

/** The form of a setting's variable, in words; undefined for plain values. */
export function formOf(setting: string): string | undefined {
  return FORMS[setting as SettingName];
}

/** Parses a variable by the setting's kind. Unparsable text stays text, which the setting's schema then refuses. */
function readAs(text: string, kind: string): unknown {
  switch (kind) {
    case 'number':
    case 'literal':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return /^\s*[[{]/.test(text) ? parsedOrText(text) : text.split(',').map((part) => part.trim());
    case 'record':
      return parsedOrText(text);
    default:
      return text;
  }
}

/** Whether a variable's text is meant as JSON. */
function isJson(text: string, kind: string): boolean {
  return text !== '' && (kind === 'record' || (kind === 'array' && /^\s*[[{]/.test(text)));
}

/** The fault of a JSON text with its position; undefined if it parses. */
function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `it is no JSON (${error instanceof Error ? error.message : String(error)})`;
  }
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Variables of the project that are no settings, such as LAKEHOUSE_ENV. */
const NO_SETTINGS: ReadonlySet<string> = new Set(
  ['ENV', 'STACK', 'ALLOW_DATA_DELETION', 'PROVIDER_MIRROR', 'SEARCH_DISK', 'DEBUG', 'OUTPUTS'].map(
    (name) => PREFIX + name,
  ),
);

/** Prefixes of variables that the endpoint, the console and the producer check themselves. */
const OTHERS = /^LAKEHOUSE_(LOCAL|CONSOLE|PRODUCER|TEST)_/;

/** Reports variables that name no setting: ignored, they would deploy something else than was meant. */
function misspelt(variables: Variables): Fault[] {
  const known = Object.keys(settingsSchema.shape).map(variableOf);
  const all = [...known, ...NO_SETTINGS];
  return Object.keys(variables).flatMap((name) => {
    if (!name.startsWith(PREFIX) || all.includes(name) || OTHERS.test(name)) return [];
    const meant = nearest(name, all);
    const rule =
      meant === undefined ? 'names no setting: docs/settings.md lists them' : `names no setting: is ${meant} meant?`;
    return [{ key: name, value: variables[name], rule }];
  });
}

/** The name with the smallest edit distance, if that is small; separators don't count. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase();
  const near = names
    .map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best));
  // At most a third of the letters may differ, without the prefix that all names share.
  const own = plain(name).length - plain(PREFIX).length;
  return near.distance <= Math.max(2, own / 3) ? near.candidate : undefined;
}

/** Levenshtein distance of two words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
