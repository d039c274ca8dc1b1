import type { Expression, Relation } from '../sql/ast';
import type { TrinoType } from '../types/type';
import type { OutputColumn } from './tree';

/** A column of a table or a view. */
export interface TableColumn {
  readonly name: string;
  readonly type: TrinoType;
  /** Left out of `*`, as `$path` is. */
  readonly hidden: boolean;
}

/** A table that a query reads. */
export interface BoundTable {
  /** Names that it goes by: catalog, database and table. */
  readonly names: readonly string[];
  readonly columns: readonly TableColumn[];
  /** The DuckDB query that yields its rows, without parentheses. */
  readonly sql: string;
}

/** What the analysis of one statement depends on. */
export interface AnalysisContext {
  /** Milliseconds since the epoch: the time that now() gives, the same all through the statement. */
  readonly now: number;
  /** Values of the `?`s. */
  readonly parameters: readonly Expression[];
  /** The table that a node of the query means; undefined for a query of its WITH. */
  tableOf(node: Relation): BoundTable | undefined;
}

/** A query of WITH, as the queries after it see it. */
export interface NamedQuery {
  readonly relation: string;
  readonly outputs: readonly OutputColumn[];
}

/** An analysis under way: names that no two parts of a statement may share. */
export class Analysis {
  private relations = 0;
  private lambdas = 0;

  constructor(readonly context: AnalysisContext) {}

  relation(): string {
    return `t${this.relations++}`;
  }

  lambda(): number {
    return this.lambdas++;
  }
}
