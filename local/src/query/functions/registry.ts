import { type DuckDBConnection, DuckDBScalarFunction } from '@duckdb/node-api';
import { parseTypeName } from '../types/parse';
import { physicalType, readerOf, writerOf } from '../values/physical';
import { outOfRange, type Value, ValueError } from '../values/value';
import { implementationOf } from './implementations';
import { SCRIPT_MARK } from './script-call';

/** Message of DuckDB's client for a result outside of its type. */
const OUT_OF_RANGE = /out of int\d+ range/;

const NAMES = new RegExp(`"${SCRIPT_MARK}((?:[^"]|"")*)"`, 'g');

/**
 * Registers the TypeScript functions that a statement calls, by their names in its SQL.
 * @param known names registered in the connection's database; new ones are added
 */
export function registerScripts(connection: DuckDBConnection, sql: string, known: Set<string>): void {
  for (const [, quoted = ''] of sql.matchAll(NAMES)) {
    const name = quoted.replaceAll('""', '"');
    if (known.has(name)) continue;
    known.add(name);
    const found = scriptOf(name);
    if (found !== undefined) connection.registerScalarFunction(found);
  }
}

/** The function of a generated name; undefined for a user's identifier. */
function scriptOf(name: string): DuckDBScalarFunction | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(name);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return undefined;
  const [id, ...spelled] = parts as [string, ...string[]];
  const types = spelled.map(parseTypeName);
  const result = types.pop();
  const found = result && implementationOf(id, types, result);
  if (found === undefined || result === undefined) return undefined;
  const [readers, write] = [types.map(readerOf), writerOf(result)];
  const args: Value[] = new Array(types.length);
  return DuckDBScalarFunction.create({
    name: `${SCRIPT_MARK}${name}`,
    parameterTypes: types.map(physicalType),
    returnType: physicalType(result),
    specialHandling: found.takesNull,
    mainFunction: (info, chunk, output) => {
      const columns = chunk.getColumns();
      try {
        for (let row = 0; row < chunk.rowCount; row++) {
          let missing = false;
          for (let index = 0; index < readers.length; index++) {
            const value = (readers[index] as (typeof readers)[0])(columns[index]?.[row] ?? null);
            if (value === null) missing = true;
            args[index] = value;
          }
          output.setItem(row, missing && !found.takesNull ? null : write(found.run(...args)));
        }
        output.flush();
      } catch (error) {
        info.setError(
          error instanceof ValueError
            ? error.message
            : OUT_OF_RANGE.test((error as Error).message)
              ? outOfRange('Value out of range').message
              : new ValueError('GENERIC_INTERNAL_ERROR', (error as Error).message).message,
        );
      }
    },
  });
}
