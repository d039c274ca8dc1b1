import { decimal, INTEGER, MAX_PRECISION, type TrinoType } from '../../types/type';
import { divideRounded, isIntegerKind, pow10, RANGES, toInteger } from '../../values/numbers';
import { invalidArgument, outOfRange, type Value, ValueError } from '../../values/value';
import { betaCdf, inverseBetaCdf, inverseNormalCdf, normalCdf, wilson } from '../distributions';
import { type FunctionRow, scalar, script, scriptFor } from '../row';

type Decimal = TrinoType & { kind: 'decimal' };

const INTEGERS = ['tinyint', 'smallint', 'integer', 'bigint'] as const;
const each = (types: readonly string[], row: (type: string) => FunctionRow): FunctionRow[] => types.map(row);

const doubleFunctions = (functions: Readonly<Record<string, (x: number) => number>>): FunctionRow[] =>
  Object.entries(functions).map(([name, run]) => scalar(`${name}(double) -> double`, script(run)));

/** Java's Math.round. */
const javaRound = (value: number): number => Math.floor(value + 0.5);
const MAX_LONG = 2 ** 63;

function roundDouble(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const factor = 10 ** decimals;
  const scaled = Math.abs(value) * factor;
  if (scaled >= MAX_LONG) return value;
  // No addition of 0.5: the largest double below a half would round up.
  const rounded =
    scaled < 2 ** 52
      ? scaled - Math.floor(scaled) >= 0.5
        ? Math.floor(scaled) + 1
        : Math.floor(scaled)
      : javaRound(scaled);
  const found = rounded / factor;
  return value < 0 ? -found : found;
}

function truncateDouble(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const factor = 10 ** decimals;
  const scaled = value * factor;
  if (!Number.isFinite(scaled)) return value;
  return Math.trunc(scaled) / factor;
}

const roundInteger =
  (type: TrinoType) =>
  (value: number | bigint, decimals: number): Value => {
    if (decimals >= 0) return value;
    const unit = pow10(Math.min(38, -decimals));
    return isIntegerKind(type.kind) ? toInteger(divideRounded(BigInt(value), unit) * unit, type.kind) : value;
  };

const args = ([type]: readonly TrinoType[]): Decimal => type as Decimal;

/** Rounds a decimal's digits to a number of places, keeping its scale. */
const roundDecimal =
  (scale: number, round: (value: bigint, unit: bigint) => bigint) =>
  (value: bigint, places: number): bigint => {
    if (places >= scale) return value;
    if (scale - places > MAX_PRECISION) return 0n;
    const unit = pow10(scale - places);
    return round(value, unit) * unit;
  };

const floorDecimal = (value: bigint, unit: bigint): bigint =>
  value % unit !== 0n && value < 0n ? value / unit - 1n : value / unit;
const ceilDecimal = (value: bigint, unit: bigint): bigint =>
  value % unit !== 0n && value > 0n ? value / unit + 1n : value / unit;

function wholeDecimal(name: string, round: (value: bigint, unit: bigint) => bigint): FunctionRow {
  return scalar(
    `${name}(decimal(p,s)) -> decimal(p,s)`,
    scriptFor(([type]) => {
      const unit = pow10((type as Decimal).scale);
      return (value: bigint) => round(value, unit);
    }),
    {
      result: (types) =>
        decimal(
          Math.min(
            MAX_PRECISION,
            Math.max(1, args(types).precision - args(types).scale + Math.min(1, args(types).scale)),
          ),
          0,
        ),
    },
  );
}

