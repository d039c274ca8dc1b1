import { columnNotFound, QueryError } from '../errors';
import type { Position } from '../sql/tokens';
import type { Typed } from './tree';

/** A column in scope. */
export interface Field {
  /** @default none: it can't be referred to by name, only by position */
  readonly name?: string;
  /** Qualifiers of the name: `table`, or `catalog`, `database`, `table`. */
  readonly qualifier: readonly string[];
  readonly value: Typed;
  /** Whether `*` leaves it out. */
  readonly hidden?: boolean;
  /** Number of its relation in FROM, by which `t.*` finds its columns. */
  readonly source?: number;
}

/** Names in scope of a query; unknown names are looked up in the enclosing query's scope. */
export class Scope {
  constructor(
    readonly fields: readonly Field[],
    readonly outer?: Scope,
  ) {}

  /** The value of a name; undefined if unknown. @throws QueryError if it is ambiguous */
  find(parts: readonly string[], at: Position): Typed | undefined {
    const found = this.matching(parts);
    if (found.length > 1) throw new QueryError('AMBIGUOUS_NAME', `Column '${parts.join('.')}' is ambiguous`, at);
    return found[0]?.value ?? this.outer?.find(parts, at);
  }

  matching(parts: readonly string[]): readonly Field[] {
    const name = parts.at(-1);
    const before = parts.slice(0, -1);
    return this.fields.filter((field) => field.name === name && endsWith(field.qualifier, before));
  }

  /** The fields of `t.*`. */
  of(qualifier: readonly string[]): readonly Field[] {
    return this.fields.filter((field) => endsWith(field.qualifier, qualifier));
  }
}

function endsWith(whole: readonly string[], end: readonly string[]): boolean {
  return end.length <= whole.length && end.every((part, index) => part === whole[whole.length - end.length + index]);
}

/**
 * Resolves a name: its value, and the number of its parts that name the column; the others are fields of a row.
 * @throws QueryError `COLUMN_NOT_FOUND`, `AMBIGUOUS_NAME`
 */
export function resolveName(parts: readonly string[], scope: Scope, at: Position): { value: Typed; taken: number } {
  for (let taken = parts.length; taken > 0; taken--) {
    const value = scope.find(parts.slice(0, taken), at);
    const name = parts.slice(0, taken).join('.');
    if (value !== undefined) return { value: value.kind === 'column' ? { ...value, name, at } : value, taken };
  }
  throw columnNotFound(parts.join('.'), at);
}
