import { canCoerce, commonType } from '../types/coercion';
import { isComparable, isOrderable, sameType, type TrinoType, typeName, typeOf, UNKNOWN } from '../types/type';

/**
 * Signatures in Trino's notation: `array_position(array(T), T) -> bigint where T comparable`. Capital letters are type
 * variables, small ones a type's numbers, `...` means any number of arguments.
 */
export type Pattern =
  | { readonly kind: 'variable'; readonly name: string }
  /** Any type, independent for each argument. */
  | { readonly kind: 'any' }
  | { readonly kind: 'fixed'; readonly type: TrinoType }
  /** `varchar`, `decimal(p,s)`, `timestamp(p)` of any length or precision. */
  | { readonly kind: 'family'; readonly family: TrinoType['kind']; readonly names: readonly string[] }
  | { readonly kind: 'array' | 'map' | 'row' | 'function'; readonly parts: readonly Pattern[] };

export interface Signature {
  readonly name: string;
  readonly args: readonly Pattern[];
  readonly variadic: boolean;
  readonly result: Pattern;
  readonly orderable: readonly string[];
  readonly comparable: readonly string[];
}

const SIGNATURE = /^([^\s(]+)\((.*)\)\s*->\s*(.+?)(?:\s+where\s+(.+))?$/;

export function parseSignature(text: string): Signature {
  const match = SIGNATURE.exec(text);
  if (match === null) throw new Error(`not a signature: ${text}`);
  const [, name = '', args = '', result = '', conditions = ''] = match;
  const list = splitList(args);
  const variadic = list.at(-1)?.endsWith('...') ?? false;
  const wanted = (property: string) =>
    [...conditions.matchAll(new RegExp(`([A-Z]) ${property}`, 'g'))].map(([, letter = '']) => letter);
  return {
    name,
    args: list.map((arg) => parsePattern(arg.replace(/\.\.\.$/, ''))),
    variadic,
    result: parsePattern(result),
    orderable: wanted('orderable'),
    comparable: wanted('comparable'),
  };
}

function splitList(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    if ((text[at] !== ',' && at < text.length) || depth > 0) continue;
    const part = text.slice(start, at).trim();
    if (part !== '') parts.push(part);
    start = at + 1;
  }
  return parts;
}

const FAMILIES = ['varchar', 'char', 'decimal', 'time', 'time with time zone', 'timestamp', 'timestamp with time zone'];

function parsePattern(text: string): Pattern {
  if (/^[A-Z]$/.test(text)) return { kind: 'variable', name: text };
  if (text === 'any') return { kind: 'any' };
  const [, word = '', args, tail = ''] = /^([a-z ]+?)(?:\((.*)\))?( with time zone)?$/.exec(text) ?? [];
  const base = `${word}${tail}`;
  if (word === 'array' || word === 'map' || word === 'row' || word === 'function') {
    return { kind: word, parts: splitList(args ?? '').map(parsePattern) };
  }
  const names = args === undefined ? [] : splitList(args);
  if (FAMILIES.includes(base) && !names.some((each) => /^\d/.test(each))) {
    return { kind: 'family', family: base as TrinoType['kind'], names };
  }
  return { kind: 'fixed', type: typeOf({ name: base, args: names.map(Number) }) };
}

/** Bindings of a signature's variables in one call. */
export interface Bindings {
  readonly types: Map<string, TrinoType>;
  readonly numbers: Map<string, number>;
}

/** An argument: its type, or a lambda's number of parameters. */
export type Argument = { readonly type: TrinoType } | { readonly lambda: number };

export interface Bound {
  readonly bindings: Bindings;
  /** Types that the arguments are cast to. */
  readonly args: TrinoType[];
  readonly result: TrinoType;
}

/** Binds a signature to arguments; undefined if it doesn't take them. */
export function bindSignature(signature: Signature, given: readonly Argument[], coerce: boolean): Bindings | undefined {
  const patterns = patternsFor(signature, given.length);
  if (patterns === undefined) return undefined;
  const bindings: Bindings = { types: new Map(), numbers: new Map() };
  for (const [index, pattern] of patterns.entries()) {
    const argument = given[index] as Argument;
    if ('lambda' in argument) {
      if (pattern.kind !== 'function' || pattern.parts.length - 1 !== argument.lambda) return undefined;
    } else if (pattern.kind === 'function' || !bind(pattern, argument.type, bindings, coerce)) return undefined;
  }
  for (const [index, pattern] of patterns.entries()) {
    const argument = given[index] as Argument;
    if ('lambda' in argument) continue;
    const wanted = typeFor(pattern, bindings, argument.type);
    if (wanted === undefined || !(coerce ? canCoerce(argument.type, wanted) : sameType(argument.type, wanted)))
      return undefined;
  }
  const { orderable, comparable } = signature;
  const fine = ([name, type]: [string, TrinoType]) =>
    (!orderable.includes(name) || isOrderable(type)) && (!comparable.includes(name) || isComparable(type));
  return [...bindings.types].every(fine) ? bindings : undefined;
}

export function patternsFor({ args, variadic }: Signature, count: number): readonly Pattern[] | undefined {
  if (!variadic) return args.length === count ? args : undefined;
  const fixed = args.length - 1;
  if (count < fixed) return undefined;
  return [...args.slice(0, fixed), ...Array<Pattern>(count - fixed).fill(args[fixed] as Pattern)];
}

