import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { Run } from '../run';
import { type ResultColumn, runQuery } from '../run';
import type { Statement } from '../sql/parse-statement';
import type { Session } from '../tables/bind';

/** What a statement is run with. */
export interface StatementContext {
  readonly session: Session;
  readonly run: Run;
  /** File that takes the result. */
  readonly path: string;
  /** The execution's id. */
  readonly id: string;
  readonly workGroup: string;
  /** Where the results of this execution go, with a slash at its end. */
  readonly resultFolder: string;
  /** The statement that a name was given by PREPARE. */
  readonly statementNamed: (name: string) => string | undefined;
}

export interface StatementOutcome {
  readonly columns: readonly ColumnInfo[];
  readonly rows: number;
  /** Whether the result's first line holds the columns' names. */
  readonly header: boolean;
  readonly planningMs: number;
  readonly updateCount?: number;
}

export async function executeStatement(statement: Statement, context: StatementContext): Promise<StatementOutcome> {
  if (statement.kind !== 'query') throw new Error('not yet');
  const { columns, rows, planningMs } = await runQuery(statement.query, context.session, context.run, context.path);
  return { columns: columns.map(columnInfo), rows, header: true, planningMs };
}

export function columnInfo({ name, type }: ResultColumn): ColumnInfo {
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type.name,
    Precision: type.precision,
    Scale: type.scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: type.name === 'varchar',
  };
}
