import { AGGREGATES } from '../functions/table/aggregates';
import type { Query, Relation } from '../sql/ast';
import { isQuery, nodes } from '../sql/walk';
import type { TableFile } from './files';

/** Files of the first batch, and how much larger each is than the one before. */
const FIRST_BATCH = 16;
const GROWTH = 8;
const MAX_BATCH = 8_192;
/** Beyond this many rows a scan in one go is no slower. */
const MAX_LIMIT = 100_000;

/** By their names in SQL; `arbitrary` and its like may be called by others. */
const AGGREGATE_NAMES = new Set([...AGGREGATES.map(({ signature }) => signature.name), 'count', 'any_value', 'every']);

/** Their values differ from one reading of a row to the next. */
const VOLATILE = new Set(['random', 'rand', 'uuid', 'shuffle', 'random_string']);

/** A query whose rows come from one row of one table each, in any order. */
export interface RowByRowQuery {
  /** Rows that do. @default all */
  readonly limit?: number;
  /** Whether the rows of a few files may be enough, so that the others need not be looked at. */
  readonly endsEarly: boolean;
  readonly table: Relation & { readonly kind: 'table' };
  /** Whether each reading gives the same values, so that columns can be read one group after the other. */
  readonly repeatable: boolean;
}

/** What a query is as a {@link RowByRowQuery}; undefined if it must see all rows at once. */
export function rowByRowQuery(query: Query): RowByRowQuery | undefined {
  const { body, limit } = query;
  if (query.with.length > 0 || query.orderBy.length > 0 || query.offset !== undefined) return undefined;
  if (limit !== undefined && (limit.kind !== 'number' || !/^\d+$/.test(limit.value))) return undefined;
  if (body.kind !== 'select' || body.distinct || body.groupBy.length > 0 || body.having !== undefined) return undefined;
  const table = body.from?.kind === 'alias' ? body.from.relation : body.from;
  if (table?.kind !== 'table' || body.windows.length > 0) return undefined;
  const seesOthers = nodes(body).some((node) => {
    const { kind, name = '', over } = node as { kind?: string; name?: string; over?: unknown };
    return isQuery(node) || (kind === 'call' && (over !== undefined || AGGREGATE_NAMES.has(name)));
  });
  if (seesOthers) return undefined;
  const repeatable = !nodes(body).some((node) => {
    const { kind, name = '' } = node as { kind?: string; name?: string };
    return kind === 'call' && VOLATILE.has(name);
  });
  if (limit === undefined) return { endsEarly: false, table, repeatable };
  const rows = Number(limit.value);
  return { limit: rows, endsEarly: rows <= MAX_LIMIT, table, repeatable };
}

/** Each file by itself. */
export async function* singles(pages: AsyncIterable<readonly TableFile[]>): AsyncGenerator<readonly TableFile[]> {
  for await (const page of pages) for (const file of page) yield [file];
}

/** Files as they are found in batches that grow: the first ones do for most, and all are few batches. */
export async function* batchesOf(pages: AsyncIterable<readonly TableFile[]>): AsyncGenerator<readonly TableFile[]> {
  let size = FIRST_BATCH;
  let waiting: TableFile[] = [];
  for await (const page of pages) {
    waiting = waiting.concat(page);
    while (waiting.length >= size) {
      yield waiting.slice(0, size);
      waiting = waiting.slice(size);
      size = Math.min(size * GROWTH, MAX_BATCH);
    }
  }
  if (waiting.length > 0) yield waiting;
}
