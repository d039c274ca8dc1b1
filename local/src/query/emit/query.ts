import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import type { BoundTable } from '../analyse/context';
import {
  type OutputColumn,
  rewrite,
  type Typed,
  type TypedBody,
  type TypedOrder,
  type TypedQuery,
  type TypedRelation,
  type TypedSelect,
} from '../analyse/tree';
import { QueryError } from '../errors';
import { scriptCall } from '../functions/script-call';
import { BIGINT, INTEGER, sameType, type TrinoType, VARCHAR } from '../types/type';
import { toDouble } from '../values/numbers';
import { fieldNames, literalSql } from '../values/physical';
import { castSql } from './cast';
import { ExpressionEmitter, isKeyed, keySql } from './expression';

/** Most iterations of a recursive query (Trino's `max_recursion_depth`). */
const MAX_RECURSION = 10;

/**
 * Translates an analysed query to DuckDB's SQL; its columns are `c0`, `c1`, …. @param now milliseconds since the epoch
 */
export function emitQuery(query: TypedQuery, now: number): string {
  return new QueryEmitter(now).query(query);
}

class QueryEmitter {
  private readonly expressions: ExpressionEmitter;
  private before = 0;

  constructor(private readonly now: number) {
    this.expressions = new ExpressionEmitter(now, (query) => this.query(query));
  }

  query(query: TypedQuery): string {
    const parts: string[] = [];
    if (query.with.length > 0) {
      const named = query.with.map(
        ({ relation, query: inner }) =>
          `${quoteIdentifier(relation)}${columnList(inner.outputs.length)} AS (${this.named(relation, inner)})`,
      );
      parts.push(`WITH ${query.recursive ? 'RECURSIVE ' : ''}${named.join(', ')}`);
    }
    parts.push(query.ties ? this.withTies(query) : this.sorted(query));
    return this.cast(parts.join(' '), query.body.outputs, query.outputs);
  }

  private named(relation: string, query: TypedQuery): string {
    const { body } = query;
    return query.repeats && body.kind === 'set' ? this.repeated(relation, body) : this.query(query);
  }

  /** A recursive query, up to Trino's number of iterations: rows in a further one are an error. */
  private repeated(relation: string, { left, right, operator, outputs }: TypedBody & { kind: 'set' }): string {
    const name = quoteIdentifier(relation);
    const columns = outputs.map((_, index) => `"c${index}"`);
    const message = `Recursion depth limit exceeded (${MAX_RECURSION}). Use 'max_recursion_depth' session property to modify the limit.`;
    const failed = scriptCall(
      'too_deep',
      [
        { sql: '"r"."d"', type: BIGINT },
        { sql: quoteLiteral(message), type: VARCHAR },
      ],
      BIGINT,
    );
    const step = `SELECT "s".*, CASE WHEN "r"."d" > ${MAX_RECURSION} THEN ${failed} ELSE "r"."d" END FROM (${this.body(right)}) AS "s", (SELECT max("depth") + 1 AS "d" FROM ${name}) AS "r"`;
    const anchor = `SELECT *, CAST(0 AS BIGINT) FROM (${this.body(left)}) AS "s"`;
    const distinct = operator === 'UNION ALL' ? '' : 'DISTINCT ';
    return `WITH RECURSIVE ${name}(${[...columns, '"depth"'].join(', ')}) AS (${anchor} UNION ALL ${step}) SELECT ${distinct}${columns.join(', ')} FROM ${name}`;
  }

  private sorted(query: TypedQuery): string {
    const { body, orderBy } = query;
    const parts: string[] = [];
    if (body.kind === 'select' || orderBy.length === 0) {
      const text = this.body(body);
      parts.push(
        (query.limit ?? query.offset) !== undefined && body.kind !== 'select' ? `SELECT * FROM (${text}) AS "s"` : text,
      );
    } else parts.push(`SELECT * FROM (${this.body(body)}) AS "s" ORDER BY ${this.orders(orderBy)}`);
    if (query.limit !== undefined) parts.push(`LIMIT ${this.expressions.emit(query.limit)}`);
    if (query.offset !== undefined) parts.push(`OFFSET ${this.expressions.emit(query.offset)}`);
    return parts.join(' ');
  }

