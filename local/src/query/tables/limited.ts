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

/** A query of which any rows do: as many of one table's as its LIMIT says, each by itself. */
export interface LimitedQuery {
  readonly limit: number;
  readonly table: Relation & { readonly kind: 'table' };
}

/** What a query is as a {@link LimitedQuery}; undefined if it must see all rows. */
export function limitedQuery(query: Query): LimitedQuery | undefined {
  const { body, limit } = query;
  if (query.with.length > 0 || query.orderBy.length > 0 || query.offset !== undefined) return undefined;
  if (limit?.kind !== 'number' || !/^\d+$/.test(limit.value) || Number(limit.value) > MAX_LIMIT) return undefined;
  if (body.kind !== 'select' || body.distinct || body.groupBy.length > 0 || body.having !== undefined) return undefined;
  const table = body.from?.kind === 'alias' ? body.from.relation : body.from;
  if (table?.kind !== 'table' || body.windows.length > 0) return undefined;
  const seesOthers = [...nodes(body)].some((node) => {
    const { kind, name = '', over } = node as { kind?: string; name?: string; over?: unknown };
    return isQuery(node) || (kind === 'call' && (over !== undefined || AGGREGATE_NAMES.has(name)));
  });
  return seesOthers ? undefined : { limit: Number(limit.value), table };
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