const DECIMALS: readonly FunctionRow[] = [
  scalar('abs(decimal(p,s)) -> decimal(p,s)', 'abs($1)'),
  wholeDecimal('ceil', ceilDecimal),
  wholeDecimal('ceiling', ceilDecimal),
  wholeDecimal('floor', floorDecimal),
  wholeDecimal('round', divideRounded),
  scalar(
    'truncate(decimal(p,s)) -> decimal(p,s)',
    scriptFor(
      ([type]) =>
        (value: bigint) =>
          value / pow10((type as Decimal).scale),
    ),
    { result: (types) => decimal(Math.max(1, args(types).precision - args(types).scale), 0) },
  ),
  scalar(
    'round(decimal(p,s), integer) -> decimal(p,s)',
    scriptFor(([type]) => roundDecimal((type as Decimal).scale, divideRounded)),
    { result: (types) => decimal(Math.min(MAX_PRECISION, args(types).precision + 1), args(types).scale) },
  ),
  scalar(
    'truncate(decimal(p,s), integer) -> decimal(p,s)',
    scriptFor(([type]) => roundDecimal((type as Decimal).scale, (value, unit) => value / unit)),
  ),
  scalar(
    'sign(decimal(p,s)) -> decimal(1,0)',
    script((value: bigint) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
  ),
  scalar(
    'mod(decimal(a,b), decimal(c,d)) -> decimal(p,s)',
    scriptFor(([a, b], result) => {
      const [left, right, found] = [a, b, result] as [Decimal, Decimal, Decimal];
      return (x: bigint, y: bigint) => {
        if (y === 0n) throw new ValueError('DIVISION_BY_ZERO', 'Division by zero');
        return (x * pow10(found.scale - left.scale)) % (y * pow10(found.scale - right.scale));
      };
    }),
    {
      result: (_types, { numbers }) => {
        const [p1, s1, p2, s2] = ['a', 'b', 'c', 'd'].map((name) => numbers.get(name) ?? 0) as [
          number,
          number,
          number,
          number,
        ];
        const scale = Math.max(s1, s2);
        return decimal(Math.max(1, Math.min(p2 - s2, p1 - s1) + scale), scale);
      },
    },
  ),
];

function fromBase(text: string, radix: bigint): bigint {
  checkRadix(radix);
  const digits = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, Number(radix));
  const refused = () => invalidArgument(`Not a valid base-${radix} number: ${text}`);
  const body = text.replace(/^[+-]/, '').toLowerCase();
  if (body === '' || [...body].some((digit) => !digits.includes(digit))) throw refused();
  let value = 0n;
  for (const digit of body) value = value * radix + BigInt(digits.indexOf(digit));
  if (text.startsWith('-')) value = -value;
  if (value < RANGES.bigint[0] || value > RANGES.bigint[1]) throw refused();
  return value;
}

function checkRadix(radix: bigint): void {
  if (radix < 2n || radix > 36n) throw invalidArgument('Radix must be between 2 and 36');
}

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };
const shift = (run: (value: bigint, by: bigint, bits: number) => bigint) =>
  scriptFor(([type]) => {
    const bits = BITS[(type as TrinoType).kind] as number;
    return (value: number | bigint, by: bigint) => {
      const found = BigInt.asIntN(bits, run(BigInt(value), by, bits));
      return bits === 64 ? found : Number(found);
    };
  });

const BITWISE: readonly FunctionRow[] = [
  scalar('bitwise_and(bigint, bigint) -> bigint', '($1 & $2)'),
  scalar('bitwise_or(bigint, bigint) -> bigint', '($1 | $2)'),
  scalar('bitwise_xor(bigint, bigint) -> bigint', 'xor($1, $2)'),
  scalar('bitwise_not(bigint) -> bigint', '(~$1)'),
  ...each(INTEGERS, (type) =>
    scalar(
      `bitwise_left_shift(${type}, bigint) -> ${type}`,
      shift((value, by, bits) => (by >= BigInt(bits) || by < 0n ? 0n : value << by)),
    ),
  ),
  ...each(INTEGERS, (type) =>
    scalar(
      `bitwise_right_shift(${type}, bigint) -> ${type}`,
      shift((value, by, bits) => (by >= BigInt(bits) || by < 0n ? 0n : BigInt.asUintN(bits, value) >> by)),
    ),
  ),
  ...each(INTEGERS, (type) =>
    scalar(
      `bitwise_right_shift_arithmetic(${type}, bigint) -> ${type}`,
      shift((value, by, bits) => (by >= BigInt(bits) || by < 0n ? (value < 0n ? -1n : 0n) : value >> by)),
    ),
  ),
  scalar(
    'bit_count(bigint, bigint) -> bigint',
    script((value: bigint, bits: bigint) => {
      if (bits < 2n || bits > 64n)
        throw invalidArgument('Bits specified in bit_count must be between 2 and 64, got '.concat(String(bits)));
      const low = -(1n << (bits - 1n));
      if (value < low || value > -low - 1n)
        throw invalidArgument(
          `Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`,
        );
      return BigInt([...BigInt.asUintN(Number(bits), value).toString(2)].filter((bit) => bit === '1').length);
    }),
  ),
];

