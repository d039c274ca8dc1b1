import { quoteIdentifier } from '../../core/hive-types';
import { spellType } from '../types/parse';
import type { TrinoType } from '../types/type';

/**
 * Functions in TypeScript, inside of DuckDB: a call's name says which one it is and what its types are, so that the SQL
 * alone tells what has to be registered before it runs, wherever that is.
 */
export const SCRIPT_MARK = 'ƒ';

/** Lengths of texts make no other function. */
function plainType(type: TrinoType): TrinoType {
  return type.kind === 'varchar' ? { kind: 'varchar' } : type;
}

/** A call of a function in TypeScript, as DuckDB's SQL. @param exact whether the result's length matters. */
export function scriptCall(
  name: string,
  args: readonly { sql: string; type: TrinoType }[],
  result: TrinoType,
  exact = false,
): string {
  const types = [...args.map(({ type }) => plainType(type)), exact ? result : plainType(result)];
  // Characters that templates have a use for stay out of the name.
  const id = JSON.stringify([name, ...types.map((type) => spellType(type))]).replaceAll(
    /[$%@#§{|}]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${quoteIdentifier(`${SCRIPT_MARK}${id}`)}(${args.map(({ sql }) => sql).join(', ')})`;
}
