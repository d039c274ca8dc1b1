import { rmSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { QueryExecution, QueryExecutionState } from '@aws-sdk/client-athena';
import type { Cloud } from '../../core/cloud';
import { AwsError } from '../../core/errors';
import type { Caller } from '../../core/operation';
import { splitS3Uri } from '../../core/s3-uri';
import { Serial } from '../../core/serial';
import { executeApart } from '../../query/apart/host';
import { EngineSession, QueryEngine } from '../../query/engine/engine';
import { QueryCancelled, QueryError } from '../../query/errors';
import type { Expression } from '../../query/sql/ast';
import type { Statement } from '../../query/sql/statement';
import { LongText, type StatementOutcome, type StatementOutline, TextBudget } from '../../query/statement-protocol';
import type { PreparedStatements, StatementContext, WriteLog } from '../../query/statements/context';
import { executeStatement } from '../../query/statements/execute';
import { Footers } from '../../query/tables/footers';
import { TextFacts } from '../../query/tables/text-facts';
import { GlueState } from '../glue/state';
import { putObject } from '../s3/operations/put-object';
import { athenaErrorOf } from './error-catalog';
import { publish } from './metrics';
import { AthenaState, type StoredExecution } from './state';
import { QueryStatistics } from './statistics';
import { undoWrite } from './writes';

/** Pause before the end of a query is stored again after a failure. */
const STORE_AGAIN_MS = 1_000;
/** Most queries that run at once; others are QUEUED. */
const MAX_RUNNING = 4;
/** The quotas of Athena's "Service Quotas": DML query timeout, DDL query timeout. */
const DML_TIMEOUT_MS = 30 * 60_000;
const DDL_TIMEOUT_MS = 600 * 60_000;
/** Timeout of parsing, many times what the longest statement of Athena takes. */
const PARSE_TIMEOUT_MS = 60_000;
/** Longest time for which a StopQueryExecution waits until the query has stopped. */
const STOP_WAIT_MS = 2_000;
const CANCELLED_BY_USER = 'Query cancelled by user';

/** An accepted query. */
export interface Job {
  readonly id: string;
  readonly caller: Caller;
  readonly text: string;
  /** Literals in SQL's notation. */
  readonly parameters: readonly string[];
  /** The parsed statement and parameters; undefined for a text that is too long to parse in the endpoint. */
  readonly parsed: { readonly statement: Statement; readonly parameters: readonly Expression[] } | undefined;
  /** @default no limit */
  readonly bytesCutoff?: number;
  /** Prepared statements of the query's workgroup. */
  readonly prepared: PreparedStatements;
}

interface Active {
  readonly job: Job;
  readonly statistics: QueryStatistics;
  stored: StoredExecution;
  readonly engine: EngineSession;
  cancelled: boolean;
  /** End of the query that couldn't be stored yet; until it is, the query counts as running. */
  end?: StoredExecution;
  /** Whether the delay was logged. */
  isLate?: boolean;
  /** Resolves at the query's end; undefined while it waits. */
  run?: Promise<void>;
}

/** Runs queries in the background, a few at a time, and keeps their state. */
export class QueryRunner {
  /** Closed before the engine: queries use it. */
  static readonly uses = [QueryEngine];

  private readonly active = new Map<string, Active>();
  private readonly queue: Active[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly reading = new Serial();
  private readonly footers = new Footers();
  private readonly texts = new TextFacts();
  private readonly engine: QueryEngine;
  private closed = false;

  constructor(private readonly cloud: Cloud) {
    this.engine = cloud.state(QueryEngine);
  }

  /** @param stored the execution in the store, QUEUED */
  submit(job: Job, stored: StoredExecution): void {
    const engine = new EngineSession(this.engine);
    this.queue.push({ job, stored, engine, cancelled: false, statistics: new QueryStatistics() });
    this.active.set(job.id, this.queue.at(-1) as Active);
    this.advance();
  }

  /**
   * Outlines a text that is too long to parse in the endpoint, one at a time.
   * @throws SqlSyntaxError; QueryError for exceeded time or memory
   */
  outline(text: string, parameters: readonly string[]): Promise<StatementOutline> {
    return this.reading.run('', async () => {
      const engine = new EngineSession(this.engine);
      const timeout = setTimeout(() => engine.stop(tooLarge()), PARSE_TIMEOUT_MS).unref();
      try {
        return await engine.run('parse', { text, parameters });
      } finally {
        clearTimeout(timeout);
        engine.release();
      }
    });
  }

  /** The current state of a running execution; undefined for any other. */
  find(caller: Caller, id: string): StoredExecution | undefined {
    const found = this.active.get(id);
    if (found === undefined || !sameOwner(found.job.caller, caller)) return undefined;
    return { ...found.stored, execution: { ...found.stored.execution, Statistics: found.statistics.now() } };
  }

  /**
   * Stops a query, unless it has ended; one that commits ends as it would. Resolves once it has stopped, after two
   * seconds at the latest.
   */
  async cancel(caller: Caller, id: string): Promise<void> {
    const found = this.active.get(id);
    if (found === undefined || found.end !== undefined || !sameOwner(found.job.caller, caller)) return;
    stop(found);
    const waiting = this.queue.indexOf(found);
    if (waiting === -1) {
      await Promise.race([found.run, delay(STOP_WAIT_MS, undefined, { ref: false })]);
      return;
    }
    this.queue.splice(waiting, 1);
    await this.finish(found, 'CANCELLED', undefined, { StateChangeReason: CANCELLED_BY_USER });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const active of this.active.values()) {
      stop(active);
    }
    await Promise.all(this.running);
  }

  private advance(): void {
    while (!this.closed && this.running.size < MAX_RUNNING && this.queue.length > 0) {
      const active = this.queue.shift() as Active;
      const run: Promise<void> = this.run(active).finally(() => {
        this.running.delete(run);
        this.advance();
      });
      active.run = run;
      this.running.add(run);
    }
  }

  private async run(active: Active): Promise<void> {
    active.stored = withState(active.stored, 'RUNNING');
    active.statistics.started();
    const path = join(this.engine.tempDir, active.job.id);
    const timeout = setTimeout(() => active.engine.stop(timedOut()), timeoutOf(active.stored)).unref();
    try {
      const outcome = await this.execute(active, path);
      active.statistics.executed(outcome.planningMs);
      await this.deliver(active, outcome, path);
      await this.finish(active, 'SUCCEEDED', outcome);
    } catch (error) {
      await this.fail(active, error);
    } finally {
      clearTimeout(timeout);
      active.engine.release();
      rmSync(path, { force: true });
    }
  }

  private async execute(active: Active, path: string): Promise<StatementOutcome> {
    const { text, parameters, parsed } = active.job;
    const context = this.contextOf(active, path);
    try {
      if (parsed !== undefined) return await executeStatement(parsed.statement, context);
    } catch (error) {
      if (!(error instanceof LongText)) throw error;
    }
    try {
      return await executeApart(text, parameters, context, this.cloud);
    } catch (error) {
      const committed = this.cloud.state(AthenaState).writes.get(active.job.caller, active.job.id)?.committed;
      if (committed === undefined) throw error;
      // The worker died after the commit: the statement succeeded, and its result is empty.
      await writeFile(path, '');
      return { columns: [], rows: 0, header: false, planningMs: 0, updateCount: committed.rows };
    }
  }

  private contextOf(active: Active, path: string): StatementContext {
    const { job, stored, engine } = active;
    return {
      session: {
        cloud: this.cloud,
        caller: job.caller,
        engine,
        footers: this.footers,
        texts: this.texts,
        database: stored.execution.QueryExecutionContext?.Database?.toLowerCase(),
        catalog: stored.execution.QueryExecutionContext?.Catalog?.toLowerCase(),
        catalogs: this.cloud.state(AthenaState).reachedCatalogs(job.caller),
        parameters: job.parsed?.parameters ?? [],
        budget: new TextBudget(),
        now: this.cloud.clock.now(),
      },
      run: {
        bytesCutoff: job.bytesCutoff,
        cancelled: () => active.cancelled,
        onScanned: (bytes) => active.statistics.scanned(bytes),
      },
      path,
      id: job.id,
      workGroup: stored.execution.WorkGroup as string,
      resultFolder: folderOf(stored.execution.ResultConfiguration?.OutputLocation as string),
      prepared: job.prepared,
      writes: this.writeLogOf(job),
    };
  }

  private writeLogOf({ caller, id }: Job): WriteLog {
    const state = this.cloud.state(AthenaState);
    const commit = (rows: number | undefined) => () => state.writes.put(caller, [id], { committed: { rows } });
    return {
      begin: async (undo) => {
        await state.writes.put(caller, [id], { undo });
      },
      commit: (rows, change) => this.cloud.state(GlueState).marked(commit(rows), change),
    };
  }

  /** Stores the result and the metadata of its columns at the location of the caller or the workgroup. */
  private async deliver(active: Active, outcome: StatementOutcome, path: string): Promise<void> {
    const { execution } = active.stored;
    const location = execution.ResultConfiguration?.OutputLocation as string;
    const { Bucket, Key } = splitS3Uri(location);
    const option = execution.ResultConfiguration?.EncryptionConfiguration;
    const encryption =
      option === undefined
        ? {}
        : option.EncryptionOption === 'SSE_S3'
          ? { ServerSideEncryption: 'AES256' as const }
          : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: option.KmsKey };
    const metadata = Buffer.from(JSON.stringify({ ColumnInfo: outcome.columns }));
    const { caller } = active.job;
    const put = (key: string, Body: Buffer | { path: string; size: number }) =>
      this.cloud.call(
        putObject,
        { Bucket, Key: key, Body, ContentType: 'application/octet-stream', ...encryption },
        caller,
      );
    try {
      const { size } = await stat(path);
      await Promise.all([put(Key, { path, size }), put(`${Key}.metadata`, metadata)]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new QueryError(
        error.code === 'NoSuchBucket' ? 'INVALID_OUTPUT_LOCATION' : 'PERMISSION_DENIED',
        `Unable to write the result to ${folderOf(location)}: ${error.message}`,
      );
    }
  }

  private async fail(active: Active, error: unknown): Promise<void> {
    if (error instanceof QueryCancelled || (active.cancelled && !(error instanceof QueryError))) {
      const reason = active.cancelled && !this.closed ? CANCELLED_BY_USER : (error as Error).message;
      await this.finish(active, 'CANCELLED', undefined, { StateChangeReason: reason });
      return;
    }
    const message = messageOf(error);
    const ours = !(error instanceof QueryError) && !(error instanceof AwsError);
    if (ours) this.cloud.options.log(`Athena query ${active.job.id} failed: ${(error as Error).stack}`);
    const AthenaError = athenaErrorOf(error, message);
    await this.finish(active, 'FAILED', undefined, { StateChangeReason: message, AthenaError });
  }

  private async finish(
    active: Active,
    state: QueryExecutionState,
    outcome?: StatementOutcome,
    details: QueryExecution['Status'] = {},
  ): Promise<void> {
    const { caller, id } = active.job;
    active.statistics.ended();
    const { execution } = active.stored;
    const store = this.cloud.state(AthenaState);
    const undo = state === 'SUCCEEDED' ? undefined : store.writes.get(caller, id)?.undo;
    const isUndone = await undoWrite(this.cloud, caller, id, undo);
    const DataManifestLocation = outcome?.manifestLocation ?? undo?.manifestLocation;
    const end: StoredExecution = {
      execution: {
        ...execution,
        Statistics: { ...active.statistics.now(), DataManifestLocation },
        Status: {
          ...execution.Status,
          ...details,
          State: state,
          CompletionDateTime: new Date(this.cloud.clock.now()),
        },
      },
      columns: outcome?.columns ?? [],
      rows: outcome?.rows ?? 0,
      updateCount: outcome?.updateCount,
      header: outcome?.header ?? false,
    };
    active.end = end;
    await this.storeEnd(active, end, isUndone);
  }

  /** Stores a query's end, with retries: a state that a caller has seen must not change. */
  private async storeEnd(active: Active, end: StoredExecution, isUndone: boolean): Promise<void> {
    const { caller, id } = active.job;
    const store = this.cloud.state(AthenaState);
    try {
      await store.transaction(() => {
        // A workgroup deleted meanwhile took its history with it.
        if (store.executions.get(caller, id) !== undefined) store.putExecution(caller, end);
        if (isUndone) store.writes.remove(caller, id);
      });
    } catch (error) {
      if (!active.isLate) this.cloud.options.log(`Athena query ${id}: its end can't be stored yet: ${error}`);
      active.isLate = true;
      setTimeout(() => {
        if (!this.closed) void this.storeEnd(active, end, isUndone);
      }, STORE_AGAIN_MS).unref();
      return;
    }
    this.active.delete(id);
    const workGroup = store.findWorkGroup(caller, end.execution.WorkGroup as string);
    if (workGroup?.Configuration?.PublishCloudWatchMetricsEnabled === true) publish(this.cloud, caller, end.execution);
  }
}

function stop(active: Active): void {
  active.cancelled = true;
  active.engine.stop(new QueryCancelled('Query was cancelled'));
}

const tooLarge = () => new QueryError('SYNTAX_ERROR', 'statement is too large');
const timedOut = () => new QueryError('EXCEEDED_TIME_LIMIT', 'Query timeout');
const timeoutOf = ({ execution }: StoredExecution) =>
  execution.StatementType === 'DDL' ? DDL_TIMEOUT_MS : DML_TIMEOUT_MS;

function withState(stored: StoredExecution, State: QueryExecutionState): StoredExecution {
  return { ...stored, execution: { ...stored.execution, Status: { ...stored.execution.Status, State } } };
}

const sameOwner = (a: Caller, b: Caller) => a.accountId === b.accountId && a.region === b.region;
const folderOf = (location: string) => location.slice(0, location.lastIndexOf('/') + 1);

function messageOf(error: unknown): string {
  if (error instanceof QueryError) return error.message;
  if (error instanceof AwsError) return `${error.message} (Error Code: ${error.code})`;
  return 'GENERIC_INTERNAL_ERROR: The query failed inside the local endpoint; its log says where.';
}
