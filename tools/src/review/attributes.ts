import { COMPUTED, childMark, MASK } from '../plan/masking';
import { type Change, pathText } from '../plan/plan-json';
import type { Json } from '../shared/json';
import type { AttributeChange } from './model';
import { policyChanges } from './policy-diff';

/** A value at the end of a path, as printed and as compared. */
interface Leaf {
  readonly text: string;
  /** Compared, never printed: two masked values may differ. */
  readonly raw: string;
  readonly computed: boolean;
  readonly sensitive: boolean;
}

/**
 * The attributes that a change alters. Policies come as statements; a long JSON text is compared member by member, so
 * that one changed line isn't a page.
 */
export function attributeChanges(change: Change): AttributeChange[] {
  const before = flatten(change.before, change.before_sensitive, undefined);
  const after = flatten(change.after, change.after_sensitive, change.after_unknown);
  const forcing = (change.replace_paths ?? []).map(pathText);
  const paths = new Set([...before.keys(), ...after.keys()]);
  const result: AttributeChange[] = [];
  for (const path of paths) {
    const attribute = compare(path, before.get(path), after.get(path), forcing);
    if (attribute !== undefined) result.push(attribute);
  }
  return result
    .filter((attribute) => !repeatsTag(attribute, result))
    .sort((a, b) => Number(b.forcesReplacement) - Number(a.forcesReplacement));
}

// Drops `tags_all`, in which the AWS provider repeats each tag of `tags`, with the default tags.
function repeatsTag(attribute: AttributeChange, all: readonly AttributeChange[]): boolean {
  if (!attribute.path.startsWith('tags_all.')) return false;
  const path = attribute.path.replace('tags_all.', 'tags.');
  return all.some((other) => other.path === path && other.kind === attribute.kind && other.after === attribute.after);
}

function compare(
  path: string,
  before: Leaf | undefined,
  after: Leaf | undefined,
  forcing: readonly string[],
): AttributeChange | undefined {
  if (before === undefined && after === undefined) return undefined;
  // A change of sensitivity alone is reported too, although it shows no value.
  if (before?.raw === after?.raw && before?.sensitive === after?.sensitive) return undefined;
  if (path.endsWith(ORDER) && !reordered(before, after)) return undefined;
  const kind = before === undefined ? 'add' : after === undefined ? 'remove' : 'change';
  const sensitive = before?.sensitive === true || after?.sensitive === true;
  const statements = sensitive || after?.computed === true ? undefined : policyChanges(before?.text, after?.text);
  return {
    path,
    kind,
    ...(before !== undefined && statements === undefined && { before: sensitive ? MASK : before.text }),
    ...(after !== undefined && statements === undefined && { after: sensitive ? MASK : after.text }),
    computed: after?.computed ?? false,
    sensitive,
    forcesReplacement: forcing.some(
      (forced) => path === forced || path.startsWith(`${forced}.`) || path.startsWith(`${forced}[`),
    ),
    ...(statements !== undefined && { statements }),
  };
}

/** Lists compared by their items' names: a column inserted in the middle is one addition, not five changes. */
const BY_NAME = /(^|\.)(columns|partition_keys)$/;
const ORDER = '(order)';

/** Names of a list's items; empty unless it is compared by them. */
function namesOf(path: string, items: readonly Json[]): string[] | undefined {
  if (!BY_NAME.test(path)) return undefined;
  const names = items.map((item) => asRecord(item).name);
  const all = names.filter((name): name is string => typeof name === 'string');
  return all.length === items.length && new Set(all).size === all.length ? all : undefined;
}

/** Whether the items in both lists change their order. */
function reordered(before: Leaf | undefined, after: Leaf | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const [old, now] = [JSON.parse(before.raw) as string[], JSON.parse(after.raw) as string[]];
  return old.filter((name) => now.includes(name)).join() !== now.filter((name) => old.includes(name)).join();
}

function flatten(value: Json | undefined, marks: Json | undefined, unknown: Json | undefined): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  walk('', value, marks, unknown);
  return leaves;

  function walk(path: string, at: Json | undefined, mark: Json | undefined, notKnown: Json | undefined): void {
    if (notKnown === true) {
      leaf(path, COMPUTED, COMPUTED, true, mark === true);
      return;
    }
    if (mark === true && at !== null && at !== undefined) {
      leaf(path, MASK, JSON.stringify(at), false, true);
      return;
    }
    if (Array.isArray(at) || (Array.isArray(notKnown) && notKnown.length > 0)) {
      list(path, at, mark, notKnown);
      return;
    }
    const isObject = typeof at === 'object' && at !== null;
    if (isObject || (typeof notKnown === 'object' && notKnown !== null && Object.keys(notKnown).length > 0)) {
      const object = isObject && !Array.isArray(at) ? at : {};
      const keys = new Set([...Object.keys(object), ...Object.keys(asRecord(notKnown))]);
      for (const key of keys) {
        walk(path === '' ? key : `${path}.${key}`, object[key], childMark(mark, key), childMark(notKnown, key));
      }
      return;
    }
    if (at === null || at === undefined || at === '') return;
    if (typeof at === 'string' && typeof parseContainer(at) === 'object' && !isPolicyText(at)) {
      walk(`${path}(json)`, parseContainer(at), undefined, undefined);
      return;
    }
    leaf(path, text(at), JSON.stringify(at), false, false);
  }

  function list(path: string, at: Json | undefined, mark: Json | undefined, notKnown: Json | undefined): void {
    const items = Array.isArray(at) ? at : [];
    const unknownItems = Array.isArray(notKnown) ? notKnown : [];
    const simple = items.every((item) => typeof item !== 'object' || item === null);
    if (simple && !unknownItems.some((item) => item !== false) && !Array.isArray(mark)) {
      if (items.length > 0) leaf(path, `[${items.map(text).join(', ')}]`, JSON.stringify(items), false, false);
      return;
    }
    const names = unknownItems.length > items.length ? undefined : namesOf(path, items);
    if (names !== undefined) leaf(`${path}${ORDER}`, names.join(', '), JSON.stringify(names), false, false);
    for (let index = 0; index < Math.max(items.length, unknownItems.length); index++) {
      walk(`${path}[${names?.[index] ?? index}]`, items[index], childMark(mark, index), unknownItems[index]);
    }
  }

  function leaf(path: string, shown: string, raw: string, computed: boolean, sensitive: boolean): void {
    leaves.set(path === '' ? 'value' : path, { text: shown, raw, computed, sensitive });
  }
}

/** A scalar as text. */
function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function asRecord(value: Json | undefined): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function isPolicyText(value: string): boolean {
  return value.includes('"Statement"');
}

// Only a text that can be JSON is parsed: most strings of a plan are names.
function parseContainer(value: string): Json | undefined {
  const first = value[0];
  if ((first !== '{' && first !== '[') || value.length < 3) return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return undefined;
  }
}

/** One value of a plan on one line, for outputs. */
export function valueText(value: Json | undefined, unknown: Json | undefined): string | undefined {
  if (unknown === true) return COMPUTED;
  if (value === undefined || value === null) return undefined;
  return text(value);
}
