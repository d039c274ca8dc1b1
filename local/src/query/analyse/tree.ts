import type { FunctionRow } from '../functions/row';
import type { Position } from '../sql/tokens';
import type { TrinoType } from '../types/type';
import type { Value } from '../values/value';

/** Analysed expressions: each with its type, all names resolved, all casts explicit. */
export type Typed =
  | { readonly kind: 'literal'; readonly type: TrinoType; readonly value: Value }
  /** A column of a relation, by the names of both in DuckDB's SQL. */
  | {
      readonly kind: 'column';
      readonly type: TrinoType;
      readonly relation: string;
      readonly column: string;
      readonly name: string;
      readonly at: Position;
    }
  | { readonly kind: 'lambda-parameter'; readonly type: TrinoType; readonly id: number }
  | { readonly kind: 'lambda'; readonly type: TrinoType; readonly parameters: readonly number[]; readonly body: Typed }
  | { readonly kind: 'call'; readonly type: TrinoType; readonly row: FunctionRow; readonly args: readonly Typed[] }
  | Aggregate
  | { readonly kind: 'cast'; readonly type: TrinoType; readonly operand: Typed; readonly safe: boolean }
  | {
      readonly kind: 'compare';
      readonly type: TrinoType;
      readonly operator: Comparison;
      readonly left: Typed;
      readonly right: Typed;
    }
  | {
      readonly kind: 'logic';
      readonly type: TrinoType;
      readonly operator: 'and' | 'or';
      readonly operands: readonly Typed[];
    }
  | { readonly kind: 'not' | 'try'; readonly type: TrinoType; readonly operand: Typed }
  | { readonly kind: 'is-null'; readonly type: TrinoType; readonly operand: Typed }
  | {
      readonly kind: 'between';
      readonly type: TrinoType;
      readonly operand: Typed;
      readonly low: Typed;
      readonly high: Typed;
    }
  | { readonly kind: 'in'; readonly type: TrinoType; readonly operand: Typed; readonly options: readonly Typed[] }
  | { readonly kind: 'in-query'; readonly type: TrinoType; readonly operand: Typed; readonly query: TypedQuery }
  | { readonly kind: 'exists' | 'subquery'; readonly type: TrinoType; readonly query: TypedQuery }
  | {
      readonly kind: 'quantified';
      readonly type: TrinoType;
      readonly operator: Comparison;
      readonly quantifier: 'any' | 'all';
      readonly left: Typed;
      readonly query: TypedQuery;
    }
  | {
      readonly kind: 'like';
      readonly type: TrinoType;
      readonly operand: Typed;
      readonly pattern: Typed;
      readonly escape?: Typed;
    }
  | {
      readonly kind: 'case';
      readonly type: TrinoType;
      readonly branches: readonly { readonly when: Typed; readonly result: Typed }[];
      readonly otherwise?: Typed;
    }
  | { readonly kind: 'coalesce'; readonly type: TrinoType; readonly items: readonly Typed[] }
  | { readonly kind: 'array' | 'row'; readonly type: TrinoType; readonly items: readonly Typed[] }
  | { readonly kind: 'subscript'; readonly type: TrinoType; readonly operand: Typed; readonly index: Typed }
  | { readonly kind: 'field'; readonly type: TrinoType; readonly operand: Typed; readonly index: number }
  /** GROUPING(…): a bit for each argument that the row's grouping set lacks. */
  | { readonly kind: 'grouping'; readonly type: TrinoType; readonly items: readonly Typed[] };

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'is distinct from' | 'is not distinct from';

/** An aggregate; with OVER, a window function. */
export interface Aggregate {
  readonly kind: 'aggregate';
  readonly type: TrinoType;
  readonly row: FunctionRow;
  readonly args: readonly Typed[];
  readonly distinct: boolean;
  readonly orderBy: readonly TypedSort[];
  readonly filter?: Typed;
  readonly ignoreNulls: boolean;
  readonly over?: TypedWindow;
}

