import type { DuckDBConnection } from '@duckdb/node-api';
import { registerHiveRow } from '../text/hive-row';

/**
 * Adds functions that the engine lacks: macros by SQL, scalar functions by `registerScalarFunction`. Called for each
 * database that a worker opens, before its configuration is locked.
 */
export async function registerFunctions(connection: DuckDBConnection): Promise<void> {
  registerHiveRow(connection);
}
