import type { readCatalog } from '../../server/api/catalog.js';
import type { DeadLetter, Redriven } from '../../server/api/dead-letters.js';
import type { Flow } from '../../server/api/flow.js';
import type { FunctionLog } from '../../server/api/invocations.js';
import type { Listing, ObjectView } from '../../server/api/lake.js';
import type { LogLine } from '../../server/api/logs.js';
import type { Series } from '../../server/api/metrics.js';
import type { RecordPage, ShardView } from '../../server/api/records.js';
import type { SendState } from '../../server/api/send.js';
import type { QueryState, ResultPage, readNamedQueries } from '../../server/api/sql.js';
import type { ItemPage, ItemQuery, TableView } from '../../server/api/tables.js';
import type { Problem } from '../../server/problem.js';
import type { Lakehouse } from '../../server/settings.js';

export type { ConsumerView } from '../../server/api/consumers.js';
export type { DeadLetter } from '../../server/api/dead-letters.js';
export type { FailedRecord } from '../../server/api/lake.js';
export type { Live, Rate } from '../../server/api/live.js';
export type { ParquetView } from '../../server/api/parquet.js';
export type { StreamRecord } from '../../server/api/records.js';
export type { Part } from '../../server/problem.js';
export type {
  Flow,
  ItemPage,
  ItemQuery,
  Lakehouse,
  Listing,
  LogLine,
  ObjectView,
  Problem,
  QueryState,
  RecordPage,
  ResultPage,
  SendState,
  Series,
  ShardView,
  TableView,
};
export type Catalog = Awaited<ReturnType<typeof readCatalog>>;
export type NamedQuery = Awaited<ReturnType<typeof readNamedQueries>>[number];

export interface Setup {
  readonly lakehouse: Lakehouse;
  readonly ranges: readonly string[];
  readonly sendLimits: { readonly amount: number; readonly rate: number };
}

/** An error of the server, shown in place of a view. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

const UNREACHABLE: Problem = {
  title: "The console's server does not answer",
  detail: 'Start it again with npm run console; this page goes on by itself.',
  code: 'Unreachable',
};

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`api${path}`, {
    method,
    ...(method !== 'GET' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
  }).catch(() => {
    throw new ProblemError(UNREACHABLE);
  });
  if (response.status === 204) return undefined as T;
  const answer = await response.json().catch(() => UNREACHABLE);
  if (!response.ok) throw new ProblemError(answer as Problem);
  return answer as T;
}

const query = (parameters: Readonly<Record<string, string | undefined>>) => {
  const set = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
};

/** The console's server: one function a view. */
export const api = {
  setup: () => request<Setup>('GET', '/setup'),
  flow: () => request<Flow>('GET', '/flow'),
  graphs: (range: string) => request<Series[]>('GET', `/graphs${query({ range })}`),
  lake: (prefix: string, next?: string) => request<Listing>('GET', `/lake${query({ prefix, next })}`),
  object: (key: string) => request<ObjectView>('GET', `/lake/object${query({ key })}`),
  catalog: () => request<Catalog>('GET', '/catalog'),
  logs: (since: number) => request<LogLine[]>('GET', `/logs${query({ since: String(since) })}`),
  history: () => request<QueryState[]>('GET', '/queries'),
  namedQueries: () => request<NamedQuery[]>('GET', '/queries/named'),
  startQuery: (sql: string) => request<{ id: string }>('POST', '/queries', { sql }),
  query: (id: string) => request<QueryState>('GET', `/queries/${id}`),
  stopQuery: (id: string) => request<void>('DELETE', `/queries/${id}`),
  rows: (id: string, next?: string) => request<ResultPage>('GET', `/queries/${id}/rows${query({ next })}`),
  /** URL of a whole result as a Parquet file. */
  parquetOf: (id: string) => `api/queries/${id}/parquet`,
  shards: () => request<ShardView[]>('GET', '/records/shards'),
  shardOf: (key: string) => request<{ id?: string }>('GET', `/records/shard-of${query({ key })}`),
  records: (shard: string, look: { from?: string; iterator?: string }) =>
    request<RecordPage>('GET', `/records${query({ shard, ...look })}`),
  functionLog: (name: string) => request<FunctionLog>('GET', `/consumers/${name}/log`),
  deadLetters: (name: string) => request<DeadLetter[]>('GET', `/consumers/${name}/dead-letters`),
  letterTexts: (name: string, id: string) => request<string[]>('GET', `/consumers/${name}/dead-letters/${id}`),
  redrive: (name: string, id: string) => request<Redriven>('POST', `/consumers/${name}/dead-letters/${id}`),
  discard: (name: string, id: string) => request<void>('DELETE', `/consumers/${name}/dead-letters/${id}`),
  tables: () => request<TableView[]>('GET', '/tables'),
  items: (table: string, look: ItemQuery) => request<ItemPage>('GET', `/tables/${table}/items${query({ ...look })}`),
  statement: (statement: string, next?: string) => request<ItemPage>('POST', '/tables/statement', { statement, next }),
  sendState: () => request<SendState>('GET', '/send'),
  send: (amount: number, rate: number | undefined) => request<SendState>('POST', '/send', { amount, rate }),
  stopSend: () => request<void>('DELETE', '/send'),
};
