import type { Engine } from './engine/engine';
import { reachOf } from './engine/paths';
import { QueryError } from './errors';
import { listOf, pathsOf, type TableFile } from './tables/files';

/** Messages of the engine's readers about damaged files. */
const OF_FILES = /parquet|snappy|thrift|zstd|gzip|lz4|decompress|corrupt|page|don't know what type|^IO Error/i;

/** Whether an engine's failure may be caused by a damaged file. */
export const mayBeDamage = (error: Error): boolean => OF_FILES.test(error.message);

/**
 * Finds the unreadable one of a query's Parquet files, by halving: the engine doesn't name it.
 * @returns an error that names the object; undefined if all can be read
 */
export async function damageOf(files: readonly TableFile[], engine: Engine): Promise<QueryError | undefined> {
  const { footers } = await engine.run('footers', { paths: pathsOf(files) });
  let suspects = files.filter((_file, index) => !('error' in (footers[index] as object)));
  if (suspects.length === 0 || (await isWhole(suspects, engine))) return undefined;
  while (suspects.length > 1) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2));
    suspects = (await isWhole(half, engine)) ? suspects.slice(half.length) : half;
  }
  const [{ uri }] = suspects as [TableFile];
  return new QueryError('HIVE_BAD_DATA', `Error reading ${uri}: the file is damaged`);
}

async function isWhole(files: readonly TableFile[], engine: Engine): Promise<boolean> {
  const sql = `SELECT max(hash(COLUMNS(*))) FROM read_parquet(${listOf(files)}, hive_partitioning = false, union_by_name = true)`;
  try {
    await engine.run('texts', { sql, sources: reachOf(pathsOf(files)) });
    return true;
  } catch (error) {
    if (error instanceof QueryError) throw error;
    return false;
  }
}
