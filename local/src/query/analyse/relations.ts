import { QueryError, tableNotFound, typeMismatch } from '../errors';
import type { Expression, Relation } from '../sql/ast';
import { commonType } from '../types/coercion';
import { BIGINT, BOOLEAN, type TrinoType, typeName } from '../types/type';
import { coerce } from './coerce';
import type { Analysis, BoundTable } from './context';
import type { Named, QueryAnalyser } from './queries';
import { type Field, Scope } from './scope';
import { type OutputColumn, someNode, type Typed, type TypedQuery, type TypedRelation } from './tree';

/** A relation, with the columns that it brings into scope. */
export interface AnalysedRelation {
  readonly relation: TypedRelation;
  readonly fields: readonly Field[];
}

const START = { line: 1, column: 1 };

/** Analyses the relations of FROM: tables, queries, joins, UNNEST. */
export class RelationAnalyser {
  constructor(
    private readonly analysis: Analysis,
    private readonly named: Named,
    private readonly queries: QueryAnalyser,
    private readonly outer: Scope | undefined,
  ) {}

  /** Analyses a relation. @param left columns of the relations before it, which LATERAL and UNNEST may name */
  analyse(relation: Relation, left: readonly Field[] = []): AnalysedRelation {
    switch (relation.kind) {
      case 'table':
        return this.table(relation);
      case 'query': {
        const around = relation.lateral ? new Scope(left, this.outer) : this.outer;
        return this.query(this.queries.query(relation.query, around, this.named), relation.lateral);
      }
      case 'unnest':
        return this.unnest(relation, left);
      case 'alias':
        return this.alias(relation, left);
      case 'sample': {
        const inner = this.analyse(relation.relation, left);
        const percent = this.queries.expressions(new Scope([]), this.named).analyse(relation.percent);
        return { ...inner, relation: { kind: 'sample', relation: inner.relation, percent } };
      }
      case 'join':
        return this.join(relation, left);
    }
  }

  private table(node: Relation & { kind: 'table' }): AnalysedRelation {
    const bound = this.analysis.context.tableOf(node);
    if (bound !== undefined) return this.scan(bound);
    const name = node.parts.at(-1) as string;
    const known = this.named.get(name);
    if (known === undefined || node.parts.length > 1) throw tableNotFound(node.parts.join('.'), node.at);
    const relation = this.analysis.relation();
    return {
      relation: { kind: 'named', source: known.relation, relation },
      fields: fieldsOf(known.outputs, relation, [name]),
    };
  }

  private scan(bound: BoundTable): AnalysedRelation {
    const relation = this.analysis.relation();
    const fields = bound.columns.map(({ name, type, hidden }, index) => ({
      name,
      qualifier: bound.names,
      hidden,
      value: column(relation, index, type, name),
    }));
    return {
      relation: { kind: 'scan', table: bound, relation, columns: bound.columns.map(({ name }) => name) },
      fields,
    };
  }

  private query(query: TypedQuery, lateral: boolean): AnalysedRelation {
    const relation = this.analysis.relation();
    return { relation: { kind: 'query', query, relation, lateral }, fields: fieldsOf(query.outputs, relation, []) };
  }

  /** UNNEST: an array's items, a map's entries, and for an array of rows one column per field. */
  private unnest({ arrays, ordinality }: Relation & { kind: 'unnest' }, left: readonly Field[]): AnalysedRelation {
    const relation = this.analysis.relation();
    const analyser = this.queries.expressions(new Scope(left, this.outer), this.named, 'UNNEST');
    const items = arrays.map((array) => analyser.analyse(array));
    const outputs = items.flatMap(({ type }, index) => unnested(type, (arrays[index] as Expression).at));
    if (ordinality) outputs.push({ type: BIGINT });
    return { relation: { kind: 'unnest', items, relation, ordinality }, fields: fieldsOf(outputs, relation, []) };
  }

  private alias(
    { relation, name, columns, at }: Relation & { kind: 'alias' },
    left: readonly Field[],
  ): AnalysedRelation {
    const inner = this.analyse(relation, left);
    const shown = inner.fields.filter(({ hidden }) => hidden !== true);
    if (columns.length > 0 && columns.length !== shown.length) {
      throw new QueryError(
        'MISMATCHED_COLUMN_ALIASES',
        `Column alias list has ${columns.length} entries but '${name}' has ${shown.length} columns available`,
        at ?? START,
      );
    }
    const fields = inner.fields.map((field) => {
      const index = shown.indexOf(field);
      return { ...field, name: columns.length === 0 || index === -1 ? field.name : columns[index], qualifier: [name] };
    });
    return { relation: inner.relation, fields };
  }

