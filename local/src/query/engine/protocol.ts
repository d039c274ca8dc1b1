import type { HostCall, StatementAsk, StatementOutline } from '../apart/protocol';
import type { ParquetField } from '../parquet/footer';
import type { StatementOutcome } from '../statements/context';
import type { RowSettings } from '../worker/text/row-reader';
import type { Failure } from './carried-errors';

/** A column of a result: its name there, and its type as Trino writes it. */
export interface PrintedColumn {
  readonly name: string;
  readonly type: string;
}

/** What a query's SQL may read and where it finds it. */
export interface Sources {
  /** Absolute paths of the only files that can be opened. */
  readonly files: readonly string[];
  /**
   * Lists that the SQL names by `getvariable('…')`, so that its text doesn't grow with the number of files. Files' paths
   * are in those that {@link fileListName} names.
   */
  readonly variables?: Readonly<Record<string, readonly (string | null)[]>>;
  /** Rows of so many files that no one scan holds them all open. */
  readonly tables?: readonly ScratchTable[];
  /** Whether so many columns are read that a usual query's memory isn't enough. */
  readonly wide?: boolean;
}

const FILE_LIST = 'files_';
let fileLists = 0;

/** A new name for a list of files' paths among {@link Sources.variables}. */
export const fileListName = (): string => `${FILE_LIST}${fileLists++}`;
export const isFileList = (name: string): boolean => name.startsWith(FILE_LIST);

/** How a file of text is compressed. */
export type TextCodec = 'none' | 'gzip' | 'bzip2' | 'zstd';

/** A table that a query's SQL names, and the queries whose rows it takes one after the other. */
export interface ScratchTable {
  readonly name: string;
  readonly parts: readonly { readonly sql: string; readonly variables: Required<Sources>['variables'] }[];
}

/** A query in the engine's SQL with what it reads. */
export interface EngineQuery {
  readonly sql: string;
  readonly sources: Sources;
}

/** What a worker is asked, by kind, and what it answers. */
export interface Jobs {
  /** Values of a query that reads no file, as JSON has them. */
  constants: { ask: { readonly sql: string }; answer: unknown[][] };
  /** Rows as text, such as those of a plan. */
  texts: { ask: EngineQuery; answer: string[][] };
  /** Rows as objects, integers of 64 bits as texts, of any statement; it may write to a folder that is there. */
  rows: { ask: EngineQuery & { readonly folder?: string }; answer: Record<string, unknown>[] };
  /** A query's rows as Athena's CSV in a file; the answer is how many there are. */
  csv: {
    ask: EngineQuery & {
      readonly path: string;
      readonly columns: readonly PrintedColumn[];
      /** Whether the rows go behind those that are there, without a header. */
      readonly append?: boolean;
      /** How many columns are read at a time, by the same query again and again. @default all at once */
      readonly groups?: readonly number[];
    };
    answer: number;
  };
  /** A query's rows in files of a folder that is there; `options` are those of the engine's COPY. */
  copy: {
    ask: EngineQuery & { readonly folder: string; readonly name: string; readonly options: string };
    answer: number;
  };
  /** What is known of files of text once they were read through. */
  inspect: {
    ask: { readonly files: readonly { readonly path: string; readonly codec: TextCodec }[]; readonly maxLine: number };
    answer: ({ readonly longestLine: number; readonly utf8: boolean } | { readonly error: string })[];
  };
  /** Expressions that match lines of JSON which are rows as they stand. */
  templates: {
    ask: {
      readonly files: readonly { readonly path: string; readonly codec: TextCodec }[];
      readonly settings: RowSettings & { readonly serde: 'json' };
    };
    answer: string[];
  };
  /**
   * A file of text as plain lines of UTF-8: the items of its array `records`, if it is one document that has it. The
   * answer is what is wrong with the file.
   */
  stage: {
    ask: { readonly path: string; readonly codec: TextCodec; readonly to: string; readonly records?: string };
    answer: string | undefined;
  };
  /** What Parquet files' footers say. */
  footers: {
    ask: { readonly paths: readonly string[] };
    answer: {
      readonly schemas: readonly (readonly ParquetField[])[];
      readonly footers: readonly (
        | { readonly rows: number; readonly sizes: readonly number[]; readonly schema: number }
        | { readonly error: string }
      )[];
    };
  };
  /** What a statement is that is too long to be read in the endpoint; its parameters' texts are read too. */
  parse: { ask: { readonly text: string; readonly parameters: readonly string[] }; answer: StatementOutline };
  /** Carries such a statement out; what it needs of the endpoint, it asks meanwhile. */
  statement: { ask: StatementAsk; answer: StatementOutcome };
}

export type JobKind = keyof Jobs;
export type Ask<K extends JobKind> = Jobs[K]['ask'];
export type Answer<K extends JobKind> = Jobs[K]['answer'];

/** From the endpoint to a worker. */
export type ToWorker =
  | { readonly id: number; readonly kind: JobKind; readonly ask: Ask<JobKind> }
  /** Ends the job that runs, as far as the engine heeds it. */
  | { readonly interrupt: true }
  /** What the endpoint answers to a job's call. */
  | ({ readonly call: number } & Outcome<unknown>);

/** From a worker to the endpoint. */
export type FromWorker =
  | ({ readonly id: number } & Outcome<Answer<JobKind>>)
  /** A job's call to the endpoint. */
  | { readonly id: number; readonly call: number; readonly ask: HostCall };

/** How a job or a call ended. A failure that is no error of ours is in the engine's words. */
export type Outcome<T> = { readonly answer: T } | { readonly failure: Failure };

/** What a worker is started with, as JSON in its only argument. */
export interface WorkerSettings {
  /** Folder that takes what doesn't fit into memory. */
  readonly spillDir: string;
  /** Folder of this worker's own, for links to the files of the query that runs. */
  readonly linksDir: string;
  /** Bytes of memory that the whole process may have. */
  readonly memoryBound: number;
}
