import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { Caller } from '../core/operation';
import type { Statement } from './sql/statement';
import type { Undo } from './statements/context';
import type { TableFile } from './tables/files';

/**
 * Most characters of a statement, with its parameters, that the endpoint parses itself: for 4,096, parsing and analysis
 * block it for 10 ms each at most; for the longest that Athena takes, up to seconds. Longer texts are parsed in a
 * worker.
 */
export const LONG_TEXT = 4_096;

/** A text too long for the endpoint came up while a statement ran in it: the statement starts again in a worker. */
export class LongText extends Error {}

/**
 * Budget of further texts that a statement in the endpoint may parse: of views, each time that they are used, and of
 * prepared statements.
 */
export class TextBudget {
  private left = LONG_TEXT;

  /** Takes a text from the budget. @throws LongText */
  spend(text: string): void {
    this.left -= text.length;
    if (this.left < 0) throw new LongText('The statement is carried out in a worker.');
  }
}

/** Facts about a statement that the service needs before it runs. */
export interface StatementOutline {
  readonly kind: Statement['kind'];
  /** Whether a CTAS states its table's location. */
  readonly isPlaced: boolean;
}

export function outlineOf(statement: Statement): StatementOutline {
  const isPlaced = statement.kind === 'create-table-as' && statement.properties.external_location !== undefined;
  return { kind: statement.kind, isPlaced };
}

/** A statement with all of its input, except for calls by {@link HostCall}. */
export interface StatementAsk {
  readonly text: string;
  readonly parameters: readonly string[];
  readonly caller: Caller;
  readonly database: string | undefined;
  readonly catalog: string | undefined;
  readonly catalogs: ReadonlySet<string> | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly bytesCutoff: number | undefined;
  readonly path: string;
  readonly id: string;
  readonly workGroup: string;
  readonly resultFolder: string;
  /** Folder of this statement alone. */
  readonly folder: string;
}

/** A call from a statement in a worker to the endpoint, on behalf of its caller. */
export type HostCall =
  /** An operation of a service, with the SDK's input and output; bodies are bytes. */
  | { readonly of: 'operation'; readonly service: string; readonly name: string; readonly input: object }
  | { readonly of: 'file'; readonly bucket: string; readonly key: string }
  | { readonly of: 'files'; readonly bucket: string; readonly prefix: string; readonly after?: string }
  | { readonly of: 'footers' | 'texts'; readonly files: readonly TableFile[] }
  | { readonly of: 'scanned'; readonly bytes: number }
  | { readonly of: 'prepared'; readonly name: string }
  | { readonly of: 'prepare'; readonly name: string; readonly text: string }
  | { readonly of: 'deallocate'; readonly name: string }
  | { readonly of: 'begin'; readonly undo: Undo }
  /** Begins the commit: answered once the following calls, up to `committed`, commit the statement. */
  | { readonly of: 'commit'; readonly rows: number | undefined }
  | { readonly of: 'committed' };

/** Result of a statement, in the result's file. */
export interface StatementOutcome {
  readonly columns: readonly ColumnInfo[];
  readonly rows: number;
  /** Whether the result's first line holds the columns' names. */
  readonly header: boolean;
  readonly planningMs: number;
  /** Number of rows written elsewhere. */
  readonly updateCount?: number;
  /** URI of the manifest, which lists the written objects. */
  readonly manifestLocation?: string;
}
