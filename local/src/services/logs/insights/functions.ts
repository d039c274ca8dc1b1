import type { Value } from './ast';

type Scalar = (values: readonly Value[], now: number) => Value;

const number = (value: Value): number | undefined => {
  if (value === undefined || value === '' || typeof value === 'boolean') return undefined;
  const found = value instanceof Date ? value.getTime() : Number(value);
  return Number.isNaN(found) ? undefined : found;
};

/** A value as a number; undefined if it isn't one. */
export const numberOf = number;

/** A value as text in results. */
export function textOf(value: Exclude<Value, undefined>): string {
  if (value instanceof Date) {
    const iso = Number.isNaN(value.getTime()) ? '' : value.toISOString();
    return iso.replace('T', ' ').replace('Z', '');
  }
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}

const text = (value: Value): string => (value === undefined ? '' : textOf(value));
const math =
  (work: (...values: number[]) => number): Scalar =>
  (values) => {
    const numbers = values.map(number);
    if (numbers.length === 0 || numbers.includes(undefined)) return undefined;
    const result = work(...(numbers as number[]));
    return Number.isFinite(result) ? result : undefined;
  };
const words =
  (work: (first: string, ...rest: Value[]) => Value): Scalar =>
  ([first, ...rest]) =>
    first === undefined ? undefined : work(textOf(first), ...rest);
const time =
  (round: (value: number) => number): Scalar =>
  ([at, period]) => {
    const [ms, step] = [number(at), number(period)];
    return ms === undefined || !step ? undefined : new Date(round(ms / step) * step);
  };

const trimmed = (given: string, marks: Value, side: 'left' | 'right' | 'both'): string => {
  const set = marks === undefined ? undefined : new Set(textOf(marks));
  const isTrimmed = (character: string) => (set === undefined ? character.trim() === '' : set.has(character));
  let [start, end] = [0, given.length];
  if (side !== 'right') while (start < end && isTrimmed(given.charAt(start))) start++;
  if (side !== 'left') while (end > start && isTrimmed(given.charAt(end - 1))) end--;
  return given.slice(start, end);
};

/** Scalar functions ("Functions", CloudWatch Logs Insights). */
export const FUNCTIONS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['abs', math(Math.abs)],
  ['ceil', math(Math.ceil)],
  ['floor', math(Math.floor)],
  ['sqrt', math(Math.sqrt)],
  ['log', math(Math.log)],
  ['greatest', math(Math.max)],
  ['least', math(Math.min)],
  ['ispresent', ([value]) => value !== undefined],
  ['coalesce', (values) => values.find((value) => value !== undefined)],
  ['isempty', ([value]) => value === undefined || textOf(value) === ''],
  ['isblank', ([value]) => text(value).trim() === ''],
  ['concat', (values) => values.map(text).join('')],
  ['strlen', words((given) => [...given].length)],
  ['toupper', words((given) => given.toUpperCase())],
  ['tolower', words((given) => given.toLowerCase())],
  ['trim', words((given, marks) => trimmed(given, marks, 'both'))],
  ['ltrim', words((given, marks) => trimmed(given, marks, 'left'))],
  ['rtrim', words((given, marks) => trimmed(given, marks, 'right'))],
  [
    'substr',
    words((given, start, length) => {
      const from = number(start) ?? 0;
      return given.slice(from, length === undefined ? undefined : from + (number(length) ?? 0));
    }),
  ],
  ['replace', words((given, from, to) => (text(from) === '' ? given : given.replaceAll(text(from), () => text(to))))],
  ['strcontains', words((given, part) => given.includes(text(part)))],
  ['bin', time(Math.floor)],
  ['datefloor', time(Math.floor)],
  ['dateceil', time(Math.ceil)],
  ['fromMillis', ([value]) => (number(value) === undefined ? undefined : new Date(number(value) as number))],
  ['toMillis', ([value]) => number(value)],
  ['now', (_values, now) => Math.floor(now / 1000)],
]);
