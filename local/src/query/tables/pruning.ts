import { COMPARISONS } from '../../core/comparisons';
import type { Expression } from '../sql/ast';

/** Values of a row's partition keys, by name: known before its file is read. */
export type PartitionValues = ReadonlyMap<string, string>;

type Constant = string | number | boolean;

/** Value of the partition of NULLs. */
export const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';

const NUMERIC = /^(tinyint|smallint|int|integer|bigint|float|double|decimal)/;

/** Excludes partitions that a WHERE can't match, by static evaluation. */
export class Pruner {
  /**
   * @param conjuncts conditions over the partition keys alone, all of which must hold
   * @param types Hive types of the keys, by name
   * @param constantOf the value of an expression without columns, if known
   */
  constructor(
    readonly conjuncts: readonly Expression[],
    private readonly types: ReadonlyMap<string, string>,
    private readonly constantOf: (expression: Expression) => Constant | undefined,
  ) {}

  /** Whether rows of this partition may match; errs only towards reading too much. */
  mayMatch(values: PartitionValues): boolean {
    return this.conjuncts.every((conjunct) => this.test(conjunct, values) !== false);
  }

  /** Values that equality or IN allow for a key; undefined if it isn't bound so. */
  boundValues(key: string): string[] | undefined {
    for (const conjunct of this.conjuncts) {
      const options = this.equalOptions(conjunct, key);
      const values = options?.map((option) => this.constantOf(option));
      if (values?.every((value) => value !== undefined)) return values.map(String);
    }
    return undefined;
  }

  private equalOptions(conjunct: Expression, key: string): readonly Expression[] | undefined {
    if (conjunct.kind === 'binary' && conjunct.operator === '=') {
      if (isKey(conjunct.left, key)) return [conjunct.right];
      if (isKey(conjunct.right, key)) return [conjunct.left];
    }
    const list = conjunct.kind === 'in' && !conjunct.negated && isKey(conjunct.operand, key);
    return list && Array.isArray(conjunct.options) ? conjunct.options : undefined;
  }

  private test(expression: Expression, values: PartitionValues): boolean | undefined {
    switch (expression.kind) {
      case 'boolean':
        return expression.value;
      case 'unary': {
        const inner = expression.operator === 'not' ? this.test(expression.operand, values) : undefined;
        return inner === undefined ? undefined : !inner;
      }
      case 'binary':
        return this.binary(expression, values);
      case 'between': {
        const low = this.compare(expression.operand, expression.low, values);
        const high = this.compare(expression.operand, expression.high, values);
        if (low === undefined || high === undefined) return undefined;
        return (low >= 0 && high <= 0) !== expression.negated;
      }
      case 'in': {
        if (!Array.isArray(expression.options)) return undefined;
        const orders = expression.options.map((option) => this.compare(expression.operand, option, values));
        if (orders.some((order) => order === 0)) return !expression.negated;
        return orders.includes(undefined) ? undefined : expression.negated;
      }
      default:
        return undefined;
    }
  }

  private binary(
    { operator, left, right }: Expression & { kind: 'binary' },
    values: PartitionValues,
  ): boolean | undefined {
    if (operator === 'and' || operator === 'or') {
      const decisive = operator === 'or';
      const sides = [this.test(left, values), this.test(right, values)];
      if (sides.includes(decisive)) return decisive;
      return sides.includes(undefined) ? undefined : !decisive;
    }
    const order = this.compare(left, right, values);
    return order === undefined ? undefined : COMPARISONS[operator]?.(order);
  }

  private compare(left: Expression, right: Expression, values: PartitionValues): number | undefined {
    const [a, b] = [this.valueOf(left, values), this.valueOf(right, values)];
    if (a === undefined || b === undefined) return undefined;
    if (typeof a === 'number' || typeof b === 'number') {
      const order = Number(a) - Number(b);
      return Number.isNaN(order) ? undefined : order;
    }
    return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  }

  private valueOf(expression: Expression, values: PartitionValues): Constant | undefined {
    if (expression.kind === 'column') {
      const name = expression.parts.at(-1) as string;
      const value = values.get(name);
      if (value === NULL_PARTITION) return undefined;
      return value !== undefined && NUMERIC.test(this.types.get(name) ?? 'string') ? Number(value) : value;
    }
    if (expression.kind === 'binary' && expression.operator === '||') {
      return this.joined([expression.left, expression.right], values);
    }
    if (expression.kind === 'call' && expression.name === 'concat') return this.joined(expression.args, values);
    if (expression.kind === 'cast') {
      const inner = this.valueOf(expression.operand, values);
      if (inner === undefined) return this.constantOf(expression);
      if (/^(tinyint|smallint|integer|int|bigint)$/.test(expression.type.name)) return Number(inner);
      if (expression.type.args.length > 0) return undefined;
      if (/^(varchar|string)$/.test(expression.type.name)) return String(inner);
      // Other texts may be dates too, but don't sort as dates.
      return expression.type.name === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(String(inner)) ? inner : undefined;
    }
    return this.constantOf(expression);
  }

  private joined(parts: readonly Expression[], values: PartitionValues): string | undefined {
    const texts = parts.map((part) => this.valueOf(part, values));
    return texts.includes(undefined) ? undefined : texts.join('');
  }
}

function isKey(expression: Expression, key: string): boolean {
  return expression.kind === 'column' && expression.parts.at(-1) === key;
}
