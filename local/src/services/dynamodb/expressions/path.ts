import type { AttributeValue, Item } from '../values/attribute-value';
import type { Path } from './ast';

/** An item's own attribute; undefined if missing, also for names such as `constructor`. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** The value at a document path of an item. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value = attributeOf(item, path[0] as string);
  for (let index = 1; index < path.length && value !== undefined; index++) {
    const part = path[index] as string | number;
    if (typeof part === 'number') value = value.L?.[part];
    else value = value.M === undefined ? undefined : attributeOf(value.M, part);
  }
  return value;
}

interface Tree {
  value?: AttributeValue;
  readonly members: Map<string | number, Tree>;
}

/** The parts of an item at the paths, within their lists and maps; gaps in lists are closed. */
export function project(item: Item, paths: readonly Path[]): Item {
  const root: Tree = { members: new Map() };
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value === undefined) continue;
    let tree = root;
    for (const part of path) {
      let member = tree.members.get(part);
      if (member === undefined) {
        member = { members: new Map() };
        tree.members.set(part, member);
      }
      tree = member;
    }
    tree.value = value;
  }
  return membersOf(root);
}

function membersOf({ members }: Tree): Item {
  return Object.fromEntries([...members].map(([name, tree]) => [name, nodeValue(tree)]));
}

function nodeValue(tree: Tree): AttributeValue {
  if (tree.value !== undefined) return tree.value;
  const [first] = tree.members.keys();
  if (typeof first === 'string') return { M: membersOf(tree) };
  const inOrder = [...tree.members].sort(([a], [b]) => Number(a) - Number(b));
  return { L: inOrder.map(([, member]) => nodeValue(member)) };
}
