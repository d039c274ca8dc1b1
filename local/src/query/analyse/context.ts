import type { Expression, Relation } from '../sql/ast';
import type { TrinoType } from '../types/type';
import type { OutputColumn } from './tree';

/** A column of a table or a view. */
export interface TableColumn {
  readonly name: string;
  readonly type: TrinoType;
  /** Whether `*` leaves it out, as with `$path`. */
  readonly hidden: boolean;
}

/** A table that a query reads. */
export interface BoundTable {
  /** Its names: catalog, database and table. */
  readonly names: readonly string[];
  readonly columns: readonly TableColumn[];
  /** The DuckDB query that yields its rows, without parentheses. */
  readonly sql: string;
}

/** Input of a statement's analysis. */
export interface AnalysisContext {
  /** Milliseconds since the epoch that now() returns, fixed for the statement. */
  readonly now: number;
  /** Values of the parameters `?`. */
  readonly parameters: readonly Expression[];
  /** The table of a relation; undefined for the name of a query in WITH. */
  tableOf(node: Relation): BoundTable | undefined;
}

/** A query of WITH, for the queries after it. */
export interface NamedQuery {
  readonly relation: string;
  readonly outputs: readonly OutputColumn[];
}

/** Generator of names that are unique within a statement. */
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
