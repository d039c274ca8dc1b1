import { decimal, MAX_PRECISION, type TrinoType } from '../../types/type';
import {
  addMonths,
  floorDiv,
  fromLocal,
  PICOS_PER_DAY,
  PICOS_PER_MILLI,
  roundPicos,
  toLocal,
} from '../../values/calendar';
import { divideRounded, fits, pow10, RANGES } from '../../values/numbers';
import {
  invalidArgument,
  type OffsetTime,
  outOfRange,
  type Value,
  ValueError,
  type ZonedValue,
} from '../../values/value';
import { type FunctionRow, scalar, script, scriptFor } from '../row';
import type { Bindings } from '../signature';

type Numbers = readonly [p1: number, s1: number, p2: number, s2: number];

const numbersOf = ({ numbers }: Bindings): Numbers => [
  numbers.get('a') ?? 0,
  numbers.get('b') ?? 0,
  numbers.get('c') ?? 0,
  numbers.get('d') ?? 0,
];

const capped = (precision: number, scale: number): TrinoType =>
  decimal(Math.max(1, Math.min(MAX_PRECISION, precision)), scale);

/** Result types of decimal arithmetic ("Decimal functions and operators"). */
const DECIMAL_RESULTS: Readonly<Record<string, (numbers: Numbers) => TrinoType>> = {
  $add: ([p1, s1, p2, s2]) => capped(Math.max(p1 - s1, p2 - s2) + Math.max(s1, s2) + 1, Math.max(s1, s2)),
  $subtract: ([p1, s1, p2, s2]) => capped(Math.max(p1 - s1, p2 - s2) + Math.max(s1, s2) + 1, Math.max(s1, s2)),
  $multiply: ([p1, s1, p2, s2]) => capped(p1 + p2, s1 + s2),
  $divide: ([p1, s1, , s2]) => capped(p1 + s2 + Math.max(s2 - s1, 0), Math.max(s1, s2)),
  $modulus: ([p1, s1, p2, s2]) => capped(Math.min(p2 - s2, p1 - s1) + Math.max(s1, s2), Math.max(s1, s2)),
};

type Decimal = TrinoType & { kind: 'decimal' };
type Operation = (a: bigint, b: bigint, scales: readonly [a: number, b: number, result: number]) => bigint;

const DECIMAL_RUNS: Readonly<Record<string, Operation>> = {
  $add: (a, b, [s1, s2, s]) => a * pow10(s - s1) + b * pow10(s - s2),
  $subtract: (a, b, [s1, s2, s]) => a * pow10(s - s1) - b * pow10(s - s2),
  $multiply: (a, b) => a * b,
  $divide: (a, b, [s1, s2, s]) => {
    if (b === 0n) throw new ValueError('DIVISION_BY_ZERO', 'Division by zero');
    return divideRounded(a * pow10(s - s1 + s2), b);
  },
  $modulus: (a, b, [s1, s2, s]) => {
    if (b === 0n) throw new ValueError('DIVISION_BY_ZERO', 'Division by zero');
    return (a * pow10(s - s1)) % (b * pow10(s - s2));
  },
};

function decimalOperator(name: string): FunctionRow {
  return scalar(
    `${name}(decimal(a,b), decimal(c,d)) -> decimal(p,s)`,
    scriptFor((args, result) => {
      const [left, right] = args as [Decimal, Decimal];
      const { precision, scale } = result as Decimal;
      const run = DECIMAL_RUNS[name] as Operation;
      return (a: bigint, b: bigint) => {
        const found = run(a, b, [left.scale, right.scale, scale]);
        if (!fits(found, precision) || precision > MAX_PRECISION) throw outOfRange('Decimal overflow');
        return found;
      };
    }),
    {
      result: (_args, bindings) => {
        const found = (DECIMAL_RESULTS[name] as (numbers: Numbers) => TrinoType)(numbersOf(bindings));
        return (found as Decimal).scale > MAX_PRECISION ? undefined : found;
      },
    },
  );
}

const INTEGERS = ['tinyint', 'smallint', 'integer', 'bigint'] as const;

const integers = (name: string, sql: string): FunctionRow[] =>
  INTEGERS.map((type) => scalar(`${name}(${type}, ${type}) -> ${type}`, sql));

const floats = (name: string, sql: (cast: (text: string) => string) => string): FunctionRow[] => [
  scalar(
    `${name}(double, double) -> double`,
    sql((text) => text),
  ),
  scalar(
    `${name}(real, real) -> real`,
    sql((text) => `CAST(${text} AS FLOAT)`),
  ),
];

const MILLIS_PER_DAY = 86_400_000n;

