import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { Run } from '../run';
import type { Session } from '../tables/bind';

/** What a statement is run with. */
export interface StatementContext {
  readonly session: Session;
  readonly run: Run;
  /** File that takes the result; files that are to become objects may be put beside it, their names beginning with its. */
  readonly path: string;
  /** The execution's id. */
  readonly id: string;
  readonly workGroup: string;
  /** Where the results of this execution go, with a slash at its end. */
  readonly resultFolder: string;
  readonly prepared: PreparedStatements;
}

/** The statements that were prepared in a workgroup, as the service keeps them. */
export interface PreparedStatements {
  /** The text that a name was given by PREPARE. */
  get(name: string): string | undefined;
  /** @throws AwsError of the service, as for a name that is taken. */
  create(name: string, text: string): Promise<unknown>;
  /** @throws AwsError of the service, as for a name that isn't there. */
  remove(name: string): Promise<unknown>;
}

/** What a statement left in the result's file. */
export interface StatementOutcome {
  readonly columns: readonly ColumnInfo[];
  readonly rows: number;
  /** Whether the result's first line holds the columns' names. */
  readonly header: boolean;
  readonly planningMs: number;
  /** Rows that were written elsewhere. */
  readonly updateCount?: number;
  /** Where the list of the objects is that were written. */
  readonly manifestLocation?: string;
}