function widthBucket(operand: number, low: number, high: number, count: bigint): bigint {
  if (count <= 0n) throw invalidArgument('bucketCount must be greater than 0');
  if (Number.isNaN(operand)) throw invalidArgument('operand must not be NaN');
  if (!Number.isFinite(low)) throw invalidArgument('first bound must be finite');
  if (!Number.isFinite(high)) throw invalidArgument('second bound must be finite');
  if (low === high) throw invalidArgument('bounds cannot equal each other');
  const [lower, upper] = [Math.min(low, high), Math.max(low, high)];
  let bucket: bigint;
  if (operand < lower) bucket = 0n;
  else if (operand >= upper) bucket = count + 1n;
  else bucket = BigInt(Math.floor((Number(count) * (operand - lower)) / (upper - lower))) + 1n;
  if (bucket > RANGES.bigint[1])
    throw outOfRange(`Bucket for value ${operand === Number.POSITIVE_INFINITY ? 'Infinity' : operand} is out of range`);
  return low > high ? count - bucket + 1n : bucket;
}

function bucketOf(operand: number, bins: readonly Value[]): bigint {
  if (bins.length === 0) throw invalidArgument('Bins cannot be an empty array');
  if (Number.isNaN(operand)) throw invalidArgument('Operand cannot be NaN');
  let [low, high] = [0, bins.length];
  while (low < high) {
    if (Number(bins[low]) > Number(bins[high - 1]))
      throw invalidArgument('Bin values are not sorted in ascending order');
    const middle = (low + high) >> 1;
    const bin = Number(bins[middle]);
    if (!Number.isFinite(bin)) throw invalidArgument(`Bin value must be finite, got ${bin}`);
    if (operand < bin) high = middle;
    else low = middle + 1;
  }
  return BigInt(low);
}

function cosineSimilarity(a: readonly Value[][], b: readonly Value[][]): number | null {
  const others = new Map(b.map(([key, value]) => [key, value]));
  const norm = (map: readonly Value[][]) => Math.sqrt(map.reduce((sum, [, value]) => sum + Number(value) ** 2, 0));
  if ([...a, ...b].some(([, value]) => value === null)) return null;
  if (norm(a) === 0 || norm(b) === 0) return null;
  const dot = a.reduce((sum, [key, value]) => sum + Number(value) * Number(others.get(key ?? null) ?? 0), 0);
  return dot / (norm(a) * norm(b));
}

const sameLength = (a: readonly Value[], b: readonly Value[]): boolean => {
  if (a.length !== b.length) throw invalidArgument('The arguments must have the same length');
  return !a.includes(null) && !b.includes(null);
};
const dotOf = (a: readonly Value[], b: readonly Value[]) =>
  a.reduce<number>((sum, value, index) => sum + Number(value) * Number(b[index]), 0);

function cosineOf(a: readonly Value[], b: readonly Value[]): number | null {
  if (!sameLength(a, b)) return null;
  const [left, right] = [Math.sqrt(dotOf(a, a)), Math.sqrt(dotOf(b, b))];
  if (left === 0 || right === 0) throw invalidArgument('Vector magnitude cannot be zero');
  return dotOf(a, b) / (left * right);
}

