import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import type { Aggregate, Comparison, Typed, TypedQuery, TypedSort, TypedWindow } from '../analyse/tree';
import { someNode } from '../analyse/tree';
import type { FunctionRow } from '../functions/row';
import { scriptCall } from '../functions/script-call';
import { BIGINT, BOOLEAN, isInteger, type TrinoType, VARCHAR } from '../types/type';
import { RANGES } from '../values/numbers';
import { fieldNames, literalSql, MICRO_PRECISION, physicalName } from '../values/physical';
import { castSql } from './cast';
import { fill } from './template';

/** SQL of the key by which a value is compared, sorted and grouped: for a time with a zone, its instant alone. */
export function keySql(sql: string, type: TrinoType): string {
  if (type.kind === 'timestamp with time zone') {
    return type.precision <= MICRO_PRECISION
      ? `(${sql}).t`
      : `(CAST(epoch_us((${sql}).t) AS HUGEINT) * 1000000 + (${sql}).p)`;
  }
  return type.kind === 'time with time zone' ? scriptCall('instant', [{ sql, type }], BIGINT) : sql;
}

/** Whether equal values may print differently, as times with zones do: those need a key of their own. */
export const isKeyed = (type: TrinoType): boolean => keySql('', type) !== '';

const isStructured = ({ kind }: TrinoType): boolean => kind === 'array' || kind === 'map' || kind === 'row';
const isFloating = ({ kind }: TrinoType): boolean => kind === 'double' || kind === 'real';
const isSimple = ({ kind }: Typed): boolean => kind === 'column' || kind === 'literal' || kind === 'lambda-parameter';

/** Translates typed expressions to DuckDB's SQL. */
export class ExpressionEmitter {
  private readonly parameters = new Map<number, string>();
  /** SQL of expressions that are evaluated elsewhere in the query. */
  private readonly written = new Map<Typed, string>();
  /** SQL of the columns of relations that the SQL doesn't contain. */
  private readonly inlined = new Map<string, (column: string) => string>();
  private locals = 0;

  /** @param query translates a query */
  constructor(
    private readonly now: number,
    private readonly query: (query: TypedQuery) => string,
  ) {}

  /** Replaces an expression by SQL from now on: it is evaluated elsewhere. */
  write(node: Typed, sql: string): void {
    this.written.set(node, sql);
  }

  /** Replaces the columns of a relation by expressions from now on. */
  inline(relation: string, columnOf: (column: string) => string): void {
    this.inlined.set(relation, columnOf);
  }

