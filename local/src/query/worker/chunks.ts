import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';

/** Rows that a chunk has room for, whatever it holds. */
const CAPACITY = 2_048;
const BYTES_A_VALUE = 16;
/** Bytes of chunks that may wait for the garbage collector, which doesn't know of them. */
const MAX_WAITING = 64 << 20;

let collector: (() => void) | undefined;

/**
 * A result's chunks. The engine's memory for one is given back when its object is collected: without a word from here
 * a few hundred small ones, of a wide table, would fill the process's memory.
 * @param leaves of the result's columns.
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

/** Frees what nothing refers to any more. */
async function collect(): Promise<void> {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
  // Finalizers have their turn after the collector.
  await nextTurn();
}
