import type { Caller } from '../../core/operation';
import type { Statement } from '../sql/statement';
import type { Undo } from '../statements/context';
import type { TableFile } from '../tables/files';

/**
 * Characters of a statement, its parameters included, that the endpoint reads by itself: for 4,096 parsing and analysing hold
 * it up for 10 ms each at most, for Athena's most for some tenths of a second up to seconds. What is longer is read in a
 * worker.
 */
export const LONG_TEXT = 4_096;

/** A text that is too long to be read in the endpoint came up while a statement ran there: it begins again in a worker. */
export class LongText extends Error {}

/** What a statement that runs in the endpoint may read of further texts: of views, again each time they are used, and prepared statements. */
export class TextBudget {
  private left = LONG_TEXT;

  /** @throws LongText */
  spend(text: string): void {
    this.left -= text.length;
    if (this.left < 0) throw new LongText('The statement is carried out in a worker.');
  }
}

/** What the service must know of a statement before it runs. */
export interface StatementOutline {
  readonly kind: Statement['kind'];
  /** Whether a CTAS says where its table is to be. */
  readonly isPlaced: boolean;
}

export function outlineOf(statement: Statement): StatementOutline {
  const isPlaced = statement.kind === 'create-table-as' && statement.properties.external_location !== undefined;
  return { kind: statement.kind, isPlaced };
}

/** A statement with all that it is run with, but what it asks by {@link HostCall}. */
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
  /** The statement's own folder. */
  readonly folder: string;
}

/** What a statement in a worker asks of the endpoint, in the name of its caller. */
export type HostCall =
  /** An operation of a service; its input and answer are the SDK's, a body as bytes. */
  | { readonly of: 'operation'; readonly service: string; readonly name: string; readonly input: object }
  | { readonly of: 'file'; readonly bucket: string; readonly key: string }
  | { readonly of: 'files'; readonly bucket: string; readonly prefix: string; readonly after?: string }
  | { readonly of: 'footers' | 'texts'; readonly files: readonly TableFile[] }
  | { readonly of: 'scanned'; readonly bytes: number }
  | { readonly of: 'prepared'; readonly name: string }
  | { readonly of: 'prepare'; readonly name: string; readonly text: string }
  | { readonly of: 'deallocate'; readonly name: string }
  | { readonly of: 'begin'; readonly undo: Undo }
  /** Answered once the calls that follow are the ones that commit the statement, up to `committed`. */
  | { readonly of: 'commit'; readonly rows: number | undefined }
  | { readonly of: 'committed' };
