import type { FunctionRow } from '../row';
import { AGGREGATES } from './aggregates';
import { ARRAYS } from './arrays';
import { BINARY } from './binary';
import { DATES } from './dates';
import { JSON_FUNCTIONS } from './json';
import { MATH } from './math';
import { OPERATORS } from './operators';
import { OTHERS, WINDOWS } from './others';
import { REGEXP } from './regexp';
import { SQL_JSON } from './sql-json';
import { TEXT } from './text';
import { URLS } from './url';

/** Every function and operator, once. */
export const FUNCTIONS: readonly FunctionRow[] = [
  ...OPERATORS,
  ...MATH,
  ...TEXT,
  ...BINARY,
  ...URLS,
  ...REGEXP,
  ...JSON_FUNCTIONS,
  ...SQL_JSON,
  ...DATES,
  ...ARRAYS,
  ...OTHERS,
  ...AGGREGATES,
  ...WINDOWS,
];

export const ROWS_BY_ID: ReadonlyMap<string, FunctionRow> = new Map(FUNCTIONS.map((row) => [row.id, row]));

const byName = new Map<string, FunctionRow[]>();
for (const row of FUNCTIONS) byName.set(row.signature.name, [...(byName.get(row.signature.name) ?? []), row]);

/** Functions of a name, preferred ones first. */
export const rowsNamed = (name: string): readonly FunctionRow[] => byName.get(name) ?? [];
