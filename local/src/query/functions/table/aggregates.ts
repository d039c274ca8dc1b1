import { arrayOf, BIGINT, DOUBLE, decimal, type TrinoType, VARCHAR } from '../../types/type';
import { keyOf, orderOf } from '../../values/compare';
import { divideRounded, fits } from '../../values/numbers';
import { physicalName } from '../../values/physical';
import { invalidArgument, outOfRange, type Value, ValueError } from '../../values/value';
import { xxhash64Value } from '../hashes';
import { aggregate, type FunctionRow, scalar, script, scriptFor } from '../row';
import { scriptCall } from '../script-call';

type Items = readonly Value[];
type Pairs = readonly (readonly Value[])[];

const itemType = (type: TrinoType | undefined): TrinoType => (type as TrinoType & { kind: 'array' }).of;
const rowOf = (types: readonly TrinoType[]): TrinoType => ({
  kind: 'row',
  fields: types.map((type, index) => ({ name: `f${index}`, type })),
});
const packed = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `'f${index}': $${index + 1}`).join(', ')}}`;

/** Collects a group's values into an array for a TypeScript function: of one argument, or of rows of several. */
function gathered(finish: FunctionRow, count: number): (args: readonly TrinoType[], result: TrinoType) => string {
  return (args, result) => {
    const item = count === 1 ? (args[0] as TrinoType) : rowOf(args.slice(0, count));
    const list = { sql: `list(${count === 1 ? '$1' : packed(count)})@`, type: arrayOf(item) };
    const rest = args.slice(count).map((type, index) => ({ sql: `any_value($${count + index + 1})@`, type }));
    return scriptCall(finish.id, [list, ...rest], result);
  };
}

const finishers: FunctionRow[] = [];

/** An aggregate as a TypeScript function over all of a group's values. */
function overAll(text: string, make: NonNullable<FunctionRow['script']>, count?: number): FunctionRow {
  const finish = scalar(`$${text}`, scriptFor(make));
  finishers.push(finish);
  return aggregate(text, gathered(finish, count ?? finish.signature.args.length));
}

const firstOf = ([type]: readonly TrinoType[]): TrinoType => itemType(type);

/** The n smallest or largest values. */
const top =
  (sign: 1 | -1): NonNullable<FunctionRow['script']> =>
  (args) => {
    const order = extremeOrder(itemTypeOfPairs(args, 0), sign);
    return (items: Items, count: bigint) => {
      checkCount(count);
      return items
        .filter((item) => item !== null)
        .sort((a, b) => order(a, b) * sign)
        .slice(0, Number(count));
    };
  };

/** An order in which NaN is an extreme only without other numbers. */
function extremeOrder(type: TrinoType, sign: 1 | -1): (a: Value, b: Value) => number {
  const order = orderOf(type);
  if (sign === 1 || (type.kind !== 'double' && type.kind !== 'real')) return order;
  return (a, b) => (Number.isNaN(a) === Number.isNaN(b) ? order(a, b) : -order(a, b));
}

function itemTypeOfPairs([type]: readonly TrinoType[], index: number): TrinoType {
  const item = itemType(type);
  return item.kind === 'row' ? (item.fields[index]?.type as TrinoType) : item;
}

function checkCount(count: bigint): void {
  if (count <= 0n) throw invalidArgument('number of values must be a positive integer');
  if (count > 10_000n)
    throw invalidArgument('number of values must be less than or equal to 10000; found '.concat(String(count)));
}

const topBy =
  (sign: 1 | -1): NonNullable<FunctionRow['script']> =>
  (args) => {
    const order = extremeOrder(itemTypeOfPairs(args, 1), sign);
    return (pairs: Pairs, count: bigint) => {
      checkCount(count);
      return pairs
        .filter(([, by]) => by !== null)
        .sort((a, b) => order(a[1] ?? null, b[1] ?? null) * sign)
        .slice(0, Number(count))
        .map(([value = null]) => value);
    };
  };

const mapOf = (entries: readonly (readonly [Value, Value])[]): Value => entries.map((entry) => [...entry]);

const mapAgg: NonNullable<FunctionRow['script']> = (args) => {
  const key = keyOf(itemTypeOfPairs(args, 0));
  return (pairs: Pairs) => {
    const found = new Map<string, readonly [Value, Value]>();
    for (const [name = null, value = null] of pairs)
      if (name !== null && !found.has(key(name))) found.set(key(name), [name, value]);
    return found.size === 0 ? null : mapOf([...found.values()]);
  };
};

const multimapAgg: NonNullable<FunctionRow['script']> = (args) => {
  const key = keyOf(itemTypeOfPairs(args, 0));
  return (pairs: Pairs) => {
    const found = new Map<string, [Value, Value[]]>();
    for (const [name = null, value = null] of pairs) {
      if (name === null) continue;
      const known = found.get(key(name));
      if (known === undefined) found.set(key(name), [name, [value]]);
      else known[1].push(value);
    }
    return found.size === 0 ? null : mapOf([...found.values()]);
  };
};

const mapUnion: NonNullable<FunctionRow['script']> = (args) => {
  const key = keyOf((firstOf(args) as TrinoType & { kind: 'map' }).key);
  return (maps: readonly (Pairs | null)[]) => {
    if (maps.every((map) => map === null)) return null;
    const found = new Map<string, readonly Value[]>();
    for (const entry of maps.flatMap((map) => map ?? []))
      if (!found.has(key(entry[0] ?? null))) found.set(key(entry[0] ?? null), entry);
    return [...found.values()];
  };
};

const histogram: NonNullable<FunctionRow['script']> = (args) => {
  const key = keyOf(firstOf(args));
  return (items: Items) => {
    const counts = new Map<string, [Value, bigint]>();
    for (const item of items) if (item !== null) counts.set(key(item), [item, (counts.get(key(item))?.[1] ?? 0n) + 1n]);
    return counts.size === 0 ? null : mapOf([...counts.values()]);
  };
};

const mostFrequent: NonNullable<FunctionRow['script']> = (args) => {
  const key = keyOf(itemTypeOfPairs(args, 1));
  return (rows: Pairs) => {
    const counts = new Map<string, [Value, bigint]>();
    let buckets = 0n;
    for (const [count, value = null] of rows) {
      if (count !== null) buckets = count as bigint;
      if (value !== null) counts.set(key(value), [value, (counts.get(key(value))?.[1] ?? 0n) + 1n]);
    }
    if (counts.size === 0) return null;
    const sorted = [...counts.values()].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0));
    return mapOf(sorted.slice(0, Number(buckets)));
  };
};

const numericHistogram: NonNullable<FunctionRow['script']> = () => (rows: Pairs) => {
  const wanted = Number(rows[0]?.[0] ?? 0);
  if (wanted < 2) throw invalidArgument('numeric_histogram bucket count must be greater than one');
  const bins = new Map<number, number>();
  for (const [, value = null, weight = 1] of rows)
    if (value !== null) bins.set(Number(value), (bins.get(Number(value)) ?? 0) + Number(weight));
  const sorted = [...bins].sort(([a], [b]) => a - b);
  while (sorted.length > wanted) {
    let best = 0;
    for (let at = 1; at + 1 < sorted.length; at++) if (gap(sorted, at) < gap(sorted, best)) best = at;
    const [[a, m], [b, n]] = [sorted[best] as [number, number], sorted[best + 1] as [number, number]];
    sorted.splice(best, 2, [(a * m + b * n) / (m + n), m + n]);
  }
  return sorted.length === 0 ? null : mapOf(sorted);
};
const gap = (sorted: readonly [number, number][], at: number): number =>
  (sorted[at + 1]?.[0] ?? 0) - (sorted[at]?.[0] ?? 0);

/** Weighted percentiles. */
function percentiles(
  pairs: readonly (readonly [value: Value, weight: number])[],
  shares: readonly number[],
  order: (a: Value, b: Value) => number,
): Value[] {
  const sorted = pairs.filter(([value]) => value !== null).sort(([a], [b]) => order(a, b));
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  return shares.map((share) => {
    if (!(share >= 0 && share <= 1)) throw invalidArgument('percentile must be between 0 and 1');
    let passed = 0;
    for (const [value, weight] of sorted) {
      passed += weight;
      if (passed > 0 && passed >= share * total) return value;
    }
    return sorted.at(-1)?.[0] ?? null;
  });
}

const percentile =
  (weighted: boolean, many: boolean): NonNullable<FunctionRow['script']> =>
  (args) => {
    const order = orderOf(itemTypeOfPairs(args, 0));
    return (rows: Pairs) => {
      const shares = rows[0]?.[weighted ? 2 : 1] ?? null;
      const pairs = rows.map((row) => [row[0] ?? null, weighted ? Number(row[1] ?? 0) : 1] as const);
      if (shares === null || pairs.every(([value]) => value === null)) return null;
      if (pairs.some(([, weight]) => weight <= 0)) throw invalidArgument('percentile weight must be > 0');
      const found = percentiles(pairs, (many ? (shares as Items) : [shares]).map(Number), order);
      return many ? found : (found[0] ?? null);
    };
  };

const NUMBERS = ['bigint', 'double', 'real'];
const PERCENTILES: readonly FunctionRow[] = NUMBERS.flatMap((type) => [
  overAll(`approx_percentile(${type}, double) -> ${type}`, percentile(false, false)),
  overAll(`approx_percentile(${type}, array(double)) -> array(${type})`, percentile(false, true)),
  overAll(`approx_percentile(${type}, double, double) -> ${type}`, percentile(true, false)),
  overAll(`approx_percentile(${type}, double, array(double)) -> array(${type})`, percentile(true, true)),
]);

/** Bytes of a value to hash: numbers as eight bytes, little endian. */
function hashedBytes(type: TrinoType): (value: Value) => Uint8Array {
  switch (type.kind) {
    case 'varbinary':
      return (value) => value as Uint8Array;
    case 'varchar':
    case 'char':
      return (value) => Buffer.from(value as string);
    case 'double':
      return (value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleLE(value === 0 ? 0 : (value as number));
        return bytes;
      };
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'date':
      return (value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64LE(BigInt(value as bigint));
        return bytes;
      };
    default: {
      const key = keyOf(type);
      return (value) => Buffer.from(key(value));
    }
  }
}

/** The sum of the values' hashes, independent of their order. */
const checksum: NonNullable<FunctionRow['script']> = (args) => {
  const bytesOf = hashedBytes(firstOf(args));
  return (items: Items) => {
    if (items.length === 0) return null;
    const sum = items.reduce(
      (total: bigint, item) => total + (item === null ? 1n : xxhash64Value(bytesOf(item))) * 0x9e37_79b1_85eb_ca87n,
      0n,
    );
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, sum));
    return bytes;
  };
};

const DECIMAL_AVG = scalar(
  '$decimal_avg(decimal(a,b), bigint) -> decimal(p,s)',
  script((sum: bigint, count: bigint) => divideRounded(sum, count)),
);

const DECIMAL_SUM = scalar(
  '$decimal_sum(decimal(p,s)) -> decimal(p,s)',
  script((sum: bigint) => {
    if (fits(sum, 38)) return sum;
    throw outOfRange('Decimal overflow');
  }),
);

const sums: readonly FunctionRow[] = [
  aggregate('sum(bigint) -> bigint', 'CAST(sum($1)@ AS BIGINT)'),
  aggregate('sum(double) -> double', 'sum($1)@'),
  aggregate('sum(real) -> real', 'CAST(sum(CAST($1 AS DOUBLE))@ AS FLOAT)'),
  aggregate(
    'sum(decimal(p,s)) -> decimal(p,s)',
    (_args, result) => scriptCall(DECIMAL_SUM.id, [{ sql: 'sum($1)@', type: result }], result),
    { result: ([type]) => decimal(38, (type as { scale: number }).scale) },
  ),
  aggregate('sum(interval day to second) -> interval day to second', 'CAST(sum($1)@ AS BIGINT)'),
  aggregate('sum(interval year to month) -> interval year to month', 'CAST(sum($1)@ AS INTEGER)'),
  aggregate('avg(bigint) -> double', 'avg($1)@'),
  aggregate('avg(double) -> double', 'avg($1)@'),
  aggregate('avg(real) -> real', 'CAST(avg(CAST($1 AS DOUBLE))@ AS FLOAT)'),
  aggregate('avg(decimal(p,s)) -> decimal(p,s)', ([type], result) => {
    const { scale } = type as { scale: number };
    return scriptCall(
      DECIMAL_AVG.id,
      [
        { sql: 'sum($1)@', type: decimal(38, scale) },
        { sql: 'count($1)@', type: BIGINT },
      ],
      result,
    );
  }),
  aggregate('avg(interval day to second) -> interval day to second', 'CAST(round(avg($1)@) AS BIGINT)'),
  aggregate('avg(interval year to month) -> interval year to month', 'CAST(round(avg($1)@) AS INTEGER)'),
];

/** Statistics that DuckDB computes as Trino does, in doubles. */
const STATISTICS: readonly FunctionRow[] = [
  ...['stddev', 'stddev_pop', 'stddev_samp', 'variance', 'var_pop', 'var_samp'].flatMap((name) =>
    ['bigint', 'double'].map((type) => aggregate(`${name}(${type}) -> double`, `${name}(CAST($1 AS DOUBLE))@`)),
  ),
  ...['skewness', 'kurtosis'].flatMap((name) =>
    ['bigint', 'double'].map((type) => aggregate(`${name}(${type}) -> double`, momentOf(name))),
  ),
  ...['corr', 'covar_pop', 'covar_samp', 'regr_slope', 'regr_intercept'].flatMap((name) => [
    aggregate(`${name}(double, double) -> double`, `${name}($1, $2)@`),
    aggregate(`${name}(real, real) -> real`, `CAST(${name}(CAST($1 AS DOUBLE), CAST($2 AS DOUBLE))@ AS FLOAT)`),
  ]),
  ...['bigint', 'double'].map((type) =>
    aggregate(
      `geometric_mean(${type}) -> double`,
      "exp(avg(CASE WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE ln(CAST($1 AS DOUBLE)) END)@)",
    ),
  ),
  aggregate('geometric_mean(real) -> real', 'CAST(exp(avg(ln(CAST($1 AS DOUBLE)))@) AS FLOAT)'),
];

function momentOf(name: string): (args: readonly TrinoType[], result: TrinoType) => string {
  return () =>
    scriptCall(MOMENTS[name]?.id ?? '', [{ sql: 'list(CAST($1 AS DOUBLE))@', type: arrayOf(DOUBLE) }], DOUBLE);
}

function momentsOf(items: Items): { n: number; mean: number; m2: number; m3: number; m4: number } {
  const values = items.filter((item) => item !== null).map(Number);
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const power = (exponent: number) => values.reduce((sum, value) => sum + (value - mean) ** exponent, 0);
  return { n, mean, m2: power(2), m3: power(3), m4: power(4) };
}

const MOMENTS: Readonly<Record<string, FunctionRow>> = {
  skewness: scalar(
    '$skewness(array(double)) -> double',
    script((items: Items) => {
      const { n, m2, m3 } = momentsOf(items);
      return n < 3 ? null : (Math.sqrt(n) * m3) / m2 ** 1.5;
    }),
  ),
  kurtosis: scalar(
    '$kurtosis(array(double)) -> double',
    script((items: Items) => {
      const { n, m2, m4 } = momentsOf(items);
      if (n < 4) return null;
      const variance = m2 / (n - 1);
      return (
        ((n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3))) * (m4 / variance ** 2) -
        (3 * (n - 1) ** 2) / ((n - 2) * (n - 3))
      );
    }),
  ),
};

/** Most bytes of LISTAGG's result. */
const MAX_LISTAGG = 1_048_576;

/** Joins values. @param filler replacement for those beyond the limit. @default an error */
function joined(items: Items, separator: string, filler?: string, counted?: string): Value {
  const values = items.filter((item) => item !== null) as string[];
  if (values.length === 0) return null;
  let size = 0;
  for (const [index, value] of values.entries()) {
    size += Buffer.byteLength(value) + (index === 0 ? 0 : Buffer.byteLength(separator));
    if (size <= MAX_LISTAGG) continue;
    if (filler === undefined)
      throw new ValueError('EXCEEDED_FUNCTION_MEMORY_LIMIT', 'Concatenated string is too large');
    const left = counted === 'true' ? `(${values.length - index})` : '';
    return [...values.slice(0, index), filler].join(separator) + left;
  }
  return values.join(separator);
}

const LISTAGG = scalar('$listagg(array(varchar), varchar) -> varchar', script(joined));
const LISTAGG_TRUNCATED = scalar('$listagg(array(varchar), varchar, varchar, varchar) -> varchar', script(joined));

/** max_by and min_by: the value of the row with the extreme key. */
const extremesBy = (name: string, sign: 1 | -1): FunctionRow[] => [
  aggregate(`${name}(V, K) -> V where K orderable`, ([, by]) =>
    name === 'max_by'
      ? `(arg_max({'v': $1}, ${isFloating(by) ? "CASE WHEN isnan($2) THEN CAST('-Infinity' AS DOUBLE) ELSE $2 END" : '$k2'})@).v`
      : "(arg_min({'v': $1}, $k2)@).v",
  ),
  overAll(`${name}(V, K, bigint) -> array(V) where K orderable`, topBy(sign === 1 ? -1 : 1), 2),
];

/** Aggregate functions ("Aggregate functions"). */
export const AGGREGATES: readonly FunctionRow[] = [
  DECIMAL_AVG,
  DECIMAL_SUM,
  LISTAGG,
  LISTAGG_TRUNCATED,
  ...Object.values(MOMENTS),
  ...sums,
  ...STATISTICS,
  ...PERCENTILES,
  aggregate('count() -> bigint', 'count(*)@'),
  aggregate('count(T) -> bigint', 'count($1)@'),
  aggregate('count_if(boolean) -> bigint', 'CAST(count_if($1)@ AS BIGINT)'),
  ...['bool_and', 'every'].map((name) => aggregate(`${name}(boolean) -> boolean`, 'bool_and($1)@')),
  aggregate('bool_or(boolean) -> boolean', 'bool_or($1)@'),
  ...['any_value', 'arbitrary'].map((name) => aggregate(`${name}(T) -> T`, 'any_value($1)@')),
  aggregate('array_agg(T) -> array(T)', 'list($1)@'),
  ...[LISTAGG, LISTAGG_TRUNCATED].map((finish) =>
    aggregate(`listagg(${finish.signature.args.map(() => 'varchar').join(', ')}) -> varchar`, (_args, result) => {
      const rest = finish.signature.args.slice(1).map((_arg, index) => ({ sql: `$${index + 2}`, type: VARCHAR }));
      return scriptCall(finish.id, [{ sql: 'list($1)@', type: arrayOf(VARCHAR) }, ...rest], result);
    }),
  ),
  aggregate('max(T) -> T where T orderable', extremeOf('max')),
  aggregate('min(T) -> T where T orderable', extremeOf('min')),
  overAll('max(T, bigint) -> array(T) where T orderable', top(-1), 1),
  overAll('min(T, bigint) -> array(T) where T orderable', top(1), 1),
  ...extremesBy('max_by', 1),
  ...extremesBy('min_by', -1),
  ...['bitwise_and_agg', 'bitwise_or_agg', 'bitwise_xor_agg'].map((name) =>
    aggregate(`${name}(bigint) -> bigint`, `bit_${name.split('_')[1]}($1)@`),
  ),
  overAll('map_agg(K, V) -> map(K,V)', mapAgg),
  overAll('multimap_agg(K, V) -> map(K,array(V))', multimapAgg),
  overAll('map_union(map(K,V)) -> map(K,V)', mapUnion),
  overAll('histogram(T) -> map(T,bigint)', histogram),
  overAll('approx_most_frequent(bigint, T, bigint) -> map(T,bigint)', mostFrequent),
  overAll('numeric_histogram(bigint, double) -> map(double,double)', numericHistogram),
  overAll('numeric_histogram(bigint, double, double) -> map(double,double)', numericHistogram),
  aggregate('approx_distinct(T) -> bigint', 'count(DISTINCT $k1)@'),
  aggregate('approx_distinct(T, double) -> bigint', 'count(DISTINCT $k1)@'),
  overAll('checksum(T) -> varbinary', checksum),
  aggregate('reduce_agg(T, S, function(S,T,S), function(S,S,S)) -> S', ([type, state]) => {
    const [item, kept] = [physicalName(type as TrinoType), physicalName(state as TrinoType)];
    const first = `{'s': any_value($2)@, 'e': CAST(NULL AS ${item})}`;
    const rest = `list_transform(list_filter(list($1)@, lambda %y: %y IS NOT NULL), lambda %x: {'s': CAST(NULL AS ${kept}), 'e': %x})`;
    return `(list_reduce(list_prepend(${first}, ${rest}), lambda %a, %b: {'s': CAST({$3|%a.s|%b.e} AS ${kept}), 'e': CAST(NULL AS ${item})})).s`;
  }),
  ...finishers,
];

const isFloating = (type: TrinoType | undefined): boolean => type?.kind === 'double' || type?.kind === 'real';

function extremeOf(name: 'max' | 'min'): (args: readonly TrinoType[]) => string {
  return ([type]) => {
    const kind = (type as TrinoType).kind;
    if (kind === 'timestamp with time zone' || kind === 'time with time zone') return `arg_${name}($1, $k1)@`;
    if (name === 'max' && isFloating(type))
      return 'coalesce(max(CASE WHEN isnan($1) THEN NULL ELSE $1 END)@, max($1)@)';
    return `${name}($1)@`;
  };
}