  emit(node: Typed): string {
    const known = this.written.size === 0 ? undefined : this.written.get(node);
    if (known !== undefined) return known;
    switch (node.kind) {
      case 'literal':
        return literalSql(node.value, node.type);
      case 'column': {
        const inlined = this.inlined.get(node.relation);
        if (inlined !== undefined) return inlined(node.column);
        return node.relation === ''
          ? quoteIdentifier(node.column)
          : `${quoteIdentifier(node.relation)}.${quoteIdentifier(node.column)}`;
      }
      case 'lambda-parameter':
        return this.parameters.get(node.id) as string;
      case 'lambda':
        throw new Error('a lambda is written by the call that takes it');
      case 'call':
        return this.call(node);
      case 'aggregate':
        return this.aggregate(node);
      case 'cast':
        return castSql(this.emit(node.operand), node.operand.type, node.type, node.safe, this.now);
      case 'compare':
        return this.compare(node.operator, node.left, node.right);
      case 'logic':
        return `(${node.operands.map((operand) => this.emit(operand)).join(node.operator === 'and' ? ' AND ' : ' OR ')})`;
      case 'not':
        return `(NOT ${this.emit(node.operand)})`;
      case 'try':
        return someNode(node.operand, isVolatile) ? this.emit(node.operand) : `TRY(${this.emit(node.operand)})`;
      case 'is-null':
        return `(${this.emit(node.operand)} IS NULL)`;
      case 'between':
        return this.between(node);
      case 'in':
        return this.inList(node);
      case 'in-query':
        return `(${this.key(node.operand)} IN (${this.oneColumn(node.query, node.operand.type)}))`;
      case 'exists':
        return `EXISTS (${this.query(node.query)})`;
      case 'subquery':
        return this.scalarQuery(node);
      case 'quantified':
        return `(${this.key(node.left)} ${node.operator} ${node.quantifier} (${this.oneColumn(node.query, node.left.type)}))`;
      case 'like':
        return this.like(node);
      case 'case': {
        const branches = node.branches.map(({ when, result }) => `WHEN ${this.emit(when)} THEN ${this.emit(result)}`);
        return `(CASE ${branches.join(' ')}${node.otherwise === undefined ? '' : ` ELSE ${this.emit(node.otherwise)}`} END)`;
      }
      case 'coalesce':
        return `coalesce(${node.items.map((item) => this.emit(item)).join(', ')})`;
      case 'array':
        return node.items.length === 0
          ? `CAST([] AS ${physicalName(node.type)})`
          : `[${node.items.map((item) => this.emit(item)).join(', ')}]`;
      case 'row': {
        const names = fieldNames(node.type as TrinoType & { kind: 'row' });
        return `{${node.items.map((item, index) => `${quoteLiteral(names[index] as string)}: ${this.emit(item)}`).join(', ')}}`;
      }
      case 'subscript':
        return this.subscript(node);
      case 'field': {
        const names = fieldNames(node.operand.type as TrinoType & { kind: 'row' });
        return `struct_extract(${this.emit(node.operand)}, ${quoteLiteral(names[node.index] as string)})`;
      }
      case 'grouping':
        return `CAST(grouping(${node.items.map((item) => this.key(item)).join(', ')}) AS ${physicalName(node.type)})`;
    }
  }

  key(node: Typed): string {
    return keySql(this.emit(node), node.type);
  }

