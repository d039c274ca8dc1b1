import { DOUBLE, decimal, INTEGER, isText, type TrinoType, VARCHAR } from '../../types/type';
import { type Json, JsonNumber, JsonObject } from '../../values/json-text';
import { parseDouble, pow10, roundToInteger, toDouble } from '../../values/numbers';
import type { Value } from '../../values/value';
import {
  calculate,
  compareScalars,
  type Item,
  isArray,
  jsonOf,
  numberOf,
  PathEvaluationError,
  SqlValue,
  scalarOf,
  wrongType,
} from './items';
import type { JsonPath, Method, PathNode, Predicate } from './path';

/** Context of a part of a path: the array's last index, and the current item of a filter. */
interface Place {
  readonly last?: number;
  readonly current?: Item;
}

/** Evaluates a path to its items. @throws PathEvaluationError */
export function evaluatePath(path: JsonPath, input: Json, variables: ReadonlyMap<string, readonly Item[]>): Item[] {
  return new Evaluation(path.lax, input, variables).items(path.root, {});
}

class Evaluation {
  private objects = 0;

  constructor(
    private readonly lax: boolean,
    private readonly input: Json,
    private readonly variables: ReadonlyMap<string, readonly Item[]>,
  ) {}

  items(node: PathNode, place: Place): Item[] {
    switch (node.kind) {
      case 'literal':
        return [new SqlValue(node.type, node.value)];
      case 'null':
        return [null];
      case 'context':
        return [this.input];
      case 'last':
        return [new SqlValue(INTEGER, place.last ?? 0)];
      case 'current':
        return [place.current ?? null];
      case 'variable':
        return [...(this.variables.get(node.name) ?? [])];
      case 'member':
        return this.unwrapped(node.base, place).flatMap((item) => this.member(item, node.key));
      case 'members':
        return this.unwrapped(node.base, place).flatMap((item) => {
          if (item instanceof JsonObject) return [...item.entries.values()];
          if (this.lax) return [];
          throw wrongType('OBJECT', item);
        });
      case 'descendant':
        return this.items(node.base, place).flatMap((item) => descendants(item, node.key));
      case 'items':
        return this.items(node.base, place).flatMap((item) => this.elements(item));
      case 'subscript':
        return this.items(node.base, place).flatMap((item) => this.subscript(this.elements(item), node, place));
      case 'filter':
        return this.unwrapped(node.base, place).filter(
          (current) => this.test(node.test, { ...place, current }) === true,
        );
      case 'method':
        return this.method(node, place);
      case 'sign':
        return this.unwrapped(node.base, place).map((item) => {
          const found = numberOf(item);
          return node.operator === '+' ? found : calculate('-', new SqlValue(found.type, zeroOf(found)), found);
        });
      case 'binary': {
        const [left, right] = [this.unwrapped(node.left, place), this.unwrapped(node.right, place)];
        if (left.length !== 1 || right.length !== 1)
          throw new PathEvaluationError('arithmetic binary expression requires singleton operands');
        return [calculate(node.operator, numberOf(left[0] as Item), numberOf(right[0] as Item))];
      }
    }
  }

  private unwrapped(node: PathNode, place: Place): Item[] {
    const found = this.items(node, place);
    return this.lax ? found.flatMap<Item>((item) => (isArray(item) ? [...item] : [item])) : found;
  }

  private member(item: Item, key: string): Item[] {
    if (!(item instanceof JsonObject)) {
      if (this.lax) return [];
      throw wrongType('OBJECT', item);
    }
    const found = item.entries.get(key);
    if (found !== undefined) return [found];
    if (this.lax) return [];
    throw new PathEvaluationError(`structural error: missing member '${key}' in JSON object`);
  }

  private elements(item: Item): Item[] {
    if (isArray(item)) return [...item];
    if (this.lax) return [item];
    throw wrongType('ARRAY', item);
  }