function wholeDays(millis: bigint): bigint {
  if (millis % MILLIS_PER_DAY !== 0n) throw invalidArgument('Cannot add hour, minutes or seconds to a date');
  return millis / MILLIS_PER_DAY;
}

function checkedLong(value: bigint, message: () => string): bigint {
  const [low, high] = RANGES.bigint;
  if (value < low || value > high) throw outOfRange(message());
  return value;
}

const addMonthsToPicos = (picos: bigint, months: number): bigint => {
  const days = floorDiv(picos, PICOS_PER_DAY);
  return BigInt(addMonths(Number(days), months)) * PICOS_PER_DAY + (picos - days * PICOS_PER_DAY);
};
const zonedMonths = ({ picos, zone }: ZonedValue, months: number): ZonedValue => ({
  picos: fromLocal(addMonthsToPicos(toLocal(picos, zone), months), zone),
  zone,
});
const dayTime = (picos: bigint, millis: bigint): bigint => picos + millis * PICOS_PER_MILLI;
const wrapped = (picos: bigint): bigint => ((picos % PICOS_PER_DAY) + PICOS_PER_DAY) % PICOS_PER_DAY;

/** Adding milliseconds widens a type of fewer digits. */
const atLeastMillis = (args: readonly TrinoType[]): TrinoType | undefined => {
  const time = args.find((arg) => arg.kind.startsWith('time'));
  return time && 'precision' in time && time.kind !== 'decimal'
    ? { kind: time.kind, precision: Math.max(3, time.precision) }
    : undefined;
};

/** `time + interval`, in both orders. */
function withInterval(
  type: string,
  interval: string,
  run: (value: Value, amount: Value, sign: 1 | -1) => Value,
): FunctionRow[] {
  const result = interval.startsWith('interval day') && type !== 'date' ? { result: atLeastMillis } : {};
  return [
    scalar(
      `$add(${type}, ${interval}) -> ${type}`,
      script((value: Value, amount: Value) => run(value, amount, 1)),
      result,
    ),
    scalar(
      `$add(${interval}, ${type}) -> ${type}`,
      script((amount: Value, value: Value) => run(value, amount, 1)),
      result,
    ),
    scalar(
      `$subtract(${type}, ${interval}) -> ${type}`,
      script((value: Value, amount: Value) => run(value, amount, -1)),
      result,
    ),
  ];
}

const DAY_TIME = 'interval day to second';
const YEAR_MONTH = 'interval year to month';

const TIMES: readonly FunctionRow[] = [
  ...withInterval(
    'date',
    DAY_TIME,
    (days, millis, sign) => (days as number) + sign * Number(wholeDays(millis as bigint)),
  ),
  ...withInterval('date', YEAR_MONTH, (days, months, sign) => addMonths(days as number, sign * (months as number))),
  ...withInterval('timestamp(p)', DAY_TIME, (picos, millis, sign) =>
    dayTime(picos as bigint, BigInt(sign) * (millis as bigint)),
  ),
  ...withInterval('timestamp(p)', YEAR_MONTH, (picos, months, sign) =>
    addMonthsToPicos(picos as bigint, sign * (months as number)),
  ),
  ...withInterval('timestamp(p) with time zone', DAY_TIME, (value, millis, sign) => ({
    ...(value as ZonedValue),
    picos: dayTime((value as ZonedValue).picos, BigInt(sign) * (millis as bigint)),
  })),
  ...withInterval('timestamp(p) with time zone', YEAR_MONTH, (value, months, sign) =>
    zonedMonths(value as ZonedValue, sign * (months as number)),
  ),
  ...withInterval('time(p)', DAY_TIME, (picos, millis, sign) =>
    wrapped(dayTime(picos as bigint, BigInt(sign) * (millis as bigint))),
  ),
  ...withInterval('time(p) with time zone', DAY_TIME, (value, millis, sign) => ({
    ...(value as OffsetTime),
    picos: wrapped(dayTime((value as OffsetTime).picos, BigInt(sign) * (millis as bigint))),
  })),
  ...['time(p)', 'time(p) with time zone'].flatMap((type) => withInterval(type, YEAR_MONTH, (value) => value)),
  scalar(
    `$subtract(date, date) -> ${DAY_TIME}`,
    script((a: number, b: number) => BigInt(a - b) * MILLIS_PER_DAY),
  ),
  scalar(
    `$subtract(timestamp(p), timestamp(p)) -> ${DAY_TIME}`,
    script((a: bigint, b: bigint) => nearestMillis(a - b)),
  ),
  scalar(
    `$subtract(timestamp(p) with time zone, timestamp(p) with time zone) -> ${DAY_TIME}`,
    script((a: ZonedValue, b: ZonedValue) => nearestMillis(a.picos - b.picos)),
  ),
  scalar(
    `$subtract(time(p), time(p)) -> ${DAY_TIME}`,
    script((a: bigint, b: bigint) => nearestMillis(a - b)),
  ),
  scalar(
    `$subtract(time(p) with time zone, time(p) with time zone) -> ${DAY_TIME}`,
    script((a: OffsetTime, b: OffsetTime) =>
      nearestMillis(a.picos - b.picos + BigInt(b.offset - a.offset) * 60_000n * PICOS_PER_MILLI),
    ),
  ),
];

