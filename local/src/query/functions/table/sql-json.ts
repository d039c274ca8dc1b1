import type { FunctionRow } from '../row';
export const SQL_JSON: readonly FunctionRow[] = [];