  private subscript(elements: readonly Item[], node: PathNode & { kind: 'subscript' }, place: Place): Item[] {
    if (elements.length === 0) {
      if (this.lax) return [];
      throw new PathEvaluationError('structural error: invalid array subscript for empty array');
    }
    const inside = { ...place, last: elements.length - 1 };
    return node.ranges.flatMap(({ from, to }) => {
      const first = this.index(from, inside);
      const last = to === undefined ? first : this.index(to, inside);
      if (!this.lax && (first < 0 || first >= elements.length || last < 0 || last >= elements.length || first > last))
        throw new PathEvaluationError(
          `structural error: invalid array subscript: [${first}, ${last}] for array of size ${elements.length}`,
        );
      return elements.slice(Math.max(0, first), Math.max(0, last + 1));
    });
  }

  private index(node: PathNode, place: Place): number {
    const found = this.items(node, place);
    if (found.length !== 1) throw new PathEvaluationError("array subscript 'from' value must be singleton numeric");
    const { type, value } = numberOf(found[0] as Item);
    try {
      return Number(roundToInteger(toDouble(value, type), 'bigint', type.kind));
    } catch (error) {
      throw new PathEvaluationError((error as Error).message);
    }
  }

  private method({ base, method }: PathNode & { kind: 'method' }, place: Place): Item[] {
    if (method === 'type') return this.items(base, place).map((item) => new SqlValue(VARCHAR, typeText(item)));
    if (method === 'size') {
      return this.items(base, place).map((item) => {
        if (!isArray(item) && !this.lax) throw wrongType('ARRAY', item);
        return new SqlValue(INTEGER, isArray(item) ? item.length : 1);
      });
    }
    const items = this.unwrapped(base, place);
    if (method === 'keyvalue') return items.flatMap((item) => this.keyValues(item));
    return items.map((item) => (method === 'double' ? doubleOf(item) : rounded(method, numberOf(item))));
  }

  private keyValues(item: Item): Item[] {
    if (!(item instanceof JsonObject)) throw wrongType('OBJECT', item);
    const id = new JsonNumber(String(this.objects++));
    return [...item.entries].map(
      ([name, value]) =>
        new JsonObject(
          new Map<string, Json>([
            ['name', name],
            ['value', value],
            ['id', id],
          ]),
        ),
    );
  }

  /** Evaluates a filter: null for unknown. */
  private test(predicate: Predicate, place: Place): boolean | null {
    switch (predicate.kind) {
      case 'and':
      case 'or': {
        const decides = predicate.kind === 'or';
        const left = this.test(predicate.left, place);
        if (left === decides) return decides;
        const right = this.test(predicate.right, place);
        if (right === decides) return decides;
        return left === null || right === null ? null : !decides;
      }
      case 'not': {
        const found = this.test(predicate.test, place);
        return found === null ? null : !found;
      }
      case 'unknown':
        return this.test(predicate.test, place) === null;
      case 'exists': {
        const found = this.attempt(() => this.items(predicate.path, place));
        return found === undefined ? null : found.length > 0;
      }
      case 'starts':
        return this.startsWith(predicate, place);
      case 'compare':
        return this.compare(predicate, place);
    }
  }