  sortItem(
    sql: string,
    type: TrinoType,
    { descending, nullsFirst }: { descending: boolean; nullsFirst: boolean },
  ): string {
    return `${keySql(sql, type)}${descending ? ' DESC' : ' ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
  }

  sortItems(items: readonly TypedSort[]): string {
    return items.map((item) => this.sortItem(this.emit(item.value), item.value.type, item)).join(', ');
  }

  /** A scalar subquery; with several columns, a row, whose fields are NULL if the query has no row. */
  private scalarQuery({ query, type }: { query: TypedQuery; type: TrinoType }): string {
    if (query.outputs.length === 1) return `(${this.query(query)})`;
    const names = fieldNames(type as TrinoType & { kind: 'row' });
    const nothing = names.map((name, index) => {
      const field = query.outputs[index]?.type as TrinoType;
      return `${quoteLiteral(name)}: CAST(NULL AS ${physicalName(field)})`;
    });
    return `coalesce((${this.oneColumn(query, type)}), {${nothing.join(', ')}})`;
  }

  /**
   * Compares a value with the items of a list, as IN and ANY or ALL do: for places in which DuckDB allows no subquery.
   */
  comparedToList(node: Typed & { kind: 'in-query' | 'quantified' }, list: string): string {
    const [left, operator] = node.kind === 'quantified' ? [node.left, node.operator] : [node.operand, '=' as const];
    const all = node.kind === 'quantified' && node.quantifier === 'all';
    const item = quoteIdentifier(`-> ${this.locals++}v`);
    const test = `(${this.key(left)} ${operator} ${item})`;
    const some = (condition: string) => `len(list_filter(${list}, lambda ${item}: ${condition})) > 0`;
    const decided = all ? `NOT ${test}` : test;
    return `(CASE WHEN ${some(decided)} THEN ${!all} WHEN ${some(`${test} IS NULL`)} THEN NULL ELSE ${all} END)`;
  }

  /** A query of several columns as a query of one row value. */
  oneColumn(query: TypedQuery, type: TrinoType): string {
    if (query.outputs.length === 1)
      return type.kind === 'timestamp with time zone'
        ? `SELECT ${keySql('"c0"', type)} FROM (${this.query(query)})`
        : this.query(query);
    const names = fieldNames(type as TrinoType & { kind: 'row' });
    return `SELECT {${names.map((name, index) => `${quoteLiteral(name)}: "c${index}"`).join(', ')}} FROM (${this.query(query)})`;
  }

  private compare(operator: Comparison, left: Typed, right: Typed): string {
    const { type } = left;
    if (operator.startsWith('is ')) return `(${this.key(left)} ${operator.toUpperCase()} ${this.key(right)})`;
    if (type.kind === 'unknown') return 'CAST(NULL AS BOOLEAN)';
    if (isStructured(type))
      return scriptCall(
        operator,
        [left, right].map((node) => ({ sql: this.emit(node), type })),
        BOOLEAN,
      );
    const [a, b] = [this.key(left), this.key(right)];
    if (!isFloating(type)) return `(${a} ${operator} ${b})`;
    // NaN: not equal to anything, itself included, and neither less nor greater.
    const checked = [left, right].filter((node) => node.kind !== 'literal' || Number.isNaN(node.value));
    if (!checked.every(isSimple))
      return scriptCall(
        operator === '=' || operator === '<>' ? operator : `float ${operator}`,
        [
          { sql: a, type },
          { sql: b, type },
        ],
        BOOLEAN,
      );
    const guards = checked.map((node) => `isnan(${this.emit(node)})`);
    if (guards.length === 0) return `(${a} ${operator} ${b})`;
    return operator === '<>'
      ? `(${a} <> ${b} OR ${guards.join(' OR ')})`
      : `(${a} ${operator} ${b} AND NOT (${guards.join(' OR ')}))`;
  }

  private between({ operand, low, high }: Typed & { kind: 'between' }): string {
    const { type } = operand;
    if (isStructured(type) || isFloating(type))
      return `(${this.compare('>=', operand, low)} AND ${this.compare('<=', operand, high)})`;
    return `(${this.key(operand)} BETWEEN ${this.key(low)} AND ${this.key(high)})`;
  }

  private inList({ operand, options }: Typed & { kind: 'in' }): string {
    if (isStructured(operand.type))
      return `(${options.map((option) => this.compare('=', operand, option)).join(' OR ')})`;
    return `(${this.key(operand)} IN (${options.map((option) => this.key(option)).join(', ')}))`;
  }

  private like({ operand, pattern, escape: escapeBy }: Typed & { kind: 'like' }): string {
    const value =
      operand.type.kind === 'char'
        ? scriptCall('pad', [{ sql: this.emit(operand), type: operand.type }], VARCHAR)
        : this.emit(operand);
    if (escapeBy === undefined) return `(${value} LIKE ${this.emit(pattern)})`;
    const args = [value, this.emit(pattern), this.emit(escapeBy)].map((sql) => ({ sql, type: VARCHAR }));
    return scriptCall('like_escape', args, BOOLEAN);
  }

  private subscript({ operand, index, type }: Typed & { kind: 'subscript' }): string {
    return scriptCall(
      'subscript',
      [
        { sql: this.emit(operand), type: operand.type },
        { sql: this.emit(index), type: BIGINT },
      ],
      type,
      true,
    );
  }

  private call({ row, args, type }: Typed & { kind: 'call' }): string {
    if (row.script !== undefined)
      return scriptCall(
        row.id,
        args.map((arg) => ({ sql: this.emit(arg), type: arg.type })),
        type,
        true,
      );
    const divisor = DIVISIONS.has(row.signature.name) && args.every((arg) => isInteger(arg.type)) ? args[1] : undefined;
    if (divisor !== undefined) return this.divide(row, args as [Typed, Typed], type);
    return this.filled(row, args, type, { distinct: false, order: '', after: '', ignoreNulls: false });
  }

  /** Integer division that fails for a zero divisor, as in Trino; DuckDB's would be NULL. */
  private divide(row: FunctionRow, [left, right]: readonly [Typed, Typed], type: TrinoType): string {
    const operator = row.signature.name === '$divide' ? '//' : '%';
    const fine = right.kind === 'literal' && Number(right.value) !== 0;
    const divisor = fine
      ? this.emit(right)
      : scriptCall('nonzero', [{ sql: this.emit(right), type: right.type }], right.type);
    return `CAST(${this.emit(left)} ${operator} ${divisor} AS ${physicalName(type)})`;
  }

  aggregate(node: Aggregate): string {
    const filter = node.filter === undefined ? '' : ` FILTER (WHERE ${this.emit(node.filter)})`;
    const over = node.over === undefined ? '' : ` OVER (${this.window(node.over)})`;
    const order = node.orderBy.length === 0 ? '' : ` ORDER BY ${this.sortItems(node.orderBy)}`;
    // COUNT(DISTINCT …) counts by the values' keys.
    const counted = node.distinct && node.row.signature.name === 'count' && node.args.some(({ type }) => isKeyed(type));
    if (counted) return `count(DISTINCT ${node.args.map((arg) => this.key(arg)).join(', ')})${filter}${over}`;
    return this.filled(node.row, node.args, node.type, {
      distinct: node.distinct,
      order,
      after: filter + over,
      ignoreNulls: node.ignoreNulls,
    });
  }

  private filled(
    row: FunctionRow,
    args: readonly Typed[],
    type: TrinoType,
    around: { distinct: boolean; order: string; after: string; ignoreNulls: boolean },
  ): string {
    const template =
      typeof row.sql === 'function'
        ? row.sql(
            args.map((arg) => arg.type),
            type,
          )
        : (row.sql as string);
    const call = this.locals++;
    const written = args.map((arg) => (arg.kind === 'lambda' ? '' : this.emit(arg)));
    return fill(template, {
      args: written,
      key: (index) => keySql(written[index] as string, (args[index] as Typed).type),
      body: (index, parameters) => this.body(args[index] as Typed & { kind: 'lambda' }, parameters),
      local: (letter) => quoteIdentifier(`-> ${call}${letter}`),
      ...around,
    });
  }

  private body({ parameters, body }: Typed & { kind: 'lambda' }, names: readonly string[]): string {
    parameters.forEach((id, index) => {
      this.parameters.set(id, names[index] as string);
    });
    return this.emit(body);
  }

  private window({ partitionBy, orderBy, frame }: TypedWindow): string {
    const parts: string[] = [];
    if (partitionBy.length > 0) parts.push(`PARTITION BY ${partitionBy.map((node) => this.key(node)).join(', ')}`);
    if (orderBy.length > 0) parts.push(`ORDER BY ${this.sortItems(orderBy)}`);
    if (frame !== undefined) {
      const bounds = frame.bounds.map(({ offset, text }) =>
        offset === undefined ? text : `${this.offset(offset, frame.unit)} ${text}`,
      );
      parts.push(`${frame.unit} ${bounds.length === 2 ? `BETWEEN ${bounds.join(' AND ')}` : bounds[0]}`);
    }
    return parts.join(' ');
  }

  /** A frame's offset, checked at run time unless it is a literal. */
  private frameOffset(offset: Typed, unit: string): string {
    const sql = this.emit(offset);
    if (offset.kind === 'literal' && offset.type.kind !== 'decimal' && Number(offset.value) >= 0) return sql;
    const rows = unit !== 'RANGE' && offset.type.kind === 'decimal';
    const bounded = rows ? `CAST(least(${sql}, ${RANGES.bigint[1]}) AS BIGINT)` : sql;
    return scriptCall(
      'frame_offset',
      [{ sql: bounded, type: rows ? BIGINT : offset.type }],
      rows ? BIGINT : offset.type,
    );
  }

  private offset(offset: Typed, unit: string): string {
    const sql = this.frameOffset(offset, unit);
    if (offset.type.kind === 'interval day to second') return `to_milliseconds(${sql})`;
    return offset.type.kind === 'interval year to month' ? `to_months(${sql})` : sql;
  }
}

const DIVISIONS = new Set(['$divide', '$modulus', 'mod']);
const VOLATILE = new Set(['random', 'rand', 'uuid']);

/** Whether an expression is volatile: DuckDB's TRY doesn't accept those. */
function isVolatile(node: Typed): boolean {
  if (node.kind === 'subquery' || node.kind === 'exists' || node.kind === 'in-query' || node.kind === 'quantified')
    return true;
  return node.kind === 'call' && node.row.script === undefined && VOLATILE.has(node.row.signature.name);
}
