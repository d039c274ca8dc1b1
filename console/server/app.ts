import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { readCatalog } from './api/catalog.js';
import { readConsumers } from './api/consumers.js';
import { DeadLetters } from './api/dead-letters.js';
import { FailedRecordCounter } from './api/failed-records.js';
import { readFlow } from './api/flow.js';
import { readFunctionLog } from './api/invocations.js';
import { listLake, openObject } from './api/lake.js';
import { readLog } from './api/logs.js';
import { RANGES, readSeries } from './api/metrics.js';
import { readMovements } from './api/movements.js';
import { listShards, openShard, readRecords, shardOf } from './api/records.js';
import { SEND_LIMITS, Send } from './api/send.js';
import {
  readHistory,
  readNamedQueries,
  readParquetResult,
  readQuery,
  readRows,
  startQuery,
  stopQuery,
} from './api/sql.js';
import { TableObjectCounter } from './api/table-objects.js';
import { readItems, readTables, runStatement } from './api/tables.js';
import type { Aws } from './aws.js';
import { guard } from './guard.js';
import { Memo } from './memo.js';
import { problemOf, statusOf } from './problem.js';
import type { Lakehouse } from './settings.js';

/** Longest query that Athena takes, in bytes. */
const MAX_SQL_BYTES = 262_144;

/**
 * Milliseconds for which metrics and the table's counts are cached: AWS bills each request, and metrics are minutes
 * late anyway.
 */
const KEPT_ON_AWS_MS = 30_000;
const KEPT_ON_ENDPOINT_MS = 1_000;

/**
 * The console's HTTP interface: the built page, and one JSON resource a view. @param pageDir the built page's folder
 */
export function createApp(aws: Aws, lakehouse: Lakehouse, pageDir: string): Hono {
  const app = new Hono();
  app.use(guard);
  app.onError((error, context) => context.json(problemOf(error), statusOf(error)));
  app.route('/api', views(aws, lakehouse));
  app.route('/api/queries', queries(aws, lakehouse));
  app.route('/api/records', records(aws, lakehouse));
  app.route('/api/consumers', consumers(aws, lakehouse));
  app.route('/api/tables', tables(aws, lakehouse));
  if (lakehouse.maySend) app.route('/api/send', sending(aws, lakehouse));
  app.all('/api/*', (context) => context.json({ title: 'There is no such view.', code: 'NotFound' }, 404));
  app.use(serveStatic({ root: pageDir }));
  return app;
}

function views(aws: Aws, lakehouse: Lakehouse): Hono {
  const app = new Hono();
  app.get('/setup', (context) => context.json({ lakehouse, ranges: Object.keys(RANGES), sendLimits: SEND_LIMITS }));
  const memo = new Memo(lakehouse.endpoint === undefined ? KEPT_ON_AWS_MS : KEPT_ON_ENDPOINT_MS);
  const counter = new TableObjectCounter(aws, lakehouse);
  const failed = new FailedRecordCounter(aws, lakehouse);
  const series = (range: string) => memo.get(`series ${range}`, () => readSeries(aws, lakehouse, range));
  const sources = {
    objects: () => memo.get('objects', () => counter.count()),
    failed: () => memo.get('failed', () => failed.count()),
    series: () => series('15m'),
    consumers: () => memo.get('consumers', () => readConsumers(aws, lakehouse)),
    movements: () => memo.get('movements', () => readMovements(aws, lakehouse)),
  };
  app.get('/flow', async (context) => context.json(await readFlow(aws, lakehouse, sources)));
  app.get('/graphs', async (context) => {
    const range = context.req.query('range') ?? '15m';
    return Object.hasOwn(RANGES, range)
      ? context.json(await series(range))
      : refuse(context, 'There is no such range.');
  });
  app.get('/lake', async (context) =>
    context.json(await listLake(aws, lakehouse, context.req.query('prefix') ?? '', context.req.query('next'))),
  );
  app.get('/lake/object', async (context) =>
    context.json(await openObject(aws, lakehouse, context.req.query('key') ?? '')),
  );
  app.get('/catalog', async (context) => context.json(await readCatalog(aws, lakehouse)));
  app.get('/logs', async (context) =>
    context.json(await readLog(aws, lakehouse, Number(context.req.query('since') ?? 0) || 0)),
  );
  return app;
}

