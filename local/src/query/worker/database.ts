import { type DuckDBConnection, DuckDBInstance, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { literalPath } from '../engine/paths';
import type { Sources } from '../engine/protocol';
import { registerScripts } from '../functions/registry';
import { registerFunctions } from './functions';

/** Enough for a query over millions of rows: what doesn't fit is spilled. */
const MEMORY_LIMIT = '256MB';
const THREADS = '2';
/** For many leaves at a time, by one thread: a struct of 10,000 members takes 500 MB. */
const WIDE_MEMORY_LIMIT = '640MB';
/** More than this on disk is a query that would fill it. */
const MAX_SPILL = '8GB';
/** Beyond this many, files are allowed by their folders: the engine takes 0.1 ms for each path that it is to allow. */
const MAX_ALLOWED_PATHS = 64;

/**
 * An engine for one query. It has no tables of its own, loads no extension, reaches no network, and can open the
 * query's files alone once they are bound.
 */
export class Database {
  /** Functions stay as long as the database. */
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
      // The operating system keeps what is read of local files.
      enable_external_file_cache: 'false',
    });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await registerFunctions(connection);
    return new Database(instance, connection);
  }

  /** Lets these files be read and this folder be written, and nothing else from then on. */
  async bind({ files, variables = {}, wide = false }: Sources, folder?: string): Promise<void> {
    const { connection } = this;
    if (wide) await connection.run(`SET memory_limit = '${WIDE_MEMORY_LIMIT}'; SET threads = 1`);
    await this.setVariables(variables);
    const exact = files.length <= MAX_ALLOWED_PATHS;
    const folders = exact ? [] : [...new Set(files.map(folderOf))];
    if (folder !== undefined) folders.push(`${folder}/`);
    if (exact && files.length > 0) {
      // A name that looks like a pattern is checked as it is written, and again as it is found.
      const written = files.map(literalPath).filter((path, index) => path !== files[index]);
      await connection.run(`SET allowed_paths = ${listOf([...files, ...written])}`);
    }
    if (folders.length > 0) await connection.run(`SET allowed_directories = ${listOf(folders)}`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  }

  /** Makes the tables that a query names. @param empty whether their columns do. */
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

  /** Another connection, with variables and temporary tables of its own. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Adds the functions in TypeScript that a statement calls. */
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

const folderOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
const listOf = (texts: readonly string[]) => `[${texts.map(quoteLiteral).join(', ')}]`;
