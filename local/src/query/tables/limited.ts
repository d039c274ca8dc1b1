import { AGGREGATES } from '../functions/table/aggregates';
import type { Query, Relation } from '../sql/ast';
import { isQuery, nodes } from '../sql/walk';
import type { TableFile } from './files';

/** Files of the first batch, and the growth factor of the next ones. */
const FIRST_BATCH = 16;
const GROWTH = 8;
const MAX_BATCH = 8_192;
/** LIMIT up to which batches are used: for more rows, one scan is as fast. */
const MAX_LIMIT = 100_000;

/** Aggregates' names in SQL; `arbitrary` has aliases. */
const AGGREGATE_NAMES = new Set([...AGGREGATES.map(({ signature }) => signature.name), 'count', 'any_value', 'every']);

/** Functions whose values differ between two readings of a row. */
const VOLATILE = new Set(['random', 'rand', 'uuid', 'shuffle', 'random_string']);

/** A query each of whose rows comes from one row of one table, in any order. */
export interface RowByRowQuery {
  /** LIMIT of its rows. @default all */
  readonly limit?: number;
  /** Whether the rows of a few files may suffice, so that the others aren't read. */
  readonly endsEarly: boolean;
  readonly table: Relation & { readonly kind: 'table' };
  /** Whether repeated readings give the same values, so that columns can be read in groups. */
  readonly repeatable: boolean;
}

/** A query as a {@link RowByRowQuery}; undefined if it needs all rows at once. */
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

/** One file per batch. */
export async function* singles(pages: AsyncIterable<readonly TableFile[]>): AsyncGenerator<readonly TableFile[]> {
  for await (const page of pages) for (const file of page) yield [file];
}

/** Growing batches: the first few suffice for most queries, and a full scan takes few batches. */
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
