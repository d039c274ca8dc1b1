import { linkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literalPath } from '../engine/paths';
import { isFileList, type Sources } from '../engine/protocol';
import type { Database } from './database';

/** Most links for one query; for more files, allowing their folders is cheaper. */
const MAX_LINKS = 64;
/** Queries after which a database is replaced, since registered functions accumulate in it. */
const MAX_QUERIES = 1_000;

/**
 * A database that is used for one query after the other: a new one costs 10 ms and fresh memory. It may open one folder
 * alone, which holds links to the running query's files; each query has its own connection.
 */
export class SharedDatabase {
  private queries = 0;

  private constructor(
    private readonly database: Database,
    private readonly folder: string,
  ) {}

  /** @param folder an empty folder on the file system of the queries' files */
  static async seal(database: Database, folder: string): Promise<SharedDatabase> {
    await database.bind({ files: [] }, folder);
    return new SharedDatabase(database, folder);
  }

  /** Whether a query can use it: few files, which its SQL refers to by lists. */
  static serves({ files, folders = [], variables = {}, tables = [], wide = false }: Sources): boolean {
    if (wide || tables.length + folders.length > 0 || files.length > MAX_LINKS) return false;
    const listed = new Set(fileLists(variables).flatMap(([, paths]) => paths));
    return files.every((path) => listed.has(literalPath(path)));
  }

  get isWorn(): boolean {
    return this.queries >= MAX_QUERIES;
  }

  /** Runs a query. @throws the errors of `work`, with the files' own paths in place of the links' */
  async run<T>(
    sql: string,
    { files, variables = {} }: Sources,
    work: (connection: DuckDBConnection) => Promise<T>,
    started: (connection: DuckDBConnection) => void,
  ): Promise<T> {
    this.queries++;
    // Tables with the same location share their files: one link each.
    const distinct = [...new Set(files)];
    const linkOf = (index: number) => join(this.folder, `${index}.file`);
    const links = new Map(distinct.map((path, index) => [literalPath(path), linkOf(index)]));
    const made: string[] = [];
    const connection = await this.database.connect();
    started(connection);
    try {
      for (const [index, path] of distinct.entries()) {
        linkSync(path, linkOf(index));
        made.push(linkOf(index));
      }
      this.database.register(sql);
      const lists = fileLists(variables).map(([name, paths]) => [name, paths.map((path) => links.get(path) ?? path)]);
      await this.database.setVariables({ ...variables, ...Object.fromEntries(lists) }, connection);
      return await work(connection);
    } catch (error) {
      const failure = error as Error;
      failure.message = withPaths(failure.message, distinct, this.folder);
      throw failure;
    } finally {
      connection.closeSync();
      for (const link of made) unlinkSync(link);
    }
  }

  close(): void {
    this.database.close();
  }
}

const fileLists = (variables: Required<Sources>['variables']): [string, string[]][] =>
  Object.entries(variables).flatMap(([name, paths]) => (isFileList(name) ? [[name, paths as string[]]] : []));

function withPaths(text: string, files: readonly string[], folder: string): string {
  return text.split(`${folder}/`).reduce((before, rest) => {
    const [link = '', index] = /^(\d+)\.file/.exec(rest) ?? [];
    return before + (files[Number(index)] ?? `${folder}/${link}`) + rest.slice(link.length);
  });
}
