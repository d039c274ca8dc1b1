import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';

/** Rows of a chunk's capacity, however few it holds. */
const CAPACITY = 2_048;
const BYTES_A_VALUE = 16;
/** Most bytes of chunks waiting for garbage collection, whose native memory the collector doesn't know of. */
const MAX_WAITING = 64 << 20;

let collector: (() => void) | undefined;

/**
 * Yields a result's chunks. The engine frees a chunk's memory when its object is collected: without forced collections,
 * a few hundred small ones of a wide table would exhaust the process's memory.
 * @param leaves of the result's columns
 */
export async function* chunksOf(result: DuckDBResult, leaves: number): AsyncGenerator<DuckDBDataChunk> {
  let waiting = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
    waiting += CAPACITY * BYTES_A_VALUE * leaves;
    if (waiting < MAX_WAITING) continue;
    waiting = 0;
    await collect();
  }
}

/** Runs a garbage collection. */
async function collect(): Promise<void> {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
  // Finalizers run after the collector.
  await nextTurn();
}
