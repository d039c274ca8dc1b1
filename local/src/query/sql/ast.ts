import type { Position } from './tokens';

/** Expressions of Trino's SELECT statements, as far as they are supported. Names are in lower case, as in Trino. */
export type Expression =
  | { readonly kind: 'column'; readonly parts: readonly string[]; readonly at: Position }
  | { readonly kind: 'string' | 'number'; readonly value: string; readonly at: Position }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: Position }
  | { readonly kind: 'null' | 'parameter'; readonly at: Position; readonly index?: number }
  /** `date '2026-01-01'`, `timestamp '…'`, `decimal '…'`, `x'…'` */
  | { readonly kind: 'typed'; readonly type: string; readonly value: string; readonly at: Position }
  | { readonly kind: 'interval'; readonly value: string; readonly unit: string; readonly at: Position }
  | {
      readonly kind: 'unary';
      readonly operator: '-' | '+' | 'not';
      readonly operand: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: 'between';
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
      readonly at: Position;
    }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly options: readonly Expression[] | Query;
      readonly negated: boolean;
      readonly at: Position;
    }
  | {
      readonly kind: 'like';
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape?: Expression;
      readonly negated: boolean;
      readonly at: Position;
    }
  /** `IS [NOT] TRUE`, `FALSE`, `UNKNOWN` */
  | {
      readonly kind: 'truth';
      readonly operand: Expression;
      readonly value: boolean | 'unknown';
      readonly negated: boolean;
      readonly at: Position;
    }
  | { readonly kind: 'is-null'; readonly operand: Expression; readonly negated: boolean; readonly at: Position }
  | { readonly kind: 'exists' | 'subquery'; readonly query: Query; readonly at: Position }
  | {
      readonly kind: 'quantified';
      readonly operator: string;
      readonly quantifier: 'any' | 'all';
      readonly left: Expression;
      readonly query: Query;
      readonly at: Position;
    }
  | {
      readonly kind: 'case';
      readonly operand?: Expression;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise?: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: 'cast';
      readonly operand: Expression;
      readonly type: TypeName;
      readonly safe: boolean;
      readonly at: Position;
    }
  | { readonly kind: 'extract'; readonly field: string; readonly operand: Expression; readonly at: Position }
  | FunctionCall
  | {
      readonly kind: 'lambda';
      readonly parameters: readonly string[];
      readonly body: Expression;
      readonly at: Position;
    }
  | { readonly kind: 'array'; readonly items: readonly Expression[]; readonly at: Position }
  /** `(1, 2)`, `ROW(1 AS a, 2 AS b)` */
  | {
      readonly kind: 'row';
      readonly items: readonly Expression[];
      readonly names?: readonly (string | undefined)[];
      readonly at: Position;
    }
  | { readonly kind: 'subscript'; readonly operand: Expression; readonly index: Expression; readonly at: Position }
  | { readonly kind: 'field'; readonly operand: Expression; readonly name: string; readonly at: Position }
  | { readonly kind: 'at-time-zone'; readonly operand: Expression; readonly zone: Expression; readonly at: Position }
  | JsonPathCall
  | {
      readonly kind: 'json-object';
      readonly members: readonly { readonly key: Expression; readonly argument: JsonArgument }[];
      /** Whether members without a value are included, as null. */
      readonly nulls: boolean;
      readonly unique: boolean;
      readonly returning?: JsonReturning;
      readonly at: Position;
    }
  | {
      readonly kind: 'json-array';
      readonly items: readonly JsonArgument[];
      readonly nulls: boolean;
      readonly returning?: JsonReturning;
      readonly at: Position;
    };

/** `FORMAT JSON`, possibly as bytes in an encoding: the text is JSON, not a string value. */
export type JsonFormat = 'JSON' | 'UTF8' | 'UTF16' | 'UTF32';

export interface JsonArgument {
  readonly value: Expression;
  readonly format?: JsonFormat;
}

export interface JsonReturning {
  readonly type: TypeName;
  readonly format?: JsonFormat;
}

/** ON EMPTY or ON ERROR. */
export type JsonBehaviour =
  | { readonly kind: 'null' | 'error' | 'true' | 'false' | 'unknown' | 'empty array' | 'empty object' }
  | { readonly kind: 'default'; readonly value: Expression };

