import { linkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literalPath } from '../engine/paths';
import { isFileList, type Sources } from '../engine/protocol';
import type { Database } from './database';

/** Links for one query; more files than this are cheaper to allow by their folders. */
const MAX_LINKS = 64;
/** Registered functions stay with a database, which is replaced before they are many. */
const MAX_QUERIES = 1_000;

/**
 * A database for one query after the other, since a new one costs 10 ms and has its memory still to be given by the
 * system. It can open one folder alone, in which a query finds links to its own files for as long as it runs; each
 * query has a connection of its own.
 */
export class SharedDatabase {
  private queries = 0;

  private constructor(
    private readonly database: Database,
    private readonly folder: string,
  ) {}

  /** @param folder empty, on the file system that the queries' files are on. */
  static async seal(database: Database, folder: string): Promise<SharedDatabase> {
    await database.bind({ files: [] }, folder);
    return new SharedDatabase(database, folder);
  }

  /** Whether a query finds all that it reads there: few files, which its SQL names by lists. */
  static serves({ files, variables = {}, tables = [], wide = false }: Sources): boolean {
    if (wide || tables.length > 0 || files.length > MAX_LINKS) return false;
    const listed = new Set(fileLists(variables).flatMap(([, paths]) => paths));
    return files.every((path) => listed.has(literalPath(path)));
  }

  get isWorn(): boolean {
    return this.queries >= MAX_QUERIES;
  }

  /** @throws what `work` does, an error's text with the files' own paths in place of the links'. */
  async run<T>(
    sql: string,
    { files, variables = {} }: Sources,
    work: (connection: DuckDBConnection) => Promise<T>,
    started: (connection: DuckDBConnection) => void,
  ): Promise<T> {
    this.queries++;
    // Two tables of one location name the same files.
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