function queries(aws: Aws, lakehouse: Lakehouse): Hono {
  const app = new Hono();
  app.get('/', async (context) => context.json(await readHistory(aws, lakehouse)));
  app.get('/named', async (context) => context.json(await readNamedQueries(aws, lakehouse)));
  app.post('/', async (context) => {
    const { sql } = await readJson<{ sql?: unknown }>(context);
    if (typeof sql !== 'string' || sql.trim() === '') return refuse(context, 'Write a query first.');
    if (Buffer.byteLength(sql) > MAX_SQL_BYTES) return refuse(context, `A query is ${MAX_SQL_BYTES} bytes at most.`);
    return context.json({ id: await startQuery(aws, lakehouse, sql) }, 201);
  });
  app.get('/:id', async (context) => context.json(await readQuery(aws, context.req.param('id'))));
  app.get('/:id/rows', async (context) =>
    context.json(await readRows(aws, context.req.param('id'), context.req.query('next'))),
  );
  app.get('/:id/parquet', async (context) => {
    const id = context.req.param('id');
    context.header('content-disposition', `attachment; filename="${id.replace(/[^\w-]/g, '')}.parquet"`);
    context.header('content-type', 'application/vnd.apache.parquet');
    return context.body(await readParquetResult(aws, id));
  });
  app.delete('/:id', async (context) => {
    await stopQuery(aws, context.req.param('id'));
    return context.body(null, 204);
  });
  return app;
}

/** The stream's records, shard by shard. */
function records(aws: Aws, lakehouse: Lakehouse): Hono {
  const app = new Hono();
  app.get('/shards', async (context) => context.json(await listShards(aws, lakehouse)));
  app.get('/shard-of', async (context) =>
    context.json({ id: await shardOf(aws, lakehouse, context.req.query('key') ?? '') }),
  );
  app.get('/', async (context) => {
    const { shard, from = 'oldest', iterator } = context.req.query();
    if (shard === undefined) return refuse(context, 'Choose a shard.');
    if (iterator !== undefined) return context.json(await readRecords(aws, shard, iterator));
    const at = from === 'oldest' || from === 'newest' ? from : new Date(from);
    if (at instanceof Date && Number.isNaN(at.getTime())) return refuse(context, 'A time is written as ISO 8601.');
    return context.json(await openShard(aws, lakehouse, shard, at));
  });
  return app;
}

/**
 * The functions that read the stream, by name: log and dead letters. Only some environments may redrive or delete
 * letters.
 */
function consumers(aws: Aws, lakehouse: Lakehouse): Hono {
  const letters = new DeadLetters(aws, lakehouse);
  const app = new Hono();
  app.use('/:name/*', async (context, next) => {
    if (!lakehouse.consumers.includes(context.req.param('name')))
      return context.json({ title: 'The stack has no such consumer.', detail: '', code: 'NotFound' }, 404);
    await next();
  });
  app.get('/:name/log', async (context) => context.json(await readFunctionLog(aws, context.req.param('name'))));
  app.get('/:name/dead-letters', async (context) => context.json(await letters.list(context.req.param('name'))));
  app.get('/:name/dead-letters/:id', async (context) => context.json(await letters.texts(context.req.param('id'))));
  if (!lakehouse.maySend) return app;
  app.post('/:name/dead-letters/:id', async (context) => {
    const { name, id } = context.req.param();
    return context.json(await letters.redrive(name, id));
  });
  app.delete('/:name/dead-letters/:id', async (context) => {
    const { name, id } = context.req.param();
    await letters.discard(name, id);
    return context.body(null, 204);
  });
  return app;
}

/** The stack's DynamoDB tables, read-only. */
function tables(aws: Aws, lakehouse: Lakehouse): Hono {
  const app = new Hono();
  app.get('/', async (context) => context.json(await readTables(aws, lakehouse)));
  app.get('/:name/items', async (context) => {
    const name = context.req.param('name');
    if (!lakehouse.tables.includes(name))
      return context.json({ title: 'The stack has no such table.', detail: '', code: 'NotFound' }, 404);
    return context.json(await readItems(aws, name, context.req.query()));
  });
  app.post('/statement', async (context) => {
    const { statement, next } = await readJson<{ statement?: unknown; next?: string }>(context);
    if (typeof statement !== 'string' || !/^\s*SELECT\s/i.test(statement))
      return refuse(context, 'Write a SELECT: the console changes no items.');
    return context.json(await runStatement(aws, statement, next));
  });
  return app;
}

function sending(aws: Aws, lakehouse: Lakehouse): Hono {
  const send = new Send(aws, lakehouse);
  const app = new Hono();
  app.get('/', (context) => context.json(send.state));
  app.post('/', async (context) => {
    const { amount, rate } = await readJson<{ amount?: unknown; rate?: unknown }>(context);
    if (!isCount(amount, SEND_LIMITS.amount))
      return refuse(context, `Send a whole number of events, from 1 to ${SEND_LIMITS.amount}.`);
    if (rate !== undefined && !isCount(rate, SEND_LIMITS.rate))
      return refuse(context, `A rate is from 1 to ${SEND_LIMITS.rate} events a second.`);
    if (!send.start(amount, rate)) return refuse(context, 'A Send is running; wait for its end, or stop it.');
    return context.json(send.state, 202);
  });
  app.delete('/', (context) => {
    send.stop();
    return context.body(null, 204);
  });
  return app;
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

async function readJson<T>(context: Context): Promise<T> {
  const body: unknown = await context.req.json().catch(() => null);
  return (typeof body === 'object' && body !== null ? body : {}) as T;
}

function refuse(context: Context, title: string) {
  return context.json({ title, detail: '', code: 'BadRequest' }, 400);
}