  /** The rows up to the limit, and those that sort equal to the last of them. */
  private withTies(query: TypedQuery): string {
    const { body, limit, offset, outputs } = query;
    const orderBy = body.kind === 'select' ? body.orderBy : query.orderBy;
    const inner = body.kind === 'select' ? { ...body, orderBy: [] } : body;
    const values = body.kind === 'select' ? body.items : undefined;
    const order = this.orders(orderBy, values);
    const ranks = `rank() OVER (ORDER BY ${order}) AS "rk", row_number() OVER (ORDER BY ${order}) AS "rn"`;
    const ranked =
      inner.kind === 'select' ? this.select(inner, ranks) : `SELECT *, ${ranks} FROM (${this.body(inner)}) AS "s"`;
    const skipped = offset === undefined ? '0' : this.expressions.emit(offset);
    const last = limit === undefined ? '' : `"rk" <= ${skipped} + ${this.expressions.emit(limit)} AND `;
    const columns = outputs.map((_, index) => `"c${index}"`).join(', ');
    return `SELECT ${columns} FROM (${ranked}) AS "w" WHERE ${last}"rn" > ${skipped} ORDER BY "rn"`;
  }

  /** @param items the expressions of ordinals, where DuckDB doesn't accept ordinals */
  private orders(orders: readonly TypedOrder[], items?: readonly (Typed | undefined)[]): string {
    return orders
      .map((order) => {
        if ('value' in order)
          return this.expressions.sortItem(this.expressions.emit(order.value), order.value.type, order);
        const item = items?.[order.column];
        if (item !== undefined) return this.expressions.sortItem(this.expressions.emit(item), order.type, order);
        const keyed = keySql('', order.type) !== '';
        return this.expressions.sortItem(keyed ? `"c${order.column}"` : String(order.column + 1), order.type, order);
      })
      .join(', ');
  }

  private body(body: TypedBody): string {
    switch (body.kind) {
      case 'select':
        return this.select(body);
      case 'set':
        return this.set(body);
      case 'nested':
        return this.query(body.query);
      case 'values': {
        const rows = body.rows.map((row) => `(${row.map((item) => this.expressions.emit(item)).join(', ')})`);
        return `SELECT * FROM (VALUES ${rows.join(', ')}) AS "v"${columnList(body.outputs.length)}`;
      }
    }
  }

  private set({ left, right, operator, outputs }: TypedBody & { kind: 'set' }): string {
    const [a, b] = [this.body(left), this.body(right)];
    if (operator.endsWith(' ALL') || !outputs.some(({ type }) => isKeyed(type))) return `(${a}) ${operator} (${b})`;
    if (operator === 'UNION') return this.distinctBy(`(${a}) UNION ALL (${b})`, outputs);
    const same = outputs.map(({ type }, index) => {
      const [x, y] = ['"a"', '"b"'].map((name) => keySql(`${name}."c${index}"`, type));
      return `${x} IS NOT DISTINCT FROM ${y}`;
    });
    const there = `EXISTS (SELECT 1 FROM (${b}) AS "b" WHERE ${same.join(' AND ')})`;
    const kept = `SELECT * FROM (${a}) AS "a" WHERE ${operator === 'EXCEPT' ? 'NOT ' : ''}${there}`;
    return this.distinctBy(kept, outputs);
  }

  /** DISTINCT by the values' keys, with the first of equal rows. */
  private distinctBy(rows: string, outputs: readonly OutputColumn[]): string {
    const columns = outputs.map(({ type }, index) =>
      isKeyed(type) ? `first("c${index}") AS "c${index}"` : `"c${index}"`,
    );
    const keys = outputs.map(({ type }, index) => keySql(`"d"."c${index}"`, type));
    return `SELECT ${columns.join(', ')} FROM (${rows}) AS "d" GROUP BY ${keys.join(', ')}`;
  }

