import type { Expression, Query, QueryBody, Relation } from '../sql/ast';
import { isQuery, nodes } from '../sql/walk';

/** What names a query gives to expressions, in all of its parts. Undefined stands for what can't be told. */
export type Names = ReadonlyMap<string, readonly (Expression | undefined)[]>;

/** Names from AS, from column lists after a relation's alias, and from those of a WITH. */
export function namesOf(query: Query): Names {
  const names = new Map<string, (Expression | undefined)[]>();
  const add = (name: string, expression: Expression | undefined) => {
    names.set(name, [...(names.get(name) ?? []), expression]);
  };
  for (const node of nodes(query)) {
    const part = node as Partial<{ alias: string; expression: Expression }> | Relation;
    if ('alias' in part && part.alias !== undefined) add(part.alias, part.expression);
    else if ('kind' in part && part.kind === 'alias') {
      part.columns.forEach((name, index) => {
        add(name, columnOf(part.relation, index));
      });
    } else if (isQuery(node)) {
      for (const item of node.with) {
        item.columns.forEach((name, index) => {
          add(name, outputOf(item.query.body, index));
        });
      }
    }
  }
  return names;
}

function columnOf(relation: Relation, index: number): Expression | undefined {
  if (relation.kind === 'query') return outputOf(relation.query.body, index);
  if (relation.kind !== 'unnest') return undefined;
  const array = relation.arrays.length === 1 && index === 0 ? relation.arrays[0] : undefined;
  // A sequence's items are of its first argument's type, an array's of its first item's.
  if (array?.kind === 'call' && array.name === 'sequence') return array.args[0];
  return array?.kind === 'array' ? array.items[0] : undefined;
}

function outputOf(body: QueryBody, index: number): Expression | undefined {
  switch (body.kind) {
    case 'select': {
      const item = body.items.slice(0, index + 1).every(({ kind }) => kind === 'expression')
        ? body.items[index]
        : undefined;
      return item?.kind === 'expression' ? item.expression : undefined;
    }
    case 'values': {
      const [row] = body.rows;
      return row?.kind === 'row' ? row.items[index] : index === 0 ? row : undefined;
    }
    case 'set':
      return outputOf(body.left, index);
    case 'nested':
      return outputOf(body.query.body, index);
  }
}
