import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { awsErrorText } from '../shared/aws-errors';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** Rows of a query, as Athena gives them: text, or null. */
export interface QueryRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Bytes that the query is billed for. */
  readonly scannedBytes: number;
  readonly milliseconds: number;
}

export interface QueryOptions {
  readonly client: AthenaClient;
  readonly sql: string;
  readonly workgroup: string;
  /** Database of unqualified names. */
  readonly database?: string;
  /** Time after which the query is stopped. @default 300,000 ms */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Runs SQL through the Athena API and reads all pages of its result. */
export async function runQuery(options: QueryOptions): Promise<QueryRows> {
  const { client } = options;
  const done = await finishedQuery(await startQuery(options), { ...options, isOurs: true });
  let columns: string[] = [];
  const rows: QueryPage['rows'][number][] = [];
  for await (const page of resultPages(client, done)) {
    columns = page.columns.map(({ Name }) => Name ?? '');
    rows.push(...page.rows);
  }
  return {
    columns,
    rows,
    scannedBytes: done.Statistics?.DataScannedInBytes ?? 0,
    milliseconds: done.Statistics?.TotalExecutionTimeInMillis ?? 0,
  };
}

/** Starts a query. @returns its id */
export async function startQuery({ client, sql, workgroup, database }: QueryOptions): Promise<string> {
  const { QueryExecutionId: id } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      ...(database !== undefined && { QueryExecutionContext: { Database: database } }),
    }),
  );
  if (id === undefined) throw new ToolError('Athena gave the query no id.');
  return id;
}

/** A failed call's message, with advice for a missing workgroup. */
export function queryErrorText(error: unknown, workgroup: string, env: NodeJS.ProcessEnv): string {
  const text = awsErrorText(error, env);
  return /WorkGroup .*(is )?not found|workgroup .* does(n't| not) exist/i.test(text)
    ? `there is no workgroup "${workgroup}" (any more): was the stack destroyed, or the endpoint's data? Apply the stack, or name another with --workgroup.`
    : text;
}

/** Settings of a wait for a query. */
export interface WaitOptions extends Pick<QueryOptions, 'client' | 'timeoutMs' | 'signal'> {
  /** Whether the query is stopped after a timeout or interruption. */
  readonly isOurs: boolean;
}

/** Waits until a query has succeeded. @throws ToolError after its failure, the timeout or an interruption */
export async function finishedQuery(id: string, options: WaitOptions): Promise<QueryExecution> {
  const { client, timeoutMs = 300_000, signal, isOurs } = options;
  const deadline = Date.now() + timeoutMs;
  for (let wait = 50; ; wait = Math.min(wait * 1.5, 1000)) {
    const { QueryExecution: execution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const status = execution?.Status;
    if (execution !== undefined && status?.State === 'SUCCEEDED') return execution;
    if (status?.State === 'FAILED' || status?.State === 'CANCELLED') {
      throw new ToolError(
        `the query ${status.State === 'FAILED' ? 'failed' : 'was cancelled'}: ${status.StateChangeReason ?? 'Athena gives no reason'}`,
      );
    }
    const interrupted = signal?.aborted === true;
    if (interrupted || Date.now() > deadline) {
      if (isOurs) await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      const fate = isOurs ? 'the query is stopped' : `query ${id} goes on`;
      throw interrupted
        ? new ToolError(`interrupted; ${fate}.`, ExitCode.interrupted)
        : new ToolError(`${fate}: it took longer than ${timeoutMs / 1000} s.`);
    }
    await sleep(wait);
  }
}

/** One page of a result, of up to 1,000 rows ("GetQueryResults"). */
export interface QueryPage {
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A result's pages, each fetched on demand. */
export async function* resultPages(
  client: AthenaClient,
  { QueryExecutionId, StatementType }: QueryExecution,
): AsyncGenerator<QueryPage> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new GetQueryResultsCommand({ QueryExecutionId, ...(token !== undefined && { NextToken: token }) }),
    );
    const rows = (page.ResultSet?.Rows ?? []).map((row) =>
      (row.Data ?? []).map(({ VarCharValue }) => VarCharValue ?? null),
    );
    // The first page of a SELECT starts with a row of column names.
    const isHeaded = StatementType === 'DML' && token === undefined;
    yield { columns: page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [], rows: isHeaded ? rows.slice(1) : rows };
    token = page.NextToken;
  } while (token !== undefined);
}
