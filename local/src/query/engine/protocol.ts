import type { ParquetField } from '../parquet/footer';
import type { RowSettings } from '../row-settings';
import type { HostCall, StatementAsk, StatementOutcome, StatementOutline } from '../statement-protocol';
import type { Failure } from './carried-errors';

/** A column of a result: its name, and its Trino type as text. */
export interface PrintedColumn {
  readonly name: string;
  readonly type: string;
}

/** Files and values that a query's SQL may read. */
export interface Sources {
  /** Absolute paths of the only files that can be opened. */
  readonly files: readonly string[];
  /** Folders whose files can be opened too, each with its slash: in place of very many files. @default none */
  readonly folders?: readonly string[];
  /**
   * Lists that the SQL refers to by `getvariable('…')`, so that its text doesn't grow with the number of files. Lists
   * of files' paths have names of {@link fileListName}.
   */
  readonly variables?: Readonly<Record<string, readonly (string | null)[]>>;
  /** Tables with the rows of many files: a single scan would hold all of them open. */
  readonly tables?: readonly ScratchTable[];
  /** Whether it reads so many columns that the usual memory isn't enough. */
  readonly wide?: boolean;
}

const FILE_LIST = 'files_';
let fileLists = 0;

/** A new name for a list of files' paths in {@link Sources.variables}. */
export const fileListName = (): string => `${FILE_LIST}${fileLists++}`;
export const isFileList = (name: string): boolean => name.startsWith(FILE_LIST);

/** Compression of a text file. */
export type TextCodec = 'none' | 'gzip' | 'bzip2' | 'zstd';

/** A temporary table of a query's SQL, with the queries that fill it, in order. */
export interface ScratchTable {
  readonly name: string;
  readonly parts: readonly { readonly sql: string; readonly variables: Required<Sources>['variables'] }[];
}

/** A query in the engine's SQL, with its sources. */
export interface EngineQuery {
  readonly sql: string;
  readonly sources: Sources;
}

/** A worker's jobs, by kind, with their answers. */
export interface Jobs {
  /** Values of a query without files, as JSON. */
  constants: { ask: { readonly sql: string }; answer: unknown[][] };
  /** Rows as text, such as a plan's. */
  texts: { ask: EngineQuery; answer: string[][] };
  /** Rows of any statement as objects, 64-bit integers as strings; it may write to an existing folder. */
  rows: { ask: EngineQuery & { readonly folder?: string }; answer: Record<string, unknown>[] };
  /** Writes a query's rows as Athena's CSV to a file; answers with their number. */
  csv: {
    ask: EngineQuery & {
      readonly path: string;
      readonly columns: readonly PrintedColumn[];
      /** Whether rows are appended, without a header. */
      readonly append?: boolean;
      /** Numbers of columns to read at a time, by repeated runs of the query. @default all at once */
      readonly groups?: readonly number[];
    };
    answer: number;
  };
  /** Writes a query's rows to files in an existing folder; `options` are those of the engine's COPY. */
  copy: {
    ask: EngineQuery & { readonly folder: string; readonly name: string; readonly options: string };
    answer: number;
  };
  /** Facts about text files, from reading them through. */
  inspect: {
    ask: { readonly files: readonly { readonly path: string; readonly codec: TextCodec }[]; readonly maxLine: number };
    answer: ({ readonly longestLine: number; readonly utf8: boolean } | { readonly error: string })[];
  };
  /** Patterns of JSON lines that are rows without conversion. */
  templates: {
    ask: {
      readonly files: readonly { readonly path: string; readonly codec: TextCodec }[];
      readonly settings: RowSettings & { readonly serde: 'json' };
    };
    answer: string[];
  };
  /**
   * Converts a text file to plain lines of UTF-8: the items of its array `records`, if it is one document with that
   * array. Answers with the file's fault, if any.
   */
  stage: {
    ask: { readonly path: string; readonly codec: TextCodec; readonly to: string; readonly records?: string };
    answer: string | undefined;
  };
  /** Footers of Parquet files. */
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
  /** Outlines a statement that is too long to parse in the endpoint, with its parameters. */
  parse: { ask: { readonly text: string; readonly parameters: readonly string[] }; answer: StatementOutline };
  /** Executes such a statement, which calls the endpoint meanwhile. */
  statement: { ask: StatementAsk; answer: StatementOutcome };
}

export type JobKind = keyof Jobs;
export type Ask<K extends JobKind> = Jobs[K]['ask'];
export type Answer<K extends JobKind> = Jobs[K]['answer'];

/** A message to a worker. */
export type ToWorker =
  | { readonly id: number; readonly kind: JobKind; readonly ask: Ask<JobKind> }
  /** Interrupts the running job, as far as the engine reacts. */
  | { readonly interrupt: true }
  /** The endpoint's answer to a job's call. */
  | ({ readonly call: number } & Outcome<unknown>);

/** A message from a worker. */
export type FromWorker =
  | ({ readonly id: number } & Outcome<Answer<JobKind>>)
  /** A job's call to the endpoint. */
  | { readonly id: number; readonly call: number; readonly ask: HostCall };

/** Outcome of a job or a call. A failure without a kind is in the engine's words. */
export type Outcome<T> = { readonly answer: T } | { readonly failure: Failure };

/** A worker's settings, as JSON in its only argument. */
export interface WorkerSettings {
  /** Folder of the engine's spilled data. */
  readonly spillDir: string;
  /** Folder of this worker's links to the running query's files. */
  readonly linksDir: string;
  /** Most bytes of the whole process. */
  readonly memoryBound: number;
}