/** Rounds picoseconds to an interval's milliseconds. */
function nearestMillis(picos: bigint): bigint {
  return roundPicos(picos, 3) / PICOS_PER_MILLI;
}

/** Converts a double to a long, as Java does. */
const toLong = (value: number): bigint => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 0n : value > 0 ? RANGES.bigint[1] : RANGES.bigint[0];
  return BigInt(Math.trunc(value));
};

const INTERVALS: readonly FunctionRow[] = [
  scalar(`$add(${DAY_TIME}, ${DAY_TIME}) -> ${DAY_TIME}`, '($1 + $2)'),
  scalar(`$subtract(${DAY_TIME}, ${DAY_TIME}) -> ${DAY_TIME}`, '($1 - $2)'),
  scalar(`$add(${YEAR_MONTH}, ${YEAR_MONTH}) -> ${YEAR_MONTH}`, '($1 + $2)'),
  scalar(`$subtract(${YEAR_MONTH}, ${YEAR_MONTH}) -> ${YEAR_MONTH}`, '($1 - $2)'),
  scalar(`$negate(${DAY_TIME}) -> ${DAY_TIME}`, '(- $1)'),
  scalar(`$negate(${YEAR_MONTH}) -> ${YEAR_MONTH}`, '(- $1)'),
  ...[DAY_TIME, YEAR_MONTH].flatMap((type) => {
    const months = type === YEAR_MONTH;
    const back = (value: bigint): Value => {
      if (!months) return value;
      const [low, high] = RANGES.integer;
      if (value < low || value > high) throw outOfRange('interval year to month overflow');
      return Number(value);
    };
    const times = (a: Value, b: Value, shown: () => string): Value =>
      back(checkedLong(typeof b === 'bigint' ? BigInt(a as number) * b : toLong(Number(a) * (b as number)), shown));
    const message = (a: Value, b: Value) => `${type} multiplication overflow: ${a} * ${b}`;
    return (['bigint', 'double'] as const).flatMap((other) => [
      scalar(
        `$multiply(${type}, ${other}) -> ${type}`,
        script((a: Value, b: Value) => times(a, b, () => message(a, b))),
      ),
      scalar(
        `$multiply(${other}, ${type}) -> ${type}`,
        script((b: Value, a: Value) => times(a, b, () => message(a, b))),
      ),
      ...(other === 'double'
        ? [
            scalar(
              `$divide(${type}, double) -> ${type}`,
              script((a: Value, b: number) => {
                if (b === 0 || Number.isNaN(b))
                  throw new ValueError(
                    b === 0 ? 'DIVISION_BY_ZERO' : 'INVALID_FUNCTION_ARGUMENT',
                    b === 0 ? 'Division by zero' : 'Cannot divide by NaN',
                  );
                return back(toLong(Number(a) / b));
              }),
            ),
          ]
        : []),
    ]);
  }),
];

/** Trino's operators, resolved as functions are. */
export const OPERATORS: readonly FunctionRow[] = [
  ...integers('$add', '($1 + $2)'),
  ...integers('$subtract', '($1 - $2)'),
  ...integers('$multiply', '($1 * $2)'),
  ...integers('$divide', '($1 // $2)'),
  ...integers('$modulus', '($1 % $2)'),
  ...Object.keys(DECIMAL_RESULTS).map(decimalOperator),
  ...floats('$add', (cast) => cast('($1 + $2)')),
  ...floats('$subtract', (cast) => cast('($1 - $2)')),
  ...floats('$multiply', (cast) => cast('($1 * $2)')),
  ...floats('$divide', (cast) => cast('($1 / $2)')),
  scalar(
    '$modulus(double, double) -> double',
    script((a: number, b: number) => a % b),
  ),
  scalar(
    '$modulus(real, real) -> real',
    script((a: number, b: number) => Math.fround(a % b)),
  ),
  ...[...INTEGERS, 'double', 'real'].map((type) => scalar(`$negate(${type}) -> ${type}`, '(- $1)')),
  scalar('$negate(decimal(p,s)) -> decimal(p,s)', '(- $1)'),
  ...TIMES,
  ...INTERVALS,
];
