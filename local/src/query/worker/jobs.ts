import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { quoteLiteral } from '../../core/hive-types';
import type { Answer, Ask, EngineQuery, JobKind } from '../engine/protocol';
import { registerScripts } from '../functions/registry';
import { writeCsv } from './csv';
import { writeCsvInGroups } from './csv-groups';
import { Database } from './database';
import { readFooters } from './footers';
import { inspectTexts, stageText } from './text/inspect';
import { templatesOf } from './text/template';

/** Does a worker's jobs, one at a time. A database is opened ahead, so that a query doesn't wait for it. */
export class JobRunner {
  private next: Promise<Database>;
  private constants: Promise<Database> | undefined;
  private running: Database | undefined;

  constructor(private readonly spillDir: string) {
    this.next = this.openAhead();
  }

  /** @throws whatever the engine does, in its own words. */
  async run<K extends JobKind>(kind: K, ask: Ask<K>): Promise<Answer<K>> {
    return (await this.dispatch({ kind, ask } as Dispatched)) as Answer<K>;
  }

  interrupt(): void {
    this.running?.connection.interrupt();
  }

  private dispatch(job: Dispatched): Promise<Answer<JobKind>> {
    switch (job.kind) {
      case 'constants':
        return this.constantsOf(job.ask.sql);
      case 'inspect':
        return inspectTexts(job.ask);
      case 'templates':
        return templatesOf(job.ask);
      case 'stage':
        return stageText(job.ask);
      case 'footers':
        return Promise.resolve(readFooters(job.ask));
      case 'texts':
        return this.withDatabase(job.ask, undefined, async ({ connection }, sql) =>
          (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String)),
        );
      case 'rows':
        return this.withDatabase(job.ask, job.ask.folder, async ({ connection }, sql) =>
          (await connection.runAndReadAll(sql)).getRowObjectsJson(),
        );
      case 'csv':
        return this.withDatabase(job.ask, undefined, async ({ connection }, sql) =>
          (job.ask.groups?.length ?? 1) > 1
            ? writeCsvInGroups(job.ask, this.spillDir, (text) => connection.stream(text))
            : writeCsv(job.ask, await connection.stream(sql)),
        );
      case 'copy': {
        const { folder, name, options } = job.ask;
        return this.withDatabase(job.ask, folder, async ({ connection }, sql) => {
          const target = quoteLiteral(join(folder, name));
          const result = await connection.runAndReadAll(`COPY (${sql}) TO ${target} (${options})`);
          return Number(result.getRows()[0]?.[0] ?? 0);
        });
      }
    }
  }

  private async withDatabase<T>(
    { sql, sources }: EngineQuery,
    folder: string | undefined,
    work: (database: Database, sql: string) => Promise<T>,
  ): Promise<T> {
    const database = await this.next.catch(() => Database.open(this.spillDir));
    this.running = database;
    try {
      registerScripts(database.connection, sql);
      await database.bind(sources, folder);
      await database.fill(sources.tables);
      return await work(database, sql);
    } finally {
      this.running = undefined;
      this.next = this.renew(database);
    }
  }

  /** Reads no file, so one database does for all. */
  private async constantsOf(sql: string): Promise<unknown[][]> {
    this.constants ??= this.openSealed();
    const database = await this.constants;
    this.running = database;
    try {
      registerScripts(database.connection, sql);
      return (await database.connection.runAndReadAll(sql)).getRowsJson();
    } finally {
      this.running = undefined;
    }
  }

  private async openSealed(): Promise<Database> {
    const database = await Database.open(this.spillDir);
    await database.bind({ files: [] });
    return database;
  }

  private openAhead(): Promise<Database> {
    const opening = Database.open(this.spillDir);
    // A failure is met, and tried again, by the job that needs the database.
    opening.catch(() => {});
    return opening;
  }

  /** A database in place of one that was used: the job's answer doesn't wait for its memory to be given back. */
  private renew(used: Database): Promise<Database> {
    const renewed = nextTurn().then(() => {
      used.close();
      return this.openAhead();
    });
    renewed.catch(() => {});
    return renewed;
  }
}

type Dispatched = { [K in JobKind]: { readonly kind: K; readonly ask: Ask<K> } }[JobKind];