const VECTORS: readonly FunctionRow[] = [
  scalar('cosine_similarity(map(varchar,double), map(varchar,double)) -> double', script(cosineSimilarity)),
  ...each(['array(double)'], (type) => scalar(`cosine_similarity(${type}, ${type}) -> double`, script(cosineOf))),
  scalar(
    'cosine_distance(map(varchar,double), map(varchar,double)) -> double',
    script((a, b) => ((found) => (found === null ? null : 1 - found))(cosineSimilarity(a, b))),
  ),
  scalar(
    'cosine_distance(array(double), array(double)) -> double',
    script((a, b) => ((found) => (found === null ? null : 1 - found))(cosineOf(a, b))),
  ),
  scalar(
    'dot_product(array(double), array(double)) -> double',
    script((a: readonly Value[], b: readonly Value[]) => (sameLength(a, b) ? dotOf(a, b) : null)),
  ),
  scalar(
    'euclidean_distance(array(double), array(double)) -> double',
    script((a: readonly Value[], b: readonly Value[]) =>
      sameLength(a, b)
        ? Math.sqrt(a.reduce<number>((sum, value, index) => sum + (Number(value) - Number(b[index])) ** 2, 0))
        : null,
    ),
  ),
];

function randomBetween(low: bigint, high: bigint): bigint {
  if (low >= high) throw invalidArgument('start value must be less than stop value');
  return low + BigInt(Math.floor(Math.random() * Number(high - low)));
}
function randomBelow(bound: bigint): bigint {
  if (bound <= 0n) throw invalidArgument('bound must be positive');
  return randomBetween(0n, bound);
}

const RANDOM: readonly FunctionRow[] = ['random', 'rand'].flatMap((name) => [
  scalar(`${name}() -> double`, 'random()'),
  ...INTEGERS.flatMap((type) => {
    const back = (value: bigint) => (type === 'bigint' ? value : Number(value));
    return [
      scalar(
        `${name}(${type}) -> ${type}`,
        script((bound: number | bigint) => back(randomBelow(BigInt(bound)))),
      ),
      scalar(
        `${name}(${type}, ${type}) -> ${type}`,
        script((low: number | bigint, high: number | bigint) => back(randomBetween(BigInt(low), BigInt(high)))),
      ),
    ];
  }),
]);

const notNegated = (type: string): FunctionRow =>
  scalar(
    `abs(${type}) -> ${type}`,
    scriptFor(([kind]) => (value: number | bigint) => {
      const size = value < 0 ? -BigInt(value) : BigInt(value);
      const integer = (kind as TrinoType).kind;
      if (!isIntegerKind(integer)) return value;
      if (size > RANGES[integer][1]) throw outOfRange(`Value ${value} is out of range for abs(${integer})`);
      return integer === 'bigint' ? size : Number(size);
    }),
  );

const modulus = (type: string): FunctionRow => scalar(`mod(${type}, ${type}) -> ${type}`, '($1 % $2)');