/** JSON_EXISTS, JSON_VALUE and JSON_QUERY. */
export interface JsonPathCall {
  readonly kind: 'json-path';
  readonly name: 'json_exists' | 'json_value' | 'json_query';
  readonly input: JsonArgument;
  readonly path: string;
  readonly pathAt: Position;
  readonly passing: readonly { readonly name: string; readonly argument: JsonArgument }[];
  readonly returning?: JsonReturning;
  readonly wrapper?: 'conditional' | 'unconditional';
  readonly quotes?: 'keep' | 'omit';
  readonly onEmpty?: JsonBehaviour;
  readonly onError?: JsonBehaviour;
  readonly at: Position;
}

export interface FunctionCall {
  readonly kind: 'call';
  readonly name: string;
  /** Whether it is `count(*)`, without arguments. */
  readonly star: boolean;
  readonly args: readonly Expression[];
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter?: Expression;
  readonly ignoreNulls: boolean;
  readonly over?: WindowSpec;
  readonly at: Position;
}

export interface WindowSpec {
  /** Name of a window of the WINDOW clause. */
  readonly name?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  /** `ROWS BETWEEN … AND …`, bounds in order. */
  readonly frame?: { readonly unit: string; readonly bounds: readonly FrameBound[] };
}

export interface FrameBound {
  /** `UNBOUNDED PRECEDING`, `CURRENT ROW`, `PRECEDING`, … */
  readonly text: string;
  readonly offset?: Expression;
}

export interface SortItem {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst?: boolean;
}

/** A type by name, with numbers or types as its arguments: `decimal(10,2)`, `array(varchar)`, `row(a bigint)`. */
export interface TypeName {
  readonly name: string;
  readonly args: readonly (number | { readonly field?: string; readonly type: TypeName })[];
  readonly at: Position;
}

export interface Query {
  readonly with: readonly WithQuery[];
  readonly recursive: boolean;
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly offset?: Expression;
  /** `LIMIT ALL` is no limit. */
  readonly limit?: Expression;
  /** `FETCH FIRST n ROWS WITH TIES` */
  readonly ties?: boolean;
}

export interface WithQuery {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
  readonly at?: Position;
}

export type QueryBody =
  | Select
  | {
      readonly kind: 'set';
      readonly operator: string;
      readonly left: QueryBody;
      readonly right: QueryBody;
      readonly at?: Position;
    }
  | { readonly kind: 'nested'; readonly query: Query }
  | { readonly kind: 'values'; readonly rows: readonly Expression[] };

export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: Relation;
  readonly where?: Expression;
  readonly groupBy: readonly GroupItem[];
  /** `GROUP BY DISTINCT`: equal grouping sets count once. */
  readonly groupDistinct?: boolean;
  readonly having?: Expression;
  readonly windows: readonly { readonly name: string; readonly spec: WindowSpec }[];
}

export type SelectItem =
  | { readonly kind: 'expression'; readonly expression: Expression; readonly alias?: string }
  | {
      readonly kind: 'star';
      readonly qualifier: readonly string[];
      /** The row whose fields these are: `(expression).*` */
      readonly operand?: Expression;
      /** Names of the columns: `t.* AS (a, b)` */
      readonly columns?: readonly string[];
      readonly at: Position;
    };

export type GroupItem =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'sets' | 'cube' | 'rollup'; readonly sets: readonly (readonly Expression[])[] };

export type Relation =
  | {
      readonly kind: 'table';
      readonly parts: readonly string[];
      /** `FOR TIMESTAMP AS OF …`, `FOR VERSION AS OF …`: the snapshot to read. */
      readonly version?: { readonly by: 'timestamp' | 'version'; readonly value: Expression };
      readonly at: Position;
    }
  | { readonly kind: 'query'; readonly query: Query; readonly lateral: boolean }
  | { readonly kind: 'unnest'; readonly arrays: readonly Expression[]; readonly ordinality: boolean }
  | {
      readonly kind: 'join';
      readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross';
      readonly left: Relation;
      readonly right: Relation;
      readonly on?: Expression;
      readonly using?: readonly string[];
      readonly at?: Position;
    }
  | {
      readonly kind: 'alias';
      readonly relation: Relation;
      readonly name: string;
      readonly columns: readonly string[];
      readonly at?: Position;
    }
  | { readonly kind: 'sample'; readonly relation: Relation; readonly percent: Expression };