  private select(select: TypedSelect, extra?: string): string {
    if (select.distinct && extra === undefined && select.outputs.some(({ type }) => isKeyed(type))) {
      const rows = this.select({ ...select, distinct: false, orderBy: [] });
      const found = this.distinctBy(rows, select.outputs);
      if (select.orderBy.length === 0) return found;
      return `SELECT * FROM (${found}) AS "s" ORDER BY ${this.orders(select.orderBy)}`;
    }
    const { aggregation: groups, from, where } = select;
    const emit = (node: Typed) => this.expressions.emit(node);
    // An aggregation without GROUP BY is inlined: only then does DuckDB return 0 for COUNT of no rows in a subquery.
    const whole = groups?.keys.length === 0 && groups.sets.length === 1 && select.having === undefined;
    const aggregation = whole ? undefined : groups;
    if (whole) this.expressions.inline(groups.relation, (name) => emit(groups.calls[Number(name.slice(1))] as Typed));
    const items = select.items.map((item, index) => `${emit(item)} AS "c${index}"`);
    if (extra !== undefined) items.push(extra);
    if (items.length === 0) items.push('1 AS "c0"');
    const parts = [`SELECT ${select.distinct ? 'DISTINCT ' : ''}${items.join(', ')}`];
    const source = [
      ...(from === undefined ? [] : [`FROM ${this.relation(from)}`]),
      ...(where === undefined ? [] : [`WHERE ${emit(where)}`]),
    ];
    if (aggregation === undefined) parts.push(...source);
    else {
      parts.push(`FROM (${this.groups(aggregation, source)}) AS ${quoteIdentifier(aggregation.relation)}`);
      if (select.having !== undefined) parts.push(`WHERE ${emit(select.having)}`);
    }
    if (select.orderBy.length === 0) return parts.join(' ');
    // Expressions in place of output names: within an expression, DuckDB takes "c0" for a source's column.
    const keyed = select.items.map((item) => (keySql('', item.type) === '' ? undefined : item));
    if (!select.distinct) return `${parts.join(' ')} ORDER BY ${this.orders(select.orderBy, keyed)}`;
    if (keyed.every((item) => item === undefined)) return `${parts.join(' ')} ORDER BY ${this.orders(select.orderBy)}`;
    return `SELECT * FROM (${parts.join(' ')}) AS "d" ORDER BY ${this.orders(select.orderBy)}`;
  }

  private groups({ keys, sets, calls }: NonNullable<TypedSelect['aggregation']>, source: readonly string[]): string {
    const emit = (node: Typed) => this.expressions.emit(node);
    const grouped = keys.map((key) => this.expressions.key(key));
    const columns = keys.map((key, index) => {
      const value = emit(key);
      const by = grouped[index] as string;
      if (by === value) return `${value} AS "k${index}"`;
      const first = `any_value(${value})`;
      return `${sets.length === 1 ? first : `CASE WHEN grouping(${by}) = 0 THEN ${first} END`} AS "k${index}"`;
    });
    // GROUPING of a single set is 0: every key is grouped by, and DuckDB takes several arguments with several sets
    // only.
    const callSql = (call: Typed) =>
      call.kind === 'grouping' && sets.length === 1 ? literalSql(0, INTEGER) : emit(call);
    columns.push(...calls.map((call, index) => `${callSql(call)} AS "a${index}"`));
    if (calls.length === 0 && sets.some((set) => set.length === 0)) columns.push('count(*) AS "n"');
    const parts = [`SELECT ${columns.join(', ')}`, ...source];
    const list = (set: readonly number[]) => set.map((place) => grouped[place]).join(', ');
    const [only = []] = sets;
    if (sets.length > 1) parts.push(`GROUP BY GROUPING SETS (${sets.map((set) => `(${list(set)})`).join(', ')})`);
    else if (only.length > 0) parts.push(`GROUP BY ${list(only)}`);
    return parts.join(' ');
  }

  private relation(relation: TypedRelation): string {
    switch (relation.kind) {
      case 'scan':
        return `(${(relation.table as BoundTable).sql}) AS ${quoteIdentifier(relation.relation)}${columnList(relation.columns.length)}`;
      case 'named':
        return `${quoteIdentifier(relation.source)} AS ${quoteIdentifier(relation.relation)}`;
      case 'query':
        return `${relation.lateral ? 'LATERAL ' : ''}(${this.query(relation.query)}) AS ${quoteIdentifier(relation.relation)}`;
      case 'unnest':
        return this.unnest(relation);
      case 'sample':
        return `${this.relation(relation.relation)} TABLESAMPLE BERNOULLI (${percentOf(relation.percent)} PERCENT)`;
      case 'join': {
        const outer = relation.type !== 'inner' && relation.type !== 'cross' && relation.on !== undefined;
        const left = this.relation(relation.left) + (outer ? this.queriesBefore(relation.on as Typed) : '');
        const on =
          relation.type === 'cross'
            ? ''
            : ` ON ${relation.on === undefined ? 'TRUE' : this.expressions.emit(relation.on)}`;
        return `(${left} ${relation.type.toUpperCase()} JOIN ${this.relation(relation.right)}${on})`;
      }
    }
  }

