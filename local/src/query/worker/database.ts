import { type DuckDBConnection, DuckDBInstance, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { literalPath } from '../engine/paths';
import type { Sources } from '../engine/protocol';
import { registerScripts } from '../functions/registry';
import { registerFunctions } from './functions';

/** Memory of a query over millions of rows: the rest is spilled. */
const MEMORY_LIMIT = '256MB';
const THREADS = '2';
/** Memory for many leaves at a time, with one thread: a struct of 10,000 members takes 500 MB. */
const WIDE_MEMORY_LIMIT = '640MB';
/** Most spilled data: more would fill the disk. */
const MAX_SPILL = '8GB';

/**
 * A DuckDB database for one query. It has no tables, loads no extension, reaches no network, and once bound can open
 * the query's files alone.
 */
export class Database {
  /** Registered functions, which stay with the database. */
  private readonly functions = new Set<string>();

  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  static async open(spillDir: string): Promise<Database> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: MEMORY_LIMIT,
      threads: THREADS,
      temp_directory: spillDir,
      max_temp_directory_size: MAX_SPILL,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // No cache of local files: the operating system has one.
      enable_external_file_cache: 'false',
    });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await registerFunctions(connection);
    return new Database(instance, connection);
  }

  /** Allows these files to be read and this folder to be written, and nothing else from then on. */
  async bind(
    { files, folders = [], variables = {}, tables = [], wide = false }: Sources,
    folder?: string,
  ): Promise<void> {
    const { connection } = this;
    // Rows without an order are inserted by several threads.
    if (tables.length > 0) await connection.run('SET preserve_insertion_order = false');
    if (wide) await connection.run(`SET memory_limit = '${WIDE_MEMORY_LIMIT}'; SET threads = 1`);
    await this.setVariables(variables);
    if (files.length > 0) {
      // Paths that look like patterns are checked twice by the engine, as written and as found: both forms are allowed.
      const written = files.map(literalPath).filter((path, index) => path !== files[index]);
      await connection.run(`SET allowed_paths = ${listOf([...files, ...written])}`);
    }
    const open = folder === undefined ? folders : [...folders, `${folder}/`];
    if (open.length > 0) await connection.run(`SET allowed_directories = ${listOf(open)}`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  }

  /** Fills the temporary tables of a query. @param empty whether to create them without rows */
  async fill(tables: Sources['tables'] = [], empty = false): Promise<void> {
    for (const { name, parts } of tables) {
      for (const [index, { sql, variables }] of (empty ? parts.slice(0, 1) : parts).entries()) {
        await this.setVariables(variables);
        const table = quoteIdentifier(name);
        const rows = empty ? `SELECT * FROM (${sql}) LIMIT 0` : sql;
        await this.connection.run(
          index === 0 ? `CREATE TEMP TABLE ${table} AS ${rows}` : `INSERT INTO ${table} ${rows}`,
        );
        for (const variable of Object.keys(variables)) await this.connection.run(`RESET VARIABLE ${variable}`);
      }
    }
  }

  /** Opens another connection, with variables and temporary tables of its own. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Registers the TypeScript functions that a statement calls. */
  register(sql: string): void {
    registerScripts(this.connection, sql, this.functions);
  }

  async setVariables(variables: Required<Sources>['variables'], connection = this.connection): Promise<void> {
    for (const [name, values] of Object.entries(variables)) {
      await connection.run(`SET VARIABLE ${name} = $1`, [listValue(values)], [LIST(VARCHAR)]);
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

const listOf = (texts: readonly string[]) => `[${texts.map(quoteLiteral).join(', ')}]`;
