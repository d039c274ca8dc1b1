import type { LinearPattern } from '../../../core/patterns';

/** Value of a field or an expression in a row; times are dates. */
export type Value = string | number | boolean | Date | undefined;

/** An expression of a query. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly items: readonly Expression[] }
  | { readonly kind: 'operator'; readonly operator: string; readonly items: readonly Expression[] }
  | { readonly kind: 'match'; readonly item: Expression; readonly pattern: LinearPattern }
  | { readonly kind: 'aggregate'; readonly name: string; readonly items: readonly Expression[]; readonly id: number };

/** An expression and the name of its column. */
export interface Named {
  readonly name: string;
  readonly expression: Expression;
}

/** A command of a query ("CloudWatch Logs Insights language query syntax"). */
export type Command =
  | { readonly kind: 'fields' | 'display'; readonly items: readonly Named[] }
  | { readonly kind: 'filter'; readonly condition: Expression }
  | { readonly kind: 'stats'; readonly items: readonly Named[]; readonly by: readonly Named[] }
  | {
      readonly kind: 'sort';
      readonly items: readonly { readonly expression: Expression; readonly descending: boolean }[];
    }
  | { readonly kind: 'limit'; readonly count: number }
  | { readonly kind: 'dedup'; readonly items: readonly Named[] }
  | {
      readonly kind: 'parse';
      readonly from: Expression;
      readonly names: readonly string[];
      /** Values of the names, in order; undefined for a text that doesn't match. */
      readonly values: (text: string) => readonly (string | undefined)[] | undefined;
    };
