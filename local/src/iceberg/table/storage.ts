/** Storage of a table's files; every path is an `s3://` URI. */
export interface Storage {
  /** @throws AwsError, or IcebergError for a missing file */
  read(uri: string): Promise<Buffer>;
  write(uri: string, body: Buffer | { readonly path: string; readonly size: number }): Promise<void>;
  remove(uris: readonly string[]): Promise<void>;
  /** The local path of a file, for engines that read files themselves. */
  local(uri: string): Promise<{ readonly path: string; readonly size: number; readonly lastModified: Date }>;
  list(prefix: string): Promise<{ readonly uri: string; readonly size: number; readonly lastModified: Date }[]>;
}

/** A table's entry in its catalog. */
export interface CatalogEntry {
  /** The current metadata.json. */
  readonly metadataLocation: string;
  /** The entry's version, which a commit states. */
  readonly version: string;
}

/** The catalog of tables' current metadata.json. */
export interface Catalog {
  load(): Promise<CatalogEntry>;
  /**
   * Replaces the current metadata.json.
   * @returns false if the entry has changed meanwhile; nothing is changed then
   */
  swap(
    entry: CatalogEntry,
    metadataLocation: string,
    metadata: import('../format/metadata').TableMetadata,
  ): Promise<boolean>;
}

/** A query in the engine's SQL, and the local files that it reads. */
export interface EngineRelation {
  readonly sql: string;
  readonly files: readonly string[];
  /** Further input of the query for its engine. @default nothing */
  readonly beside?: object;
}

export type EngineRow = Readonly<Record<string, unknown>>;

/** An engine that runs SQL: DuckDB, in this process or another. */
export interface SqlEngine {
  /**
   * Runs a statement without leaving anything in the engine.
   * @param folder that it may write to
   * @returns its rows; 64-bit integers are strings
   */
  rows(statement: EngineRelation, folder?: string): Promise<readonly EngineRow[]>;
}
