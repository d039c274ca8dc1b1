/** A step of a document path: an attribute's name, a placeholder for one (`#name`), or a list's index. */
export type PathPart = string | number | { readonly placeholder: string };
/** A document path with its placeholders replaced. */
export type Path = readonly (string | number)[];

/** An operand of a condition or an update; `value` is a placeholder such as `:limit`. */
export type Operand =
  | { readonly kind: 'path'; readonly parts: readonly PathPart[] }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly args: readonly [Operand, Operand] }
  | { readonly kind: 'between'; readonly args: readonly [Operand, Operand, Operand] }
  | { readonly kind: 'in'; readonly args: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] };

/** The right side of SET: an operand, or the sum or difference of two. */
export type Assigned = Operand | { readonly kind: '+' | '-'; readonly args: readonly [Operand, Operand] };

export type Action =
  | { readonly kind: 'SET'; readonly path: readonly PathPart[]; readonly value: Assigned }
  | { readonly kind: 'REMOVE'; readonly path: readonly PathPart[] }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: readonly PathPart[]; readonly value: Operand };

/**
 * A parsed expression, with the first error that doesn't depend on names and values; syntax errors are thrown by the
 * parser. DynamoDB reports errors in the order of their kinds, not of their positions.
 */
export interface Parsed<T> {
  readonly tree: T;
  readonly error: string | undefined;
}