function bind(pattern: Pattern, type: TrinoType, bindings: Bindings, coerce: boolean): boolean {
  switch (pattern.kind) {
    case 'variable': {
      const known = bindings.types.get(pattern.name);
      const next =
        known === undefined ? type : coerce ? commonType(known, type) : sameType(known, type) ? known : undefined;
      if (next !== undefined) bindings.types.set(pattern.name, next);
      return next !== undefined;
    }
    case 'array':
      if (coerce && type.kind === 'unknown') return bindUnknown(pattern, bindings);
      return type.kind === 'array' && bind(pattern.parts[0] as Pattern, type.of, bindings, coerce);
    case 'map':
      if (coerce && type.kind === 'unknown') return bindUnknown(pattern, bindings);
      return (
        type.kind === 'map' &&
        bind(pattern.parts[0] as Pattern, type.key, bindings, coerce) &&
        bind(pattern.parts[1] as Pattern, type.value, bindings, coerce)
      );
    case 'row':
      if (coerce && type.kind === 'unknown') return bindUnknown(pattern, bindings);
      return (
        type.kind === 'row' &&
        type.fields.length === pattern.parts.length &&
        pattern.parts.every((part, index) =>
          bind(part, (type.fields[index] as { type: TrinoType }).type, bindings, coerce),
        )
      );
    case 'family': {
      const numbers = numbersOf(toFamily(type, pattern.family) ?? type);
      pattern.names.forEach((name, index) => {
        bindings.numbers.set(name, Math.max(bindings.numbers.get(name) ?? 0, numbers[index] ?? 0));
      });
      return coerce || type.kind === pattern.family;
    }
    default:
      return true;
  }
}

/** Binds NULL in place of an array, a map or a row: the types of its parts are unknown too. */
function bindUnknown({ parts }: Pattern & { kind: 'array' | 'map' | 'row' | 'function' }, bindings: Bindings): boolean {
  return parts.every((part) => bind(part, UNKNOWN, bindings, true));
}

function numbersOf(type: TrinoType): number[] {
  switch (type.kind) {
    case 'decimal':
      return [type.precision, type.scale];
    case 'char':
      return [type.length];
    case 'varchar':
      return [type.length ?? Number.POSITIVE_INFINITY];
    default:
      return 'precision' in type ? [type.precision] : [];
  }
}

const SAMPLES: Readonly<Partial<Record<TrinoType['kind'], TrinoType>>> = {
  varchar: { kind: 'varchar', length: 0 },
  char: { kind: 'char', length: 0 },
  decimal: { kind: 'decimal', precision: 1, scale: 0 },
  time: { kind: 'time', precision: 0 },
  'time with time zone': { kind: 'time with time zone', precision: 0 },
  timestamp: { kind: 'timestamp', precision: 0 },
  'timestamp with time zone': { kind: 'timestamp with time zone', precision: 0 },
};

/** The narrowest type of a family that holds a type's values. */
function toFamily(type: TrinoType, family: TrinoType['kind']): TrinoType | undefined {
  const sample = SAMPLES[family] as TrinoType;
  if (type.kind === family) return type;
  if (type.kind === 'unknown') return sample;
  const common = commonType(type, sample);
  return common?.kind === family ? common : undefined;
}

/** The type of an argument or the result, with the variables bound. */
export function typeFor(pattern: Pattern, bindings: Bindings, actual?: TrinoType): TrinoType | undefined {
  const inner = (part: Pattern): TrinoType | undefined => typeFor(part, bindings);
  switch (pattern.kind) {
    case 'variable':
      return bindings.types.get(pattern.name);
    case 'any':
      return actual;
    case 'fixed':
      return pattern.type;
    case 'family':
      return familyType(pattern, bindings, actual);
    case 'array': {
      const of = inner(pattern.parts[0] as Pattern);
      return of && { kind: 'array', of };
    }
    case 'map': {
      const [key, value] = pattern.parts.map(inner);
      return key && value && { kind: 'map', key, value };
    }
    case 'row': {
      const types = pattern.parts.map(inner);
      return types.every((type) => type !== undefined)
        ? { kind: 'row', fields: types.map((type) => ({ type })) }
        : undefined;
    }
    case 'function': {
      const types = pattern.parts.map(inner);
      if (!types.every((type) => type !== undefined)) return undefined;
      return { kind: 'function', parameters: types.slice(0, -1), result: types.at(-1) as TrinoType };
    }
  }
}

function familyType(
  { family, names }: Pattern & { kind: 'family' },
  { numbers }: Bindings,
  actual?: TrinoType,
): TrinoType | undefined {
  if (names.length === 0) {
    if (actual !== undefined) return toFamily(actual, family);
    return family === 'varchar' ? { kind: 'varchar' } : typeOf({ name: family, args: [] });
  }
  const [first = 0, second = 0] = names.map((name) => numbers.get(name) ?? 0);
  if (family === 'decimal') return { kind: 'decimal', precision: Math.max(1, first), scale: second };
  if (family === 'varchar') return Number.isFinite(first) ? { kind: 'varchar', length: first } : { kind: 'varchar' };
  if (family === 'char') return { kind: 'char', length: first };
  return { kind: family, precision: first } as TrinoType;
}

/** Argument types, for a message: `abs(bigint)`. */
export const showArguments = (given: readonly Argument[]): string =>
  given.map((argument) => ('lambda' in argument ? '<function>' : typeName(argument.type))).join(', ');
