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
  readonly writes: WriteLog;
}

/** What a statement writes before it has come to its end. */
export interface Undo {
  /** URIs of objects. */
  readonly objects?: readonly string[];
  /** Folder, with a slash at its end, of an Iceberg table that the statement makes. */
  readonly folder?: string;
  /** The table that it makes, if it is still at this location. */
  readonly table?: { readonly DatabaseName: string; readonly Name: string; readonly location: string };
  /** Partitions that it registers; none that were there before. */
  readonly partitions?: { readonly DatabaseName: string; readonly TableName: string; readonly values: string[][] };
  readonly manifestLocation?: string;
}

/** Makes a statement's changes all or nothing, whenever the endpoint is killed, and its state say which. */
export interface WriteLog {
  /** Notes, before the first write, what is removed again unless the statement succeeds. */
  begin(undo: Undo): Promise<void>;
  /**
   * Runs what commits the statement by one change of the catalog: that the statement has succeeded is stored with that change.
   * @param rows that were written; undefined for statements that write none.
   */
  commit<T>(rows: number | undefined, change: () => Promise<T>): Promise<T>;
}

/** The statements that were prepared in a workgroup, as the service keeps them. */
export interface PreparedStatements {
  /** The text that a name was given by PREPARE. */
  get(name: string): Promise<string | undefined> | string | undefined;
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