/** Mathematical, bitwise and decimal functions. */
export const MATH: readonly FunctionRow[] = [
  ...each(INTEGERS, notNegated),
  scalar('abs(double) -> double', 'abs($1)'),
  scalar('abs(real) -> real', 'abs($1)'),
  ...doubleFunctions({
    sqrt: Math.sqrt,
    cbrt: Math.cbrt,
    exp: Math.exp,
    ln: Math.log,
    log2: (x) => Math.log(x) / Math.log(2),
    log10: Math.log10,
    degrees: (x) => (x * 180) / Math.PI,
    radians: (x) => (x / 180) * Math.PI,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    asin: Math.asin,
    acos: Math.acos,
    atan: Math.atan,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
  }),
  scalar('atan2(double, double) -> double', script(Math.atan2)),
  scalar('power(double, double) -> double', script(Math.pow)),
  scalar('pow(double, double) -> double', script(Math.pow)),
  scalar(
    'log(double, double) -> double',
    script((base: number, x: number) => Math.log(x) / Math.log(base)),
  ),
  scalar('pi() -> double', 'pi()'),
  scalar('e() -> double', "CAST('2.718281828459045' AS DOUBLE)"),
  scalar('infinity() -> double', "CAST('Infinity' AS DOUBLE)"),
  scalar('nan() -> double', "CAST('NaN' AS DOUBLE)"),
  ...each(['double', 'real'], (type) => scalar(`is_nan(${type}) -> boolean`, 'isnan($1)')),
  scalar('is_finite(double) -> boolean', 'isfinite($1)'),
  scalar('is_infinite(double) -> boolean', 'isinf($1)'),
  ...['ceil', 'ceiling', 'floor'].flatMap((name) => [
    ...each(INTEGERS, (type) => scalar(`${name}(${type}) -> ${type}`, '$1')),
    ...each(['double', 'real'], (type) =>
      scalar(`${name}(${type}) -> ${type}`, `${name === 'floor' ? 'floor' : 'ceil'}($1)`),
    ),
  ]),
  ...each(INTEGERS, (type) => scalar(`round(${type}) -> ${type}`, '$1')),
  ...each(INTEGERS, (type) =>
    scalar(
      `round(${type}, integer) -> ${type}`,
      scriptFor(([kind]) => roundInteger(kind ?? INTEGER)),
    ),
  ),
  scalar(
    'round(double) -> double',
    script((value: number) => roundDouble(value, 0)),
  ),
  scalar('round(double, integer) -> double', script(roundDouble)),
  scalar(
    'round(real) -> real',
    script((value: number) => Math.fround(roundDouble(value, 0))),
  ),
  scalar(
    'round(real, integer) -> real',
    script((value: number, decimals: number) => Math.fround(roundDouble(value, decimals))),
  ),
  scalar(
    'truncate(double) -> double',
    script((value: number) => Math.trunc(value)),
  ),
  scalar('truncate(double, integer) -> double', script(truncateDouble)),
  scalar(
    'truncate(real) -> real',
    script((value: number) => Math.trunc(value)),
  ),
  scalar(
    'truncate(real, integer) -> real',
    script((value: number, decimals: number) =>
      Math.fround(Number(truncateDouble(Number(value.toPrecision(9)), decimals))),
    ),
  ),
  ...each(INTEGERS, (type) => scalar(`sign(${type}) -> ${type}`, `CAST(sign($1) AS ${type.toUpperCase()})`)),
  ...each(['double', 'real'], (type) =>
    scalar(
      `sign(${type}) -> ${type}`,
      script((value: number) => Math.sign(value)),
    ),
  ),
  ...each(INTEGERS, modulus),
  scalar(
    'mod(double, double) -> double',
    script((a: number, b: number) => a % b),
  ),
  scalar(
    'mod(real, real) -> real',
    script((a: number, b: number) => Math.fround(a % b)),
  ),
  ...DECIMALS,
  scalar('from_base(varchar, bigint) -> bigint', script(fromBase)),
  scalar(
    'to_base(bigint, bigint) -> varchar',
    script((value: bigint, radix: bigint) => {
      checkRadix(radix);
      return value.toString(Number(radix));
    }),
  ),
  ...BITWISE,
  scalar('width_bucket(double, double, double, bigint) -> bigint', script(widthBucket)),
  scalar('width_bucket(double, array(double)) -> bigint', script(bucketOf)),
  ...VECTORS,
  ...RANDOM,
  scalar('normal_cdf(double, double, double) -> double', script(normalCdf)),
  scalar('inverse_normal_cdf(double, double, double) -> double', script(inverseNormalCdf)),
  scalar('beta_cdf(double, double, double) -> double', script(betaCdf)),
  scalar('inverse_beta_cdf(double, double, double) -> double', script(inverseBetaCdf)),
  scalar(
    'wilson_interval_lower(bigint, bigint, double) -> double',
    script((k: bigint, n: bigint, z: number) => wilson(k, n, z, -1)),
  ),
  scalar(
    'wilson_interval_upper(bigint, bigint, double) -> double',
    script((k: bigint, n: bigint, z: number) => wilson(k, n, z, 1)),
  ),
];
