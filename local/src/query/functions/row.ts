import type { TrinoType } from '../types/type';
import type { Value } from '../values/value';
import { type Bindings, parseSignature, type Signature } from './signature';

/** What a function in TypeScript does with values; it isn't called for NULL unless it says so. */
// biome-ignore lint/suspicious/noExplicitAny: each implementation names the types that its signature promises.
export type Run = (...args: any[]) => Value;

/** One function: everything that the analyser and the emitter know of it. */
export interface FunctionRow {
  readonly id: string;
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly signature: Signature;
  /** The signature as it is written in the table. */
  readonly text: string;
  /** DuckDB's SQL: `$1` is the first argument, `$*` are all of them, `$r` is the result's type; in aggregates `@` stands where FILTER and OVER go. */
  readonly sql?: string | ((args: readonly TrinoType[], result: TrinoType) => string);
  /** Makes the implementation for the types of one call. */
  readonly script?: (args: readonly TrinoType[], result: TrinoType) => Run;
  readonly takesNull: boolean;
  /** The result's type where the signature can't say it. */
  readonly result?: (args: readonly TrinoType[], bindings: Bindings) => TrinoType | undefined;
  /** Names of arguments that are checked while a query is analysed. */
  readonly check?: (constants: readonly (Value | undefined)[], args: readonly TrinoType[]) => string | undefined;
  /** Arguments that Trino refuses although it could cast them. */
  readonly refused: boolean;
  /** Kept from the list of functions: the operators. */
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

/** A function of one row's values. */
export const scalar = rowOf('scalar');
/** A function of many rows' values. */
export const aggregate = rowOf('aggregate');
/** A function that has meaning with OVER alone. */
export const windowed = rowOf('window');

/** A function in TypeScript that is the same for all types. */
export const script = (run: Run): { script: FunctionRow['script'] } => ({ script: () => run });
/** A function in TypeScript that depends on the types of its call. */
export const scriptFor = (make: NonNullable<FunctionRow['script']>): { script: FunctionRow['script'] } => ({
  script: make,
});