  /**
   * Subqueries of an outer join's condition, joined to every row first: DuckDB allows no subquery in such a condition.
   */
  private queriesBefore(on: Typed): string {
    const queries: (Typed & { query: TypedQuery })[] = [];
    rewrite(on, (node) => {
      if (!('query' in node)) return undefined;
      queries.push(node);
      return node;
    });
    return queries
      .map((node) => {
        const name = quoteIdentifier(`before ${this.before++}`);
        const value = `${name}."v"`;
        return ` CROSS JOIN (SELECT ${this.valueBefore(node, value)} AS "v") AS ${name}`;
      })
      .join('');
  }

  private valueBefore(node: Typed & { query: TypedQuery }, value: string): string {
    if (node.kind !== 'in-query' && node.kind !== 'quantified') {
      const sql = this.expressions.emit(node);
      this.expressions.write(node, value);
      return sql;
    }
    const { type } = node.kind === 'in-query' ? node.operand : node.left;
    this.expressions.write(node, this.expressions.comparedToList(node, value));
    return `coalesce((SELECT list("c") FROM (${this.expressions.oneColumn(node.query, type)}) AS "s"("c")), [])`;
  }

  private unnest({ items, relation, ordinality }: TypedRelation & { kind: 'unnest' }): string {
    const lists = items.map((item) =>
      item.type.kind === 'map' ? `map_entries(${this.expressions.emit(item)})` : this.expressions.emit(item),
    );
    const inner = lists.map((list, index) => `unnest(${list}) AS "u${index}"`);
    const outer = items.flatMap(({ type }, index) => unnestedColumns(type, `"u${index}"`));
    if (ordinality) {
      const lengths = lists.map((list) => `coalesce(len(${list}), 0)`).join(', ');
      inner.push(`unnest(range(1, 1 + ${lists.length === 1 ? lengths : `greatest(${lengths})`})) AS "o"`);
      outer.push('"o"');
    }
    return `(SELECT ${outer.map((sql, index) => `${sql} AS "c${index}"`).join(', ')} FROM (SELECT ${inner.join(', ')}) AS "u") AS ${quoteIdentifier(relation)}`;
  }

  /** A query with its columns cast to other types. */
  private cast(sql: string, from: readonly OutputColumn[], to: readonly OutputColumn[]): string {
    if (from.every(({ type }, index) => sameType(type, (to[index] as OutputColumn).type))) return sql;
    const columns = from.map(
      ({ type }, index) =>
        `${castSql(`"c${index}"`, type, (to[index] as OutputColumn).type, false, this.now)} AS "c${index}"`,
    );
    return `SELECT ${columns.join(', ')} FROM (${sql}) AS "s"`;
  }
}

/** The percentage of TABLESAMPLE. @throws QueryError unless it is a literal */
function percentOf(percent: Typed): number {
  if (percent.kind === 'literal' && percent.value !== null) {
    const share = toDouble(percent.value, percent.type);
    if (share >= 0 && share <= 100) return share;
    throw new QueryError('NUMERIC_VALUE_OUT_OF_RANGE', 'Sample percentage must be between 0 and 100, inclusive');
  }
  throw new QueryError('EXPRESSION_NOT_CONSTANT', 'Sample percentage must be a constant');
}

function unnestedColumns(type: TrinoType, sql: string): string[] {
  if (type.kind === 'map') return [`${sql}.key`, `${sql}.value`];
  if (type.kind !== 'array' || type.of.kind !== 'row') return [sql];
  return fieldNames(type.of).map((name) => `${sql}.${quoteIdentifier(name)}`);
}

const columnList = (count: number): string =>
  `(${Array.from({ length: count }, (_, index) => `"c${index}"`).join(', ')})`;
