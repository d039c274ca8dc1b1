import type { TrinoType } from '../types/type';
import { INTERNAL } from './internal';
import type { Run } from './row';
import { ROWS_BY_ID } from './table';

export interface Implementation {
  readonly run: Run;
  /** Whether NULL is handed to it too; otherwise its result is NULL then. */
  readonly takesNull: boolean;
}

/** The implementation of a function in TypeScript, for the types of a call; undefined if there is none of that name. */
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
