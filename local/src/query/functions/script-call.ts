import { quoteIdentifier } from '../../core/hive-types';
import { spellType } from '../types/parse';
import type { TrinoType } from '../types/type';

/**
 * Mark of TypeScript functions' names within DuckDB: the rest of the name encodes the function and its types, so that
 * the SQL alone determines which functions to register, in any process.
 */
export const SCRIPT_MARK = 'ƒ';

/** The type without its length: a function is the same for all lengths of varchar. */
function plainType(type: TrinoType): TrinoType {
  return type.kind === 'varchar' ? { kind: 'varchar' } : type;
}

/** A call of a TypeScript function in DuckDB's SQL. @param exact whether the result's length matters */
export function scriptCall(
  name: string,
  args: readonly { sql: string; type: TrinoType }[],
  result: TrinoType,
  exact = false,
): string {
  const types = [...args.map(({ type }) => plainType(type)), exact ? result : plainType(result)];
  // Placeholders of templates are escaped in the name.
  const id = JSON.stringify([name, ...types.map((type) => spellType(type))]).replaceAll(
    /[$%@#§{|}]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${quoteIdentifier(`${SCRIPT_MARK}${id}`)}(${args.map(({ sql }) => sql).join(', ')})`;
}
