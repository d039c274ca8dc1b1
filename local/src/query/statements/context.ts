import type { Run } from '../run';
import type { Session } from '../session';

/** Input of a statement's execution. */
export interface StatementContext {
  readonly session: Session;
  readonly run: Run;
  /** File for the result; files that become objects may be placed beside it, with names that begin with its. */
  readonly path: string;
  /** Id of the execution. */
  readonly id: string;
  readonly workGroup: string;
  /** Prefix of this execution's results, with a slash at its end. */
  readonly resultFolder: string;
  readonly prepared: PreparedStatements;
  readonly writes: WriteLog;
}

/** Changes of a statement to undo if it fails. */
export interface Undo {
  /** URIs of objects. */
  readonly objects?: readonly string[];
  /** Prefix, with a slash at its end, of a new Iceberg table. */
  readonly folder?: string;
  /** The new table, if it is still at this location. */
  readonly table?: { readonly DatabaseName: string; readonly Name: string; readonly location: string };
  /** New partitions, without earlier ones. */
  readonly partitions?: { readonly DatabaseName: string; readonly TableName: string; readonly values: string[][] };
  readonly manifestLocation?: string;
}

/**
 * Log that makes a statement's changes atomic: after a kill of the endpoint, all are there or none, and its state says
 * which.
 */
export interface WriteLog {
  /** Records the changes to undo, before the first write. */
  begin(undo: Undo): Promise<void>;
  /**
   * Commits the statement by one change of the catalog: the success is stored together with that change.
   * @param rows number of rows written; undefined for statements that write none
   */
  commit<T>(rows: number | undefined, change: () => Promise<T>): Promise<T>;
}

/** The prepared statements of a workgroup. */
export interface PreparedStatements {
  /** The text of a prepared statement. */
  get(name: string): Promise<string | undefined> | string | undefined;
  /** @throws AwsError of the service, such as for an existing name */
  create(name: string, text: string): Promise<unknown>;
  /** @throws AwsError of the service, such as for a missing name */
  remove(name: string): Promise<unknown>;
}
