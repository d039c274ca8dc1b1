import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type GetQueryExecutionCommandOutput,
  GetQueryResultsCommand,
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
  const { client, sql, workgroup, database } = options;
  const started = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      ...(database !== undefined && { QueryExecutionContext: { Database: database } }),
    }),
  );
  const id = started.QueryExecutionId;
  if (id === undefined) throw new ToolError('Athena gave the query no id.');
  const { QueryExecution: done } = await finished(id, options);
  const statistics = done?.Statistics;
  return {
    ...(await readRows(client, id, done?.StatementType === 'DML')),
    scannedBytes: statistics?.DataScannedInBytes ?? 0,
    milliseconds: statistics?.TotalExecutionTimeInMillis ?? 0,
  };
}

/** A failed call's message, with what to do. */
export function queryErrorText(error: unknown, workgroup: string, env: NodeJS.ProcessEnv): string {
  const text = awsErrorText(error, env);
  return /WorkGroup .*(is )?not found|workgroup .* does(n't| not) exist/i.test(text)
    ? `there is no workgroup "${workgroup}" (any more): was the stack destroyed, or the endpoint's data? Apply the stack, or name another with --workgroup.`
    : text;
}

async function finished(id: string, options: QueryOptions): Promise<GetQueryExecutionCommandOutput> {
  const { client } = options;
  const { timeoutMs = 300_000 } = options;
  const deadline = Date.now() + timeoutMs;
  for (let wait = 50; ; wait = Math.min(wait * 1.5, 1000)) {
    const execution = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const status = execution.QueryExecution?.Status;
    if (status?.State === 'SUCCEEDED') return execution;
    if (status?.State === 'FAILED' || status?.State === 'CANCELLED') {
      throw new ToolError(
        `the query ${status.State === 'FAILED' ? 'failed' : 'was cancelled'}: ${status.StateChangeReason ?? 'Athena gives no reason'}`,
      );
    }
    const interrupted = options.signal?.aborted === true;
    if (interrupted || Date.now() > deadline) {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      throw interrupted
        ? new ToolError('interrupted; the query is stopped.', ExitCode.interrupted)
        : new ToolError(`the query was stopped: it took longer than ${timeoutMs / 1000} s.`);
    }
    await sleep(wait);
  }
}

async function readRows(client: AthenaClient, id: string, hasHeader: boolean) {
  let columns: string[] = [];
  const rows: (string | null)[][] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new GetQueryResultsCommand({ QueryExecutionId: id, ...(token !== undefined && { NextToken: token }) }),
    );
    columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name }) => Name ?? '');
    const read = (page.ResultSet?.Rows ?? []).map((row) =>
      (row.Data ?? []).map(({ VarCharValue }) => VarCharValue ?? null),
    );
    // The first page of a SELECT starts with a row of column names.
    rows.push(...(hasHeader && token === undefined ? read.slice(1) : read));
    token = page.NextToken;
  } while (token !== undefined);
  return { columns, rows };
}
