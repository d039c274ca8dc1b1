import type { TrinoType } from '../types/type';
import { INTERNAL } from './internal';
import type { Run } from './row';
import { ROWS_BY_ID } from './table';

export interface Implementation {
  readonly run: Run;
  /** Whether it is called with NULL too; otherwise NULL gives NULL. */
  readonly takesNull: boolean;
}

/** The TypeScript implementation of a function for a call's types; undefined if there is none of that name. */
export function implementationOf(
  id: string,
  args: readonly TrinoType[],
  result: TrinoType,
): Implementation | undefined {
  const internal = INTERNAL.get(id);
  if (internal !== undefined) return { run: internal.make(args, result), takesNull: internal.takesNull };
  const row = ROWS_BY_ID.get(id);
  return row?.script && { run: row.script(args, result), takesNull: row.takesNull };
}
