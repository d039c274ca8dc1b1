import { type Json, JsonNumber, JsonObject } from '../values/json-text';
import { invalidArgument } from '../values/value';

/** Steps of json_extract's paths: `$`, `.name`, `["name"]`, `[0]`, `.*`, `[*]`. */
type Step = { readonly key: string } | { readonly index: number } | 'all';

const paths = new Map<string, readonly Step[]>();
const STEP =
  /\.([\p{L}\p{N}_$-][\p{L}\p{N}_$:-]*)|\[\s*(-?\d+)\s*\]|\["((?:[^"\\]|\\.)*)"\]|\.\*|\[\*\]|\.\["((?:[^"\\]|\\.)*)"\]|\.(\d+)|\.("(?:[^"\\]|\\.)*")|\[([\p{L}_][\p{L}\p{N}_-]*)\]/uy;

/** Parses a path. @throws ValueError for an invalid one */
export function stepsOf(path: string): readonly Step[] {
  const known = paths.get(path);
  if (known !== undefined) return known;
  const refused = () => invalidArgument(`Invalid JSON path: '${path}'`);
  if (!path.startsWith('$')) throw refused();
  const steps: Step[] = [];
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (match === null) throw refused();
    at = STEP.lastIndex;
    const [whole, name, index, quoted, afterDot, digits, dotted, bare] = match;
    const key = name ?? digits ?? bare;
    if (index !== undefined) steps.push({ index: Number(index) });
    else if (whole === '.*' || whole === '[*]') steps.push('all');
    else if (key !== undefined) steps.push({ key });
    else steps.push({ key: (quoted ?? afterDot ?? (dotted as string).slice(1, -1)).replaceAll(/\\(.)/g, '$1') });
  }
  if (paths.size > 1000) paths.clear();
  paths.set(path, steps);
  return steps;
}

/** The value at a path; undefined if there is none. */
export function follow(json: Json, path: string): Json | undefined {
  const steps = stepsOf(path);
  let found: Json[] = [json];
  for (const step of steps) found = found.flatMap((each) => next(each, step));
  return steps.includes('all') ? found : found[0];
}

function next(json: Json, step: Step): Json[] {
  if (step === 'all') {
    if (json instanceof JsonObject) return [...json.entries.values()];
    return Array.isArray(json) ? [...json] : [];
  }
  if ('index' in step) {
    const item = Array.isArray(json)
      ? json[step.index]
      : json instanceof JsonObject
        ? json.entries.get(String(step.index))
        : undefined;
    return item === undefined ? [] : [item];
  }
  if (Array.isArray(json)) {
    const item = /^\d+$/.test(step.key) ? json[Number(step.key)] : undefined;
    return item === undefined ? [] : [item];
  }
  const item = json instanceof JsonObject ? json.entries.get(step.key) : undefined;
  return item === undefined ? [] : [item];
}

export const isScalar = (json: Json): boolean =>
  json === null || typeof json !== 'object' || json instanceof JsonNumber;
