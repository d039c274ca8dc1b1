import type { Expression, Query, Relation, Select } from './ast';
import { pushInto, type Use } from './push-down';

/** A part of a statement, distinguished by `kind`; queries have none. */
export type Node = Expression | Relation | Select | Query;

/**
 * Lists every object in a part of a statement, itself first, in written order, positions left out. A list, not a
 * generator, which takes several times as long: a statement may have a hundred thousand parts.
 * @param enter returns false to skip a part's inside
 */
export function nodes(value: unknown, enter: (node: object) => boolean = () => true): object[] {
  const found: object[] = [];
  // Iterative: a condition of thousands of terms is as deep a tree, and would exhaust the stack.
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) {
      for (let index = next.length - 1; index >= 0; index--) waiting.push(next[index]);
      continue;
    }
    found.push(next);
    if (!enter(next)) continue;
    const keys = Object.keys(next);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] as string;
      const part = (next as Readonly<Record<string, unknown>>)[key];
      if (typeof part === 'object' && key !== 'at') waiting.push(part);
    }
  }
  return found;
}

export const isQuery = (node: object): node is Query => 'body' in node && 'with' in node;

const kindOf = (node: object): unknown => (node as { kind?: unknown }).kind;

/** Columns named in an expression, including its subqueries. */
export function columnsIn(value: unknown): (Expression & { kind: 'column' })[] {
  return nodes(value).filter((node): node is Expression & { kind: 'column' } => kindOf(node) === 'column');
}

/** The conjuncts of a condition. */
export function conjunctsOf(condition: Expression | undefined): Expression[] {
  if (condition === undefined) return [];
  const found: Expression[] = [];
  let rest = condition;
  while (rest.kind === 'binary' && rest.operator === 'and') {
    found.push(...(rest.right.kind === 'binary' ? conjunctsOf(rest.right) : [rest.right]));
    rest = rest.left;
  }
  found.push(rest);
  return found.reverse();
}

/** A table in FROM, with the alias of its columns, and the conditions on its rows. */
export interface TableReference {
  readonly node: Relation & { kind: 'table' };
  readonly alias: string;
  readonly conjuncts: readonly Expression[];
}

type OnNamed = (name: string, use: Use) => void;

/** Tables that a query reads, including its subqueries'; names of its WITH are left out. */
export function tablesOf(query: Query, known: ReadonlySet<string> = new Set(), outer?: OnNamed): TableReference[] {
  const uses = new Map<string, Use[]>();
  const own = new Set(query.with.map(({ name }) => name));
  const onNamed: OnNamed = (name, use) => {
    if (!own.has(name)) outer?.(name, use);
    else uses.set(name, [...(uses.get(name) ?? []), use]);
  };
  const { with: queries, ...rest } = query;
  const before = queries.map((_item, index) => new Set([...known, ...queries.slice(0, index).map(({ name }) => name)]));
  const found = [tablesOfBody(rest, new Set([...known, ...own]), onNamed)];
  // Last to first: the uses of a query come after its definition.
  for (const [index, item] of [...queries.entries()].reverse()) {
    const names = before[index] as ReadonlySet<string>;
    found.unshift(tablesOfNamed(item, query.recursive, names, uses.get(item.name) ?? [], onNamed));
  }
  return found.flat();
}

function tablesOfNamed(
  { name, columns, query }: Query['with'][number],
  recursive: boolean,
  names: ReadonlySet<string>,
  uses: readonly Use[],
  onNamed: OnNamed,
): TableReference[] {
  const { body } = query;
  // The name means the query itself only in the repeated part of a UNION; elsewhere in it, an outer query or table.
  if (recursive && body.kind === 'set' && /^union/i.test(body.operator)) {
    const first = tablesOf({ ...query, body: body.left }, names, onNamed);
    const repeated = tablesOf({ ...query, body: body.right }, new Set([...names, name]), onNamed);
    return [...first, ...repeated.filter(({ node }) => !first.some((other) => other.node === node))];
  }
  const [use] = uses;
  const pushed =
    use === undefined || uses.length > 1
      ? query
      : pushInto(query, { ...use, columns: use.columns.length > 0 ? use.columns : columns });
  return tablesOf(pushed, names, onNamed);
}

function tablesOfBody(rest: object, names: ReadonlySet<string>, onNamed: OnNamed): TableReference[] {
  const found: TableReference[] = [];
  const pushed = new Map<Query, Query>();
  for (const node of nodes(rest, (inner) => !isQuery(inner) || inner === rest)) {
    if (isQuery(node) && node !== rest) found.push(...tablesOf(pushed.get(node) ?? node, names, onNamed));
    else if (kindOf(node) === 'select') found.push(...tablesOfSelect(node as Select, names, pushed, onNamed));
  }
  return found;
}

/** @param pushed receives the queries in FROM, with the conditions on their rows */
function tablesOfSelect(
  select: Select,
  names: ReadonlySet<string>,
  pushed: Map<Query, Query>,
  onNamed: OnNamed,
): TableReference[] {
  const found: TableReference[] = [];
  const visit = (
    relation: Relation,
    conjuncts: readonly Expression[],
    alias?: string,
    columns: readonly string[] = [],
  ): void => {
    switch (relation.kind) {
      case 'table': {
        const [name = ''] = relation.parts;
        if (relation.parts.length === 1 && names.has(name)) {
          onNamed(name, { alias: alias ?? name, columns, conjuncts });
          return;
        }
        // Conditions on renamed columns are skipped: they could be mistaken for the table's own.
        const usable = columns.length === 0 ? conjuncts : [];
        found.push({ node: relation, alias: alias ?? (relation.parts.at(-1) as string), conjuncts: usable });
        return;
      }
      case 'query':
        pushed.set(relation.query, pushInto(relation.query, { alias, columns, conjuncts }));
        return;
      case 'alias':
        visit(relation.relation, conjuncts, relation.name, relation.columns);
        return;
      case 'sample':
        visit(relation.relation, conjuncts, alias, columns);
        return;
      case 'join': {
        const inner = relation.type === 'inner' ? [...conjuncts, ...conjunctsOf(relation.on)] : conjuncts;
        visit(relation.left, inner);
        visit(relation.right, inner);
      }
    }
  };
  if (select.from !== undefined) visit(select.from, conjunctsOf(select.where));
  return found;
}
