import type { Column } from '../record/columns';
import type { EventChunk, EventSource } from '../record/source';
import { UsageError } from './errors';

/** Most events that are examined: enough for a file whose first line is odd. */
const MOST = 20;

/**
 * Wraps a source, and compares its first events with the columns of the destination table. If none of them has a
 * column, nothing is sent: Firehose would fill the table with rows of nulls without an error. Keys without a column,
 * which the conversion drops, are logged.
 */
export function fittingSource(
  source: EventSource,
  table: { readonly name: string; readonly columns: readonly Column[] },
  warn: (message: string) => void,
): EventSource {
  return withFirst(source, (chunk) => {
    const columns = new Set(table.columns.map(({ name }) => name.toLowerCase()));
    const keys = new Set(keysOf(chunk));
    const foreign = [...keys].filter((key) => !columns.has(key));
    if (keys.size > 0 && foreign.length === keys.size) {
      throw new UsageError(
        `none of the keys ${foreign.join(', ')} is a column of ${table.name} (${[...columns].join(', ')}): its rows would be nulls. "npm run schema" makes columns of a sample; --stream NAME sends without asking the table.`,
      );
    }
    if (foreign.length > 0) warn(`${table.name} has no columns for ${foreign.join(', ')}: Firehose drops them.`);
  });
}

/** Wraps a source, and shows its first events. @param look called once; what it throws ends the run */
export function withFirst(source: EventSource, look: (chunk: EventChunk) => void): EventSource {
  let looked = false;
  const pass = (chunk: EventChunk | undefined): EventChunk | undefined => {
    if (chunk !== undefined && !looked) {
      looked = true;
      look(chunk);
    }
    return chunk;
  };
  return {
    next: (max) => {
      const chunk = source.next(max);
      return chunk instanceof Promise ? chunk.then(pass) : pass(chunk);
    },
    ...(source.close && { close: () => source.close?.() }),
  };
}

/** Keys of the first events, in lower case, as both SerDes compare them; none if they aren't JSON objects. */
function keysOf({ bytes, starts, ends }: EventChunk): string[] {
  return starts.slice(0, MOST).flatMap((start, index) => {
    try {
      const value: unknown = JSON.parse(bytes.toString('utf8', start, ends[index]));
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject ? Object.keys(value).map((key) => key.toLowerCase()) : [];
    } catch {
      return [];
    }
  });
}