  private join(node: Relation & { kind: 'join' }, before: readonly Field[]): AnalysedRelation {
    const a = this.analyse(node.left, before);
    const b = this.analyse(node.right, [...before, ...a.fields]);
    const fields = [...a.fields, ...b.fields];
    if (node.using !== undefined) return this.using(node, a, b, node.using);
    const on =
      node.on &&
      this.queries
        .expressions(new Scope(fields, this.outer), this.named, 'JOIN clause')
        .condition(node.on, 'JOIN ON clause');
    if (on !== undefined) checkOn(node, on, fields);
    return { relation: { kind: 'join', type: node.type, left: a.relation, right: b.relation, on }, fields };
  }

  /** JOIN … USING: its columns come once, before all others. */
  private using(
    node: Relation & { kind: 'join' },
    a: AnalysedRelation,
    b: AnalysedRelation,
    names: readonly string[],
  ): AnalysedRelation {
    const [left, right] = [new Scope(a.fields), new Scope(b.fields)];
    const at = node.at ?? START;
    const shared: Field[] = [];
    const conditions: Typed[] = [];
    const taken = new Set<Field>();
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new QueryError('DUPLICATE_COLUMN_NAME', `Column '${twice}' appears multiple times in USING clause`, at);
    for (const name of names) {
      const [from, to] = [only(left, name, 'left', at), only(right, name, 'right', at)];
      const type = commonType(from.value.type, to.value.type);
      if (type === undefined) {
        throw typeMismatch(
          `Column types of left and right side of JOIN USING are incompatible for column '${name}': ${typeName(from.value.type)} vs ${typeName(to.value.type)}`.replace(
            / for column.*/,
            '',
          ),
          at,
        );
      }
      const [x, y] = [coerce(from.value, type), coerce(to.value, type)];
      conditions.push({ kind: 'compare', type: BOOLEAN, operator: '=', left: x, right: y });
      const value: Typed =
        node.type === 'full' ? { kind: 'coalesce', type, items: [x, y] } : node.type === 'right' ? y : x;
      shared.push({ name, qualifier: [], value });
      taken.add(from).add(to);
    }
    const on: Typed =
      conditions.length === 1
        ? (conditions[0] as Typed)
        : { kind: 'logic', type: BOOLEAN, operator: 'and', operands: conditions };
    const fields = [...shared, ...[...a.fields, ...b.fields].filter((field) => !taken.has(field))];
    return { relation: { kind: 'join', type: node.type, left: a.relation, right: b.relation, on }, fields };
  }
}

/** Checks the condition of a join. @throws QueryError for conditions that Trino's joins don't support */
function checkOn({ type, right, on: written }: Relation & { kind: 'join' }, on: Typed, fields: readonly Field[]): void {
  const at = written?.at ?? START;
  const joined = right.kind === 'alias' ? right.relation : right;
  if (joined.kind === 'unnest' && !(on.kind === 'literal' && on.value === true))
    throw new QueryError(
      'NOT_SUPPORTED',
      `${type.toUpperCase()} JOIN involving UNNEST is only supported with condition ON TRUE`,
      at,
    );
  if (type === 'inner') return;
  const own = new Set(fields.flatMap(({ value }) => (value.kind === 'column' ? [value.relation] : [])));
  someNode(on, (node) => {
    if (!('query' in node)) return false;
    someNode(node.query, (inner) => {
      if (inner.kind !== 'column' || !own.has(inner.relation)) return false;
      throw new QueryError(
        'INVALID_COLUMN_REFERENCE',
        `Reference to column '${inner.name}' from outer scope not allowed in this context`,
        inner.at,
      );
    });
    return false;
  });
}

function only(scope: Scope, name: string, side: string, at: Expression['at']): Field {
  const found = scope.matching([name]);
  if (found.length > 1) throw new QueryError('AMBIGUOUS_NAME', `Column '${name}' is ambiguous`, at);
  if (found[0] === undefined)
    throw new QueryError('COLUMN_NOT_FOUND', `Column '${name}' is missing from ${side} side of join`, at);
  return found[0];
}

function unnested(type: TrinoType, at: Expression['at']): OutputColumn[] {
  if (type.kind === 'array')
    return type.of.kind === 'row'
      ? type.of.fields.map((field) => ({ name: field.name, type: field.type }))
      : [{ type: type.of }];
  if (type.kind === 'map') return [{ type: type.key }, { type: type.value }];
  throw new QueryError('INVALID_FUNCTION_ARGUMENT', `Cannot unnest type: ${typeName(type)}`, at);
}

export function column(relation: string, index: number, type: TrinoType, name: string | undefined): Typed {
  return { kind: 'column', type, relation, column: `c${index}`, name: name ?? '', at: START };
}

function fieldsOf(outputs: readonly OutputColumn[], relation: string, qualifier: readonly string[]): Field[] {
  return outputs.map(({ name, type }, index) => ({ name, qualifier, value: column(relation, index, type, name) }));
}
