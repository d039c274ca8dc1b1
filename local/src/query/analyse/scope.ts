import { columnNotFound, QueryError } from '../errors';
import type { Position } from '../sql/tokens';
import type { Typed } from './tree';

/** A column that can be named. */
export interface Field {
  /** @default none: it can't be named, only counted */
  readonly name?: string;
  /** Names that may stand before it: `table`, or `catalog`, `database`, `table`. */
  readonly qualifier: readonly string[];
  readonly value: Typed;
  /** Left out of `*`. */
  readonly hidden?: boolean;
  /** The relation in FROM that it comes from: what `t.*` goes by. */
  readonly source?: number;
}

/** What the names of a query mean; those that it doesn't know are the query's around it. */
export class Scope {
  constructor(
    readonly fields: readonly Field[],
    readonly outer?: Scope,
  ) {}

  /** The value of a name; undefined if nothing has it. @throws QueryError if several do */
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
 * A name's value, and how many of its parts the column took: the others are fields of a row.
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