export interface TypedSort {
  readonly value: Typed;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface TypedWindow {
  readonly partitionBy: readonly Typed[];
  readonly orderBy: readonly TypedSort[];
  readonly frame?: {
    readonly unit: string;
    readonly bounds: readonly { readonly text: string; readonly offset?: Typed }[];
  };
}

/** An output column of a query. */
export interface OutputColumn {
  /** @default none: an expression without an alias */
  readonly name?: string;
  readonly type: TrinoType;
}

export interface TypedQuery {
  readonly with: readonly TypedWith[];
  readonly recursive: boolean;
  /** Whether it is recursive: a UNION whose second part names the query itself. */
  readonly repeats?: boolean;
  readonly body: TypedBody;
  /** For set operations and VALUES; a SELECT has its own. */
  readonly orderBy: readonly TypedOrder[];
  readonly limit?: Typed;
  readonly offset?: Typed;
  /** Whether rows that equal the last one by ORDER BY are included (WITH TIES). */
  readonly ties: boolean;
  readonly outputs: readonly OutputColumn[];
}

export interface TypedWith {
  readonly relation: string;
  readonly query: TypedQuery;
}

/** A sort item: an output column's index, from 0, or an expression. */
export type TypedOrder = { readonly descending: boolean; readonly nullsFirst: boolean } & (
  | { readonly column: number; readonly type: TrinoType }
  | { readonly value: Typed }
);

export type TypedBody =
  | TypedSelect
  | {
      readonly kind: 'set';
      readonly operator: string;
      readonly left: TypedBody;
      readonly right: TypedBody;
      readonly outputs: readonly OutputColumn[];
    }
  | { readonly kind: 'nested'; readonly query: TypedQuery; readonly outputs: readonly OutputColumn[] }
  | {
      readonly kind: 'values';
      readonly rows: readonly (readonly Typed[])[];
      readonly outputs: readonly OutputColumn[];
    };

export interface TypedSelect {
  readonly kind: 'select';
  readonly items: readonly Typed[];
  readonly from?: TypedRelation;
  readonly where?: Typed;
  readonly aggregation?: Aggregation;
  /** Over the aggregation's columns, if there is one. */
  readonly having?: Typed;
  readonly distinct: boolean;
  readonly orderBy: readonly TypedOrder[];
  readonly outputs: readonly OutputColumn[];
}

/** GROUP BY as a relation of its own, with the keys `k0`, … and the calls `a0`, … as columns. */
export interface Aggregation {
  readonly relation: string;
  readonly keys: readonly Typed[];
  /** Indexes of each grouping set's keys. */
  readonly sets: readonly (readonly number[])[];
  readonly calls: readonly Typed[];
}

export type TypedRelation =
  | { readonly kind: 'scan'; readonly table: object; readonly relation: string; readonly columns: readonly string[] }
  | { readonly kind: 'named'; readonly source: string; readonly relation: string }
  | { readonly kind: 'query'; readonly query: TypedQuery; readonly relation: string; readonly lateral: boolean }
  | {
      readonly kind: 'unnest';
      readonly items: readonly Typed[];
      readonly relation: string;
      readonly ordinality: boolean;
    }
  | {
      readonly kind: 'join';
      readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross';
      readonly left: TypedRelation;
      readonly right: TypedRelation;
      readonly on?: Typed;
    }
  | { readonly kind: 'sample'; readonly relation: TypedRelation; readonly percent: Typed };

/** Keys of the tree's objects whose values aren't parts of the tree. */
const OPAQUE = new Set(['type', 'row', 'table', 'outputs', 'at', 'value']);

/** Copies a part of the tree with some expressions replaced; descends into those that aren't. */
export function rewrite<T>(part: T, replace: (node: Typed) => Typed | undefined): T {
  if (Array.isArray(part)) return part.map((item) => rewrite(item, replace)) as T;
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return part;
  if ('kind' in part && 'type' in part) {
    const found = replace(part as unknown as Typed);
    if (found !== undefined) return found as T;
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(part)) {
    copy[key] = OPAQUE.has(key) && !(key === 'value' && isPart(item)) ? item : rewrite(item, replace);
  }
  return copy as T;
}

const isPart = (item: unknown): boolean => typeof item === 'object' && item !== null && 'kind' in item;

/** Whether any expression in a part of the tree passes the test. */
export function someNode(part: unknown, test: (node: Typed) => boolean): boolean {
  if (Array.isArray(part)) return part.some((item) => someNode(item, test));
  if (typeof part !== 'object' || part === null) return false;
  if ('kind' in part && 'type' in part && test(part as Typed)) return true;
  return Object.entries(part).some(
    ([key, item]) => (!OPAQUE.has(key) || (key === 'value' && isPart(item))) && someNode(item, test),
  );
}

export function sameNode(a: Typed, b: Typed): boolean {
  return a === b || (a.kind === b.kind && keyOfNode(a) === keyOfNode(b));
}

/** Keys whose values are generated names, different in each occurrence. */
const GIVEN = new Set(['relation', 'source']);

/** A text that is equal for equal expressions, apart from the names of relations and parameters within them. */
export function keyOfNode(node: Typed): string {
  const own = new Map<unknown, string>();
  someObject(node, (part) => {
    if (part.kind === 'lambda') for (const id of part.parameters as number[]) own.set(id, `#${own.size}`);
    else if (part.kind !== 'column' && typeof part.relation === 'string') own.set(part.relation, `#${own.size}`);
  });
  return JSON.stringify(node, function (this: { kind?: unknown }, key, value: unknown) {
    if (key === 'at' || key === 'name') return undefined;
    if (key === 'row' && typeof value === 'object') return (value as { id?: string }).id;
    if (GIVEN.has(key) || (key === 'id' && this.kind === 'lambda-parameter')) return own.get(value) ?? value;
    if (key === 'parameters' && this.kind === 'lambda') return (value as number[]).map((id) => own.get(id));
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}

/** Visits every object of a part of the tree, outer ones first. */
function someObject(part: unknown, visit: (part: Record<string, unknown>) => void): void {
  if (Array.isArray(part)) {
    for (const item of part) someObject(item, visit);
    return;
  }
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  visit(part as Record<string, unknown>);
  for (const [key, item] of Object.entries(part))
    if (!OPAQUE.has(key) || (key === 'value' && isPart(item))) someObject(item, visit);
}
