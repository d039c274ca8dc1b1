/** Where a table's files are; every path is an `s3://` URI. */
export interface Storage {
  /** @throws AwsError, or IcebergError for a file that isn't there. */
  read(uri: string): Promise<Buffer>;
  write(uri: string, body: Buffer | { readonly path: string; readonly size: number }): Promise<void>;
  remove(uris: readonly string[]): Promise<void>;
  /** Where a file is on this machine, for engines that read files themselves. */
  local(uri: string): Promise<{ readonly path: string; readonly size: number; readonly lastModified: Date }>;
  list(prefix: string): Promise<{ readonly uri: string; readonly size: number; readonly lastModified: Date }[]>;
}

/** A table as its catalog knows it now. */
export interface CatalogEntry {
  /** The current metadata.json. */
  readonly metadataLocation: string;
  /** The catalog's version of the entry, which a commit names. */
  readonly version: string;
}

/** What knows which metadata.json is a table's current one. */
export interface Catalog {
  load(): Promise<CatalogEntry>;
  /**
   * Makes another metadata.json the current one.
   * @returns false where the entry isn't the current one any more: then nothing has changed.
   */
  swap(
    entry: CatalogEntry,
    metadataLocation: string,
    metadata: import('../format/metadata').TableMetadata,
  ): Promise<boolean>;
}

/** A query in the engine's SQL and the files on this machine that it reads. */
export interface EngineRelation {
  readonly sql: string;
  readonly files: readonly string[];
  /** What else the query needs, which its engine knows: it goes along wherever the query goes. @default nothing */
  readonly beside?: object;
}

export type EngineRow = Readonly<Record<string, unknown>>;

/** What runs SQL: a DuckDB, wherever it is. */
export interface SqlEngine {
  /**
   * Runs a statement; nothing of it stays in the engine.
   * @param folder that it may write to.
   * @returns its rows; 64-bit integers are texts.
   */
  rows(statement: EngineRelation, folder?: string): Promise<readonly EngineRow[]>;
}