  private attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof PathEvaluationError) return undefined;
      throw error;
    }
  }

  private startsWith({ whole, prefix }: Predicate & { kind: 'starts' }, place: Place): boolean | null {
    const values = this.attempt(() => this.unwrapped(whole, place));
    const prefixes = this.attempt(() => this.items(prefix, place));
    if (values === undefined || prefixes?.length !== 1) return null;
    const start = textOf(prefixes[0] as Item);
    if (start === undefined) return null;
    let found = false;
    for (const value of values) {
      const text = textOf(value);
      if (text === undefined) return null;
      if (!text.startsWith(start)) continue;
      found = true;
      if (this.lax) return true;
    }
    return found;
  }

  private compare({ operator, left, right }: Predicate & { kind: 'compare' }, place: Place): boolean | null {
    const a = this.attempt(() => this.unwrapped(left, place));
    const b = this.attempt(() => this.unwrapped(right, place));
    if (a === undefined || b === undefined) return null;
    if (a.length === 0 || b.length === 0) return false;
    const [x, y] = [kindsOf(a), kindsOf(b)];
    if ((x.whole && (y.whole || y.scalar)) || (x.scalar && y.whole)) return null;
    let found =
      (operator === '==' && x.none && y.none) ||
      (operator === '<>' && ((x.none && (y.scalar || y.whole)) || (y.none && (x.scalar || x.whole))));
    if (found && this.lax) return true;
    const [first, second] = [this.scalars(a), this.scalars(b)];
    if (first === undefined || second === undefined) return null;
    for (const one of first) {
      for (const other of second) {
        const result = compareScalars(operator, one, other);
        if (result === null) return null;
        if (result && this.lax) return true;
        found ||= result;
      }
    }
    return found;
  }

  private scalars(items: readonly Item[]): SqlValue[] | undefined {
    return this.attempt(() => items.flatMap((item) => (item === null ? [] : (scalarOf(item) ?? []))));
  }
}

function kindsOf(items: readonly Item[]): { none: boolean; scalar: boolean; whole: boolean } {
  const isWhole = (item: Item) => isArray(item) || item instanceof JsonObject;
  return {
    none: items.includes(null),
    scalar: items.some((item) => item !== null && !isWhole(item)),
    whole: items.some(isWhole),
  };
}

function descendants(item: Item, key: string): Item[] {
  if (isArray(item)) return item.flatMap((each) => descendants(each, key));
  if (!(item instanceof JsonObject)) return [];
  const own = item.entries.get(key);
  return [
    ...(own === undefined ? [] : [own]),
    ...[...item.entries.values()].flatMap((value) => descendants(value, key)),
  ];
}

function textOf(item: Item): string | undefined {
  if (typeof item === 'string') return item;
  return item instanceof SqlValue && isText(item.type) ? (jsonOf(item) as string) : undefined;
}

const zeroOf = ({ type }: SqlValue): Value => (type.kind === 'bigint' || type.kind === 'decimal' ? 0n : 0);

function typeText(item: Item): string {
  if (item instanceof SqlValue) return sqlTypeText(item.type);
  if (item === null) return 'null';
  if (isArray(item)) return 'array';
  if (item instanceof JsonObject) return 'object';
  if (item instanceof JsonNumber) return 'number';
  return typeof item === 'string' ? 'string' : 'boolean';
}

function sqlTypeText(type: TrinoType): string {
  if (isText(type)) return 'string';
  switch (type.kind) {
    case 'boolean':
    case 'date':
      return type.kind;
    case 'time':
    case 'timestamp':
      return `${type.kind} without time zone`;
    case 'time with time zone':
    case 'timestamp with time zone':
      return type.kind;
    default:
      return 'number';
  }
}

function doubleOf(item: Item): SqlValue {
  const text = textOf(item);
  if (text === undefined) {
    const { type, value } = numberOf(item);
    return new SqlValue(DOUBLE, toDouble(value, type));
  }
  const value = parseDouble(text);
  if (value === undefined) throw new PathEvaluationError(`Cannot cast '${text}' to DOUBLE`);
  return new SqlValue(DOUBLE, value);
}

function rounded(method: Method, found: SqlValue): SqlValue {
  const { type, value } = found;
  const negative = (value as number) < 0;
  if (method === 'abs') return negative ? calculate('-', new SqlValue(type, zeroOf(found)), found) : found;
  const round = method === 'ceiling' ? Math.ceil : Math.floor;
  if (type.kind === 'double' || type.kind === 'real') return new SqlValue(type, round(value as number));
  if (type.kind !== 'decimal') return found;
  const unit = pow10(type.scale);
  const whole = (value as bigint) / unit;
  const rest = (value as bigint) % unit !== 0n;
  const step = !rest ? 0n : method === 'ceiling' ? (negative ? 0n : 1n) : negative ? -1n : 0n;
  return new SqlValue(decimal(Math.max(1, type.precision - type.scale + Math.min(type.scale, 1)), 0), whole + step);
}
