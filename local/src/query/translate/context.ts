import type { HiveType } from '../../core/hive-types';
import type { Expression, Relation } from '../sql/ast';

/** A table that a query reads: the DuckDB query that yields its rows, and what is hidden from `*`. */
export interface BoundTable {
  /** A SELECT, without parentheses. */
  readonly sql: string;
  /** Hidden columns that the query asks for, such as `$path`. */
  readonly hidden: readonly string[];
}

/** What the translation of one statement depends on. */
export interface Context {
  /** Milliseconds since the epoch: the time that now() gives, the same all through the statement. */
  readonly now: number;
  /** Values of the `?`s. */
  readonly parameters: readonly Expression[];
  /** The table that a node of the query means; undefined for a query of its WITH. */
  tableOf(node: Relation): BoundTable | undefined;
  /** Whether the query reads a table of this name in parts, `database.table` or `catalog.database.table`. */
  isTable(parts: readonly string[]): boolean;
  /** The types of the columns of this name in the tables and views that are read. */
  columnTypes(name: string): readonly HiveType[];
  /** Types of names, once they are worked out: each is looked for once, however often it is used. */
  readonly known: Map<string, string | undefined>;
  /** What else the query gives this name to: an alias's expression; undefined where that can't be told. */
  namesakes(name: string): readonly (Expression | undefined)[];
}
