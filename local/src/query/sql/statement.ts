import type { Expression, Query, Relation } from './ast';
import type { Position } from './tokens';

/** A table's name in a statement, in parts from the left, in lower case. */
export interface TableName {
  readonly parts: readonly string[];
  readonly at: Position;
}

export interface ColumnDefinition {
  readonly name: string;
  /** Hive's type, as text. */
  readonly type: string;
  readonly comment?: string;
}

export type Properties = Readonly<Record<string, string>>;

/** Values of a partition's keys, in the written order. */
export interface PartitionSpec {
  readonly values: Properties;
  readonly location?: string;
}

export interface TableDefinition {
  readonly columns: readonly ColumnDefinition[];
  readonly partitionKeys: readonly ColumnDefinition[];
  readonly comment?: string;
  readonly serde?: string;
  readonly serdeProperties: Properties;
  /** `PARQUET`, `TEXTFILE`, `JSON`, … or the names of an input and an output format. */
  readonly storedAs?: string | { readonly input: string; readonly output: string };
  readonly location?: string;
  readonly properties: Properties;
  readonly buckets?: { readonly columns: readonly string[]; readonly count: number };
}

/** `day(ts)`, `bucket(16, id)`, `category`: a term of an Iceberg table's PARTITIONED BY. */
export interface PartitionTerm {
  readonly transform: string;
  readonly column: string;
  /** Number of buckets, or truncation width. */
  readonly argument?: number;
}

export interface Assignment {
  readonly column: string;
  readonly value: Expression;
  readonly at: Position;
}

/** A MERGE's action on source rows with or without a matching table row; the first applicable clause counts. */
export type MergeClause =
  | { readonly kind: 'update'; readonly when?: Expression; readonly assignments: readonly Assignment[] }
  | { readonly kind: 'delete'; readonly when?: Expression }
  | {
      readonly kind: 'insert';
      readonly when?: Expression;
      readonly columns: readonly string[];
      readonly values: readonly Expression[];
      readonly at: Position;
    };

/** `EXPLAIN (TYPE IO, FORMAT JSON) …`, `EXPLAIN ANALYZE …` */
export interface ExplainStatement {
  readonly kind: 'explain';
  readonly query: Query;
  readonly analyze: boolean;
  readonly type: 'LOGICAL' | 'DISTRIBUTED' | 'VALIDATE' | 'IO';
  readonly format: 'TEXT' | 'GRAPHVIZ' | 'JSON';
}

/** A statement of Athena: Trino's queries, Hive's DDL, and Athena's own. */
export type Statement =
  /** A statement that Hive's parser refuses. */
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'query'; readonly query: Query }
  | ExplainStatement
  | { readonly kind: 'prepare'; readonly name: string; readonly text: string }
  | { readonly kind: 'execute'; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: 'deallocate'; readonly name: string }
  | { readonly kind: 'show-databases'; readonly pattern?: string }
  | { readonly kind: 'show-tables' | 'show-views'; readonly database?: string; readonly pattern?: string }
  | { readonly kind: 'show-partitions'; readonly table: TableName }
  | { readonly kind: 'show-columns'; readonly table: TableName }
  | { readonly kind: 'show-create-table' | 'show-create-view'; readonly table: TableName }
  | { readonly kind: 'show-properties'; readonly table: TableName; readonly property?: string }
  | { readonly kind: 'describe'; readonly table: TableName; readonly formatted: boolean }
  | {
      readonly kind: 'create-database';
      readonly name: string;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly properties: Properties;
    }
  | { readonly kind: 'set-database-properties'; readonly name: string; readonly properties: Properties }
  | { readonly kind: 'drop-database'; readonly name: string; readonly ifExists: boolean; readonly cascade: boolean }
  | {
      readonly kind: 'create-table';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly definition: TableDefinition;
    }
  | {
      readonly kind: 'create-table-as';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly properties: Readonly<Record<string, Expression>>;
      readonly query: Query;
      readonly withData: boolean;
    }
  | {
      readonly kind: 'create-view';
      readonly view: TableName;
      readonly replace: boolean;
      readonly query: Query;
      readonly text: string;
    }
  | { readonly kind: 'drop-table' | 'drop-view'; readonly table: TableName; readonly ifExists: boolean }
  | {
      readonly kind: 'add-partitions';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly partitions: readonly PartitionSpec[];
    }
  | {
      readonly kind: 'drop-partitions';
      readonly table: TableName;
      readonly ifExists: boolean;
      readonly partitions: readonly PartitionSpec[];
    }
  | {
      readonly kind: 'rename-partition';
      readonly table: TableName;
      readonly from: PartitionSpec;
      readonly to: PartitionSpec;
    }
  | {
      readonly kind: 'add-columns' | 'replace-columns';
      readonly table: TableName;
      readonly columns: readonly ColumnDefinition[];
    }
  | { readonly kind: 'set-properties'; readonly table: TableName; readonly properties: Properties }
  | {
      readonly kind: 'set-location';
      readonly table: TableName;
      readonly location: string;
      readonly partition?: PartitionSpec;
    }
  | { readonly kind: 'repair'; readonly table: TableName }
  | {
      readonly kind: 'insert';
      readonly table: TableName;
      readonly columns: readonly string[];
      readonly query: Query;
      readonly at: Position;
    }
  | {
      readonly kind: 'create-iceberg-table';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly definition: TableDefinition;
      readonly partitions: readonly PartitionTerm[];
    }
  | { readonly kind: 'delete'; readonly table: TableName; readonly alias?: string; readonly where?: Expression }
  | {
      readonly kind: 'update';
      readonly table: TableName;
      readonly alias?: string;
      readonly assignments: readonly Assignment[];
      readonly where?: Expression;
    }
  | {
      readonly kind: 'merge';
      readonly table: TableName;
      readonly alias?: string;
      readonly source: Relation;
      readonly on: Expression;
      readonly clauses: readonly MergeClause[];
    }
  | { readonly kind: 'optimize'; readonly table: TableName; readonly where?: Expression }
  | { readonly kind: 'vacuum'; readonly table: TableName }
  | { readonly kind: 'drop-column'; readonly table: TableName; readonly column: string }
  | {
      readonly kind: 'change-column';
      readonly table: TableName;
      readonly column: string;
      readonly definition: ColumnDefinition;
      /** Position after a column, or first. */
      readonly position?: { readonly first: true } | { readonly after: string };
    }
  | { readonly kind: 'unset-properties'; readonly table: TableName; readonly names: readonly string[] }
  | {
      readonly kind: 'unload';
      readonly query: Query;
      readonly location: string;
      readonly properties: Readonly<Record<string, Expression>>;
    };

