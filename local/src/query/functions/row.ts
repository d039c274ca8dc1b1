import type { TrinoType } from '../types/type';
import type { Value } from '../values/value';
import { type Bindings, parseSignature, type Signature } from './signature';

/** A function's TypeScript implementation; not called with NULL unless `takesNull` is set. */
// biome-ignore lint/suspicious/noExplicitAny: each implementation names the types that its signature promises.
export type Run = (...args: any[]) => Value;

/** One function, as the analyser and the emitter use it. */
export interface FunctionRow {
  readonly id: string;
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly signature: Signature;
  /** The signature's text in the table. */
  readonly text: string;
  /**
   * DuckDB's SQL: `$1` is the first argument, `$*` all of them, `$r` the result's type; in aggregates `@` marks the
   * place of FILTER and OVER.
   */
  readonly sql?: string | ((args: readonly TrinoType[], result: TrinoType) => string);
  /** Makes the implementation for a call's types. */
  readonly script?: (args: readonly TrinoType[], result: TrinoType) => Run;
  readonly takesNull: boolean;
  /** The result's type, where the signature can't express it. */
  readonly result?: (args: readonly TrinoType[], bindings: Bindings) => TrinoType | undefined;
  /** Checks constant arguments during analysis. @returns an error message */
  readonly check?: (constants: readonly (Value | undefined)[], args: readonly TrinoType[]) => string | undefined;
  /** Whether Trino refuses these argument types, although it could cast them. */
  readonly refused: boolean;
  /** Whether the documentation's list omits it, as with operators. */
  readonly hidden: boolean;
}

export interface RowOptions {
  readonly result?: FunctionRow['result'];
  readonly takesNull?: boolean;
  readonly check?: FunctionRow['check'];
  readonly refused?: boolean;
}

type Definition =
  | string
  | ((args: readonly TrinoType[], result: TrinoType) => string)
  | { readonly script: FunctionRow['script'] };

const counts = new Map<string, number>();

const rowOf =
  (kind: FunctionRow['kind']) =>
  (text: string, definition: Definition, options: RowOptions = {}): FunctionRow => {
    const signature = parseSignature(text);
    const count = counts.get(signature.name) ?? 0;
    counts.set(signature.name, count + 1);
    const body = typeof definition === 'object' ? { script: definition.script } : { sql: definition };
    return {
      id: `${signature.name}.${count}`,
      kind,
      signature,
      text,
      takesNull: options.takesNull ?? false,
      result: options.result,
      check: options.check,
      refused: options.refused ?? false,
      hidden: signature.name.startsWith('$'),
      ...body,
    };
  };

/** A scalar function. */
export const scalar = rowOf('scalar');
/** An aggregate function. */
export const aggregate = rowOf('aggregate');
/** A window function, which needs OVER. */
export const windowed = rowOf('window');

/** A TypeScript implementation for all types. */
export const script = (run: Run): { script: FunctionRow['script'] } => ({ script: () => run });
/** A TypeScript implementation that depends on a call's types. */
export const scriptFor = (make: NonNullable<FunctionRow['script']>): { script: FunctionRow['script'] } => ({
  script: make,
});
