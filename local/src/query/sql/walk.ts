import type { Expression, Query, Relation, Select } from './ast';

/** Any part of a statement that is told apart by `kind`, and queries, which have none. */
export type Node = Expression | Relation | Select | Query;

/**
 * Every object in a part of a statement, itself first, in the order in which they are written.
 * @param enter false to leave a part's inside out.
 */
export function* nodes(value: unknown, enter: (node: object) => boolean = () => true): Generator<object> {
  // Not recursive: a condition of thousands of terms is a tree as deep.
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    const isList = Array.isArray(next);
    if (!isList) yield next;
    if (isList || enter(next))
      for (const item of (isList ? [...next] : Object.values(next)).reverse()) waiting.push(item);
  }
}

export const isQuery = (node: object): node is Query => 'body' in node && 'with' in node;

const kindOf = (node: object): unknown => (node as { kind?: unknown }).kind;

/** The columns that an expression names, those inside its subqueries too. */
export function columnsIn(value: unknown): (Expression & { kind: 'column' })[] {
  return [...nodes(value)].filter((node): node is Expression & { kind: 'column' } => kindOf(node) === 'column');
}

/** Conditions that all must hold for a condition to hold. */
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

/** A table in a FROM, under the name that its columns go by, and the conditions on the rows that come from there. */
export interface TableReference {
  readonly node: Relation & { kind: 'table' };
  readonly alias: string;
  readonly conjuncts: readonly Expression[];
}

/** Tables that a query reads, those of its subqueries too; names of its WITH are none. */
export function tablesOf(query: Query, known: ReadonlySet<string> = new Set()): TableReference[] {
  const found: TableReference[] = [];
  const names = new Set(known);
  for (const item of query.with) {
    const { body } = item.query;
    // The name means the query itself only in what a UNION repeats; elsewhere in it, whatever has that name outside.
    if (query.recursive && body.kind === 'set' && /^union/i.test(body.operator)) {
      const first = tablesOf({ ...item.query, body: body.left }, names);
      const repeated = tablesOf({ ...item.query, body: body.right }, new Set([...names, item.name]));
      found.push(...first, ...repeated.filter(({ node }) => !first.some((other) => other.node === node)));
    } else found.push(...tablesOf(item.query, names));
    names.add(item.name);
  }
  const { with: _with, ...rest } = query;
  for (const node of nodes(rest, (inner) => !isQuery(inner) || inner === (rest as object))) {
    if (isQuery(node) && node !== (rest as object)) found.push(...tablesOf(node, names));
    else if (kindOf(node) === 'select') found.push(...tablesOfSelect(node as Select, names));
  }
  return found;
}

function tablesOfSelect(select: Select, names: ReadonlySet<string>): TableReference[] {
  const found: TableReference[] = [];
  const visit = (relation: Relation, conjuncts: readonly Expression[], alias?: string): void => {
    switch (relation.kind) {
      case 'table': {
        const [name = ''] = relation.parts;
        if (relation.parts.length === 1 && names.has(name)) return;
        found.push({ node: relation, alias: alias ?? (relation.parts.at(-1) as string), conjuncts });
        return;
      }
      case 'alias':
        // Renamed columns can't be told from the table's own.
        visit(relation.relation, relation.columns.length === 0 ? conjuncts : [], relation.name);
        return;
      case 'sample':
        visit(relation.relation, conjuncts, alias);
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