/** Athena's classification of a statement ("QueryExecution": StatementType and SubstatementType). */
export interface StatementType {
  readonly type: 'DDL' | 'DML' | 'UTILITY';
  readonly subtype: string | undefined;
}

const TYPES: Readonly<Record<Statement['kind'], readonly [StatementType['type'], string | undefined]>> = {
  unreadable: ['DDL', undefined],
  query: ['DML', 'SELECT'],
  explain: ['DML', 'EXPLAIN'],
  prepare: ['UTILITY', 'PREPARE'],
  execute: ['DML', 'SELECT'],
  deallocate: ['UTILITY', 'DEALLOCATE'],
  'show-databases': ['UTILITY', 'SHOW_DATABASES'],
  'show-tables': ['UTILITY', 'SHOW_TABLES'],
  'show-views': ['UTILITY', 'SHOW_VIEWS'],
  'show-partitions': ['UTILITY', 'SHOW_PARTITIONS'],
  'show-columns': ['UTILITY', 'SHOW_COLUMNS'],
  'show-create-table': ['UTILITY', 'SHOW_CREATE_TABLE'],
  'show-create-view': ['UTILITY', 'SHOW_CREATE_VIEW'],
  'show-properties': ['UTILITY', 'SHOW_TABLE_PROPERTIES'],
  describe: ['UTILITY', 'DESCRIBE_TABLE'],
  'create-database': ['DDL', 'CREATE_DATABASE'],
  'set-database-properties': ['DDL', 'ALTER_DATABASE_SET_DBPROPERTIES'],
  'drop-database': ['DDL', 'DROP_DATABASE'],
  'create-table': ['DDL', 'CREATE_TABLE'],
  'create-table-as': ['DDL', 'CREATE_TABLE_AS_SELECT'],
  'create-view': ['DDL', 'CREATE_VIEW'],
  'drop-table': ['DDL', 'DROP_TABLE'],
  'drop-view': ['DDL', 'DROP_VIEW'],
  'add-partitions': ['DDL', 'ALTER_TABLE_ADD_PARTITION'],
  'drop-partitions': ['DDL', 'ALTER_TABLE_DROP_PARTITION'],
  'rename-partition': ['DDL', 'ALTER_TABLE_RENAME_PARTITION'],
  'add-columns': ['DDL', 'ALTER_TABLE_ADD_COLUMN'],
  'replace-columns': ['DDL', 'ALTER_TABLE_REPLACE_COLUMN'],
  'set-properties': ['DDL', 'ALTER_TABLE_PROPERTIES'],
  'set-location': ['DDL', 'ALTER_TABLE_SET_LOCATION'],
  repair: ['DDL', 'MSCK_REPAIR'],
  insert: ['DML', 'INSERT'],
  unload: ['DML', 'UNLOAD'],
  'create-iceberg-table': ['DDL', 'CREATE_TABLE'],
  delete: ['DML', 'DELETE'],
  update: ['DML', 'UPDATE'],
  merge: ['DML', 'MERGE'],
  // Athena runs it as one.
  optimize: ['DDL', 'CREATE_TABLE_AS_SELECT'],
  vacuum: ['DML', 'VACUUM_TABLE'],
  'drop-column': ['DDL', 'ALTER_TABLE_DROP_COLUMN'],
  'change-column': ['DDL', 'ALTER_TABLE_CHANGE_COLUMN'],
  'unset-properties': ['DDL', 'ALTER_TABLE_UNSET_TBLPROPERTIES'],
};

export function statementTypeOf({ kind }: Pick<Statement, 'kind'>): StatementType {
  const [type, subtype] = TYPES[kind];
  return { type, subtype };
}
