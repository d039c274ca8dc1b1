import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Cloud, State } from './cloud';
import { quoteLiteral } from './hive-types';

/** Memory of queries over millions of rows: the rest is spilled to {@link Duckdb.tempDir}. */
const MEMORY_LIMIT = '256MB';
const THREADS = '2';

/**
 * The endpoint's one DuckDB: delivery writes Parquet with it, queries read it. It opens only files within the data
 * directory, loads no extension and reaches no network; its settings are locked once it is open. Obtained by
 * `cloud.state(Duckdb)`; opened at first use.
 */
export class Duckdb implements State {
  /** Folder of files being written, and of spilled data; emptied at every start. */
  readonly tempDir: string;
  private instance: Promise<DuckDBInstance> | undefined;

  constructor(private readonly cloud: Cloud) {
    this.tempDir = resolve(cloud.options.dataDir, 'duckdb');
    rmSync(this.tempDir, { recursive: true, force: true });
    mkdirSync(this.tempDir, { recursive: true });
  }

  /** Opens a connection for one job; the caller closes it with `closeSync()`. */
  async connect(): Promise<DuckDBConnection> {
    // A failure, such as a full disk, isn't kept: the next job tries again.
    this.instance ??= this.open().catch((error: unknown) => {
      this.instance = undefined;
      throw error;
    });
    return (await this.instance).connect();
  }

  async close(): Promise<void> {
    (await this.instance)?.closeSync();
  }

  private async open(): Promise<DuckDBInstance> {
    // Lazy import: a fifth of a start's code, and not needed for a start.
    const duckdb = require('@duckdb/node-api') as typeof import('@duckdb/node-api');
    const instance = await duckdb.DuckDBInstance.create(':memory:', {
      memory_limit: MEMORY_LIMIT,
      threads: THREADS,
      temp_directory: this.tempDir,
    });
    const connection = await instance.connect();
    for (const statement of [
      'SET autoinstall_known_extensions = false',
      'SET autoload_known_extensions = false',
      // Trino divides integers as integers.
      'SET GLOBAL integer_division = true',
      "SET GLOBAL TimeZone = 'UTC'",
      `SET allowed_directories = [${quoteLiteral(join(resolve(this.cloud.options.dataDir), '/'))}]`,
      'SET enable_external_access = false',
      'SET lock_configuration = true',
    ]) {
      await connection.run(statement);
    }
    connection.closeSync();
    return instance;
  }
}
