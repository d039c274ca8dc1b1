import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteLiteral } from '../../core/hive-types';
import type { AskHost } from '../apart/statement';
import type { Engine } from '../engine/engine';
import type { Answer, Ask, EngineQuery, JobKind, WorkerSettings } from '../engine/protocol';
import { writeCsv } from './csv';
import { writeCsvInGroups } from './csv-groups';
import { Database } from './database';
import { readFooters } from './footers';
import { SharedDatabase } from './shared-database';
import { inspectTexts, stageText } from './text/inspect';
import { templatesOf } from './text/template';

/** Idle time after which a shared database is closed, to free its memory. */
const IDLE_MS = 1_000;
/** Lazy import: it is most of the endpoint, and few workers need it. */
const statements = () => require('../apart/statement') as typeof import('../apart/statement');

/** Runs a worker's jobs, one at a time. A database is opened ahead, so that no query waits for it. */
export class JobRunner {
  private readonly spillDir: string;
  private readonly linksDir: string;
  private next: Promise<Database>;
  private shared: Promise<SharedDatabase> | undefined;
  private idle: NodeJS.Timeout | undefined;
  private running: DuckDBConnection | undefined;

  constructor({ spillDir, linksDir }: Pick<WorkerSettings, 'spillDir' | 'linksDir'>) {
    this.spillDir = spillDir;
    this.linksDir = linksDir;
    this.next = this.openAhead();
  }

  /**
   * Runs a job.
   * @param host sends calls to the endpoint
   * @throws the engine's errors, in its own words
   */
  async run<K extends JobKind>(kind: K, ask: Ask<K>, host: AskHost): Promise<Answer<K>> {
    return (await this.dispatch({ kind, ask } as Dispatched, host)) as Answer<K>;
  }

  interrupt(): void {
    this.running?.interrupt();
  }

  private async dispatch(job: Dispatched, host: AskHost): Promise<Answer<JobKind>> {
    switch (job.kind) {
      case 'constants':
        return this.withShared({ sql: job.ask.sql, sources: { files: [] } }, async (connection) =>
          (await connection.runAndReadAll(job.ask.sql)).getRowsJson(),
        );
      case 'inspect':
        return inspectTexts(job.ask);
      case 'templates':
        return templatesOf(job.ask);
      case 'stage':
        return stageText(job.ask);
      case 'footers':
        return readFooters(job.ask);
      case 'parse':
        return statements().readOutline(job.ask.text, job.ask.parameters);
      case 'statement': {
        const run: Engine['run'] = (kind, ask) => this.run(kind, ask, host);
        return statements().runStatement(job.ask, run, host);
      }
      case 'texts':
        return this.withDatabase(job.ask, undefined, async ({ connection }, sql) =>
          (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String)),
        );
      case 'rows':
        return this.withDatabase(job.ask, job.ask.folder, async ({ connection }, sql) =>
          (await connection.runAndReadAll(sql)).getRowObjectsJson(),
        );
      case 'csv': {
        const write = async (connection: DuckDBConnection) =>
          (job.ask.groups?.length ?? 1) > 1
            ? writeCsvInGroups(job.ask, this.spillDir, (text) => connection.stream(text))
            : writeCsv(job.ask, await connection.stream(job.ask.sql));
        return SharedDatabase.serves(job.ask.sources)
          ? this.withShared(job.ask, write)
          : this.withDatabase(job.ask, undefined, ({ connection }) => write(connection));
      }
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
    const database = await this.opened();
    this.running = database.connection;
    try {
      database.register(sql);
      await database.bind(sources, folder);
      await database.fill(sources.tables);
      return await work(database, sql);
    } finally {
      this.running = undefined;
      this.next = this.renew(database);
    }
  }

  private async withShared<T>(
    { sql, sources }: EngineQuery,
    work: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    clearTimeout(this.idle);
    this.shared ??= this.share();
    let isFit = false;
    try {
      const shared = await this.shared;
      const answer = await shared.run(sql, sources, work, (connection) => {
        this.running = connection;
      });
      isFit = !shared.isWorn;
      return answer;
    } finally {
      this.running = undefined;
      // A failed query may leave the engine in any state: its database isn't used again.
      if (isFit) this.idle = setTimeout(() => this.dropShared(), IDLE_MS).unref();
      else this.dropShared();
    }
  }

  private async share(): Promise<SharedDatabase> {
    const database = await this.opened();
    this.next = nextTurn().then(() => this.openAhead());
    this.next.catch(() => {});
    return SharedDatabase.seal(database, this.linksDir);
  }

  private dropShared(): void {
    const { shared } = this;
    this.shared = undefined;
    // Closing later keeps the job's answer from waiting for memory to be freed; a database that failed to open needs
    // none.
    shared
      ?.then(async (database) => {
        await nextTurn();
        database.close();
      })
      .catch(() => {});
  }

  private opened(): Promise<Database> {
    return this.next.catch(() => Database.open(this.spillDir));
  }

  private openAhead(): Promise<Database> {
    const opening = Database.open(this.spillDir);
    // Ignored: the job that needs the database opens it again, and handles the error.
    opening.catch(() => {});
    return opening;
  }

  /** Replaces a used database, later, so that the job's answer doesn't wait for its memory to be freed. */
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
