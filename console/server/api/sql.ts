import {
  BatchGetNamedQueryCommand,
  BatchGetQueryExecutionCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListNamedQueriesCommand,
  ListQueryExecutionsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { Aws } from '../aws.js';
import type { Lakehouse } from '../settings.js';
import { toParquet } from './result-parquet.js';

/** USD for a terabyte scanned, and the smallest billed amount (Athena's pricing page, us-east-1). */
const USD_PER_TB = 5;
const LEAST_BILLED_BYTES = 10 * 1024 * 1024;

export interface QueryState {
  readonly id: string;
  readonly sql: string;
  readonly state: string;
  readonly reason: string | undefined;
  readonly submitted: string | undefined;
  readonly elapsedMs: number;
  /** Milliseconds by phase. */
  readonly queuedMs: number;
  readonly planningMs: number;
  readonly engineMs: number;
  /** S3 URI of the result. */
  readonly output: string | undefined;
  readonly scannedBytes: number;
  /** The query's price on AWS; DDL is free, and so is a query that failed (Athena's pricing page). */
  readonly costUsd: number;
}

export interface ResultPage {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly next: string | undefined;
}

/** Starts a query in the stack's workgroup, whose limit and result location Athena enforces. */
export async function startQuery(aws: Aws, { workgroup, database }: Lakehouse, sql: string): Promise<string> {
  const { QueryExecutionId } = await aws.athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database },
    }),
  );
  return QueryExecutionId ?? '';
}

export async function readQuery(aws: Aws, id: string): Promise<QueryState> {
  const { QueryExecution: found } = await aws.athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
  return stateOf(found ?? {});
}

export async function stopQuery(aws: Aws, id: string): Promise<void> {
  await aws.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
}

/** One page of a result, up to 1,000 rows; the header row that Athena puts on a SELECT's first page is left out. */
export async function readRows(aws: Aws, id: string, token: string | undefined): Promise<ResultPage> {
  const page = await aws.athena.send(
    new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token, MaxResults: 1000 }),
  );
  const columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type }) => ({
    name: Name ?? '',
    type: Type ?? '',
  }));
  const rows = (page.ResultSet?.Rows ?? []).map(({ Data }) =>
    (Data ?? []).map(({ VarCharValue }) => VarCharValue ?? null),
  );
  const headed =
    token === undefined && rows[0] !== undefined && columns.every(({ name }, index) => rows[0]?.[index] === name);
  return { columns, rows: headed ? rows.slice(1) : rows, next: page.NextToken };
}

/** Most rows of a displayed or downloaded result; the CSV in the bucket has all of them. */
const MAX_ROWS = 100_000;

/** Reads a whole result as a Parquet file with its types. */
export async function readParquetResult(aws: Aws, id: string): Promise<ArrayBuffer> {
  const rows: ResultPage['rows'][number][] = [];
  let page = await readRows(aws, id, undefined);
  const { columns } = page;
  rows.push(...page.rows);
  while (page.next !== undefined && rows.length < MAX_ROWS) {
    page = await readRows(aws, id, page.next);
    rows.push(...page.rows);
  }
  return toParquet(columns, rows);
}

/** Reads the workgroup's latest queries, newest first. */
export async function readHistory(aws: Aws, { workgroup }: Lakehouse): Promise<QueryState[]> {
  const { QueryExecutionIds } = await aws.athena.send(
    new ListQueryExecutionsCommand({ WorkGroup: workgroup, MaxResults: 30 }),
  );
  if (QueryExecutionIds === undefined || QueryExecutionIds.length === 0) return [];
  const { QueryExecutions } = await aws.athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds }));
  return (QueryExecutions ?? []).map(stateOf).sort((a, b) => (b.submitted ?? '').localeCompare(a.submitted ?? ''));
}

/** Reads the queries that the stack saved. */
export async function readNamedQueries(aws: Aws, { workgroup }: Lakehouse) {
  const { NamedQueryIds } = await aws.athena.send(
    new ListNamedQueriesCommand({ WorkGroup: workgroup, MaxResults: 50 }),
  );
  if (NamedQueryIds === undefined || NamedQueryIds.length === 0) return [];
  const { NamedQueries } = await aws.athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds }));
  return (NamedQueries ?? []).map(({ Name, Description, QueryString }) => ({
    name: Name ?? '',
    description: Description ?? '',
    sql: QueryString ?? '',
  }));
}

function stateOf(execution: QueryExecution): QueryState {
  const scannedBytes = execution.Statistics?.DataScannedInBytes ?? 0;
  const state = execution.Status?.State ?? 'UNKNOWN';
  // A CTAS and OPTIMIZE, which are of type DDL too, cost what they scan.
  const isUnbilled = execution.StatementType === 'DDL' || state === 'CANCELLED';
  const free = state === 'FAILED' || (isUnbilled && scannedBytes === 0);
  const billed = free ? 0 : Math.max(scannedBytes, LEAST_BILLED_BYTES);
  return {
    id: execution.QueryExecutionId ?? '',
    sql: execution.Query ?? '',
    state,
    reason: execution.Status?.AthenaError?.ErrorMessage ?? execution.Status?.StateChangeReason,
    submitted: execution.Status?.SubmissionDateTime?.toISOString(),
    elapsedMs: execution.Statistics?.TotalExecutionTimeInMillis ?? 0,
    queuedMs: execution.Statistics?.QueryQueueTimeInMillis ?? 0,
    planningMs: execution.Statistics?.QueryPlanningTimeInMillis ?? 0,
    engineMs: execution.Statistics?.EngineExecutionTimeInMillis ?? 0,
    output: execution.ResultConfiguration?.OutputLocation,
    scannedBytes,
    costUsd: (billed / 1024 ** 4) * USD_PER_TB,
  };
}
