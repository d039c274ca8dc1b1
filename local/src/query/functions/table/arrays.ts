import type { TrinoType } from '../../types/type';
import { addMonths, floorDiv, fromLocal, PICOS_PER_DAY, PICOS_PER_MILLI, toLocal } from '../../values/calendar';
import { castOf } from '../../values/cast';
import { equalityOf, keyOf, orderOf, sortOrderOf } from '../../values/compare';
import { physicalName } from '../../values/physical';
import { printerOf } from '../../values/print';
import { invalidArgument, type Value, ValueError, type ZonedValue } from '../../values/value';
import { type FunctionRow, type Run, scalar, script, scriptFor } from '../row';
import { scriptCall } from '../script-call';

type Items = readonly Value[];
type Entries = readonly (readonly Value[])[];

const itemType = (type: TrinoType | undefined): TrinoType => (type as TrinoType & { kind: 'array' }).of;
const mapType = (type: TrinoType | undefined): TrinoType & { kind: 'map' } => type as TrinoType & { kind: 'map' };

/** Distinct values, the first of each, in order. */
function uniqueInOrder(items: Items, key: (value: Value) => string): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const found = key(item);
    if (seen.has(found)) return false;
    seen.add(found);
    return true;
  });
}

const withKey = (run: (key: (value: Value) => string) => Run) => scriptFor(([type]) => run(keyOf(itemType(type))));

function contains(items: Items, value: Value, equal: (a: Value, b: Value) => boolean | null): boolean | null {
  let unknown = false;
  for (const item of items) {
    const found = item === null ? null : equal(item, value);
    if (found === true) return true;
    if (found === null) unknown = true;
  }
  return unknown ? null : false;
}

function overlap(a: Items, b: Items, key: (value: Value) => string): boolean | null {
  const others = new Set(b.filter((item) => item !== null).map(key));
  if (a.some((item) => item !== null && others.has(key(item)))) return true;
  return a.length > 0 && b.length > 0 && (a.includes(null) || b.includes(null)) ? null : false;
}

function extreme(sign: 1 | -1) {
  return scriptFor(([type]) => {
    const order = orderOf(itemType(type));
    return (items: Items) => {
      let best: Value = null;
      for (const item of items) {
        if (item === null) return null;
        const none = typeof best === 'number' && Number.isNaN(best);
        if (best === null || (none && sign === -1) || (!Number.isNaN(item) && (none || order(item, best) * sign > 0)))
          best = item;
      }
      return best;
    };
  });
}

function slice(items: Items, start: bigint, length: bigint): Value {
  if (start === 0n) throw invalidArgument('SQL array indices start at 1');
  if (length < 0n) throw invalidArgument('length must be greater than or equal to 0');
  const from = start > 0n ? start - 1n : BigInt(items.length) + start;
  if (from < 0n || from >= BigInt(items.length)) return [];
  return items.slice(Number(from), Number(from + length));
}

const MAX_ENTRIES = 10_000;

function checkSequence(count: bigint): void {
  if (count > BigInt(MAX_ENTRIES))
    throw invalidArgument(`result of sequence function must not have more than ${MAX_ENTRIES} entries`);
}
const BAD_STEP =
  'sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start';

function steps(start: bigint, stop: bigint, step: bigint): bigint[] {
  if (step === 0n) throw invalidArgument('step must not be zero');
  if (step > 0n ? stop < start : stop > start) throw invalidArgument(BAD_STEP);
  const count = (stop - start) / step + 1n;
  checkSequence(count);
  return Array.from({ length: Number(count) }, (_, index) => start + step * BigInt(index));
}

function monthSteps<T>(start: T, months: number, add: (value: T, months: number) => T, order: (a: T) => number): T[] {
  if (months === 0) throw invalidArgument('interval must not be zero');
  const sign = months > 0 ? 1 : -1;
  if (order(start) * sign > 0) throw invalidArgument(BAD_STEP);
  const found: T[] = [];
  for (let index = 0; ; index++) {
    const next = add(start, months * index);
    if (order(next) * sign > 0) return found;
    found.push(next);
    checkSequence(BigInt(found.length));
  }
}

const addPicoMonths = (picos: bigint, months: number): bigint => {
  const days = floorDiv(picos, PICOS_PER_DAY);
  return BigInt(addMonths(Number(days), months)) * PICOS_PER_DAY + (picos - days * PICOS_PER_DAY);
};

function daySteps(start: number, stop: number, millis: bigint): Value {
  if (millis % 86_400_000n !== 0n)
    throw invalidArgument('sequence step must be a day interval if start and end values are dates');
  return steps(BigInt(start), BigInt(stop), millis / 86_400_000n).map(Number);
}

const compareBig = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const SEQUENCE: readonly FunctionRow[] = [
  scalar(
    'sequence(bigint, bigint) -> array(bigint)',
    script((start: bigint, stop: bigint) => steps(start, stop, stop >= start ? 1n : -1n)),
  ),
  scalar('sequence(bigint, bigint, bigint) -> array(bigint)', script(steps)),
  scalar(
    'sequence(date, date) -> array(date)',
    script((start: number, stop: number) => daySteps(start, stop, stop >= start ? 86_400_000n : -86_400_000n)),
  ),
  scalar('sequence(date, date, interval day to second) -> array(date)', script(daySteps)),
  scalar(
    'sequence(date, date, interval year to month) -> array(date)',
    script((start: number, stop: number, months: number) =>
      monthSteps(start, months, addMonths, (value) => value - stop),
    ),
  ),
  scalar(
    'sequence(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p))',
    script((start: bigint, stop: bigint, millis: bigint) => steps(start, stop, millis * PICOS_PER_MILLI)),
  ),
  scalar(
    'sequence(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p))',
    script((start: bigint, stop: bigint, months: number) =>
      monthSteps(start, months, addPicoMonths, (value) => compareBig(value, stop)),
    ),
  ),
  scalar(
    'sequence(timestamp(p) with time zone, timestamp(p) with time zone, interval day to second) -> array(timestamp(p) with time zone)',
    script((start: ZonedValue, stop: ZonedValue, millis: bigint) =>
      steps(start.picos, stop.picos, millis * PICOS_PER_MILLI).map((picos) => ({ picos, zone: start.zone })),
    ),
  ),
  scalar(
    'sequence(timestamp(p) with time zone, timestamp(p) with time zone, interval year to month) -> array(timestamp(p) with time zone)',
    script((start: ZonedValue, stop: ZonedValue, months: number) =>
      monthSteps(
        start,
        months,
        ({ picos, zone }, count) => ({ picos: fromLocal(addPicoMonths(toLocal(picos, zone), count), zone), zone }),
        ({ picos }) => compareBig(picos, stop.picos),
      ),
    ),
  ),
];

/** Sorts by a comparison lambda: an insertion sort in DuckDB's SQL, which keeps the order of equal items. */
function sortWith([type]: readonly TrinoType[]): string {
  const item = physicalName(itemType(type));
  const list = `{'l': CAST([] AS ${item}[]), 'e': CAST(NULL AS ${item})}`;
  const before = 'len(list_filter(%a.l, lambda %c: {$2|%c|%b.e} <= 0))';
  const inserted = `list_concat(list_concat(%a.l[1:${before}], [%b.e]), %a.l[${before} + 1:])`;
  const fold = `list_reduce(list_prepend(${list}, list_transform($1, lambda %x: {'l': CAST([] AS ${item}[]), 'e': %x})), lambda %a, %b: {'l': ${inserted}, 'e': CAST(NULL AS ${item})})`;
  return `(${fold}).l`;
}

/** Folds with a state of another type than the items; DuckDB's list_reduce has one type for both. */
function reduce([array, state]: readonly TrinoType[]): string {
  const [item, kept] = [physicalName(itemType(array)), physicalName(state as TrinoType)];
  const first = `{'s': $2, 'e': CAST(NULL AS ${item})}`;
  const rest = `list_transform($1, lambda %x: {'s': CAST(NULL AS ${kept}), 'e': %x})`;
  const step = `{'s': CAST({$3|%a.s|%b.e} AS ${kept}), 'e': CAST(NULL AS ${item})}`;
  const fold = `(list_reduce(list_prepend(${first}, ${rest}), lambda %a, %b: ${step})).s`;
  return `CASE WHEN $1 IS NOT NULL THEN list_transform([${fold}], lambda %z: {$4|%z})[1] END`;
}

/** Evaluates a predicate over all items: true, false, or unknown. */
function quantified(some: (list: string) => string): string {
  return `list_transform([list_transform($1, lambda %x: {$2|%x})], lambda %l: ${some('%l')})[1]`;
}
const unknownIn = (list: string): string => `list_count(${list}) < len(${list})`;

const permutations = (items: Items, size: bigint): Value => {
  if (size < 0n) throw invalidArgument(`combination size must not be negative: ${size}`);
  if (size > 5n) throw invalidArgument('combination size must not exceed 5: '.concat(String(size)));
  const found: Value[][] = [];
  const choose = (from: number, chosen: Value[]): void => {
    if (chosen.length === Number(size)) {
      if (found.length >= 100_000) throw invalidArgument('combinations exceed max size');
      found.push(chosen);
      return;
    }
    for (let at = from; at < items.length; at++) choose(at + 1, [...chosen, items[at] as Value]);
  };
  choose(0, []);
  return found;
};

const ngrams = (items: Items, size: bigint): Value => {
  if (size <= 0n) throw invalidArgument('N must be positive');
  const count = Number(size);
  if (items.length <= count) return [items];
  return Array.from({ length: items.length - count + 1 }, (_, at) => items.slice(at, at + count));
};

function duplicate(key: Value, type: TrinoType): never {
  throw invalidArgument(`Duplicate map keys (${key === null ? 'null' : printerOf(type)(key)}) are not allowed`);
}

function checkedMap(entries: Entries, type: TrinoType): Value {
  const key = keyOf(type);
  const seen = new Set<string>();
  for (const [each = null] of entries) {
    if (each === null) throw invalidArgument('map key cannot be null');
    if (seen.has(key(each))) duplicate(each, type);
    seen.add(key(each));
  }
  return entries as Value;
}

/** Maps, and functions that split text into typed pieces. */
const MAPS: readonly FunctionRow[] = [
  scalar('map() -> map(unknown,unknown)', 'MAP {}'),
  scalar(
    'map(array(K), array(V)) -> map(K,V)',
    scriptFor(([keys]) => (names: Items, values: Items) => {
      if (names.length !== values.length) throw invalidArgument('Key and value arrays must be the same length');
      return checkedMap(
        names.map((name, index) => [name, values[index] ?? null]),
        itemType(keys),
      );
    }),
  ),
  scalar(
    'map_from_entries(array(row(K,V))) -> map(K,V)',
    scriptFor((_args, result) => (entries: readonly (readonly Value[] | null)[]) => {
      if (entries.includes(null)) throw invalidArgument('map entry cannot be null');
      return checkedMap(entries as Entries, mapType(result).key);
    }),
  ),
  scalar(
    'multimap_from_entries(array(row(K,V))) -> map(K,array(V))',
    scriptFor((_args, result) => (entries: readonly (readonly Value[] | null)[]) => {
      const key = keyOf(mapType(result).key);
      const found = new Map<string, [Value, Value[]]>();
      for (const entry of entries) {
        if (entry === null) throw invalidArgument('map entry cannot be null');
        const [name = null, value = null] = entry;
        if (name === null) throw invalidArgument('map key cannot be null');
        const known = found.get(key(name));
        if (known === undefined) found.set(key(name), [name, [value]]);
        else known[1].push(value);
      }
      return [...found.values()];
    }),
  ),
  scalar(
    'map_entries(map(K,V)) -> array(row(K,V))',
    script((entries: Entries) => entries as Value),
  ),
  scalar('map_keys(map(K,V)) -> array(K)', 'map_keys($1)'),
  scalar('map_values(map(K,V)) -> array(V)', 'map_values($1)'),
  scalar(
    'map_concat(map(K,V), map(K,V)...) -> map(K,V)',
    scriptFor((_args, result) => {
      const key = keyOf(mapType(result).key);
      return (...maps: Entries[]) => {
        const found = new Map<string, readonly Value[]>();
        for (const entry of maps.flat()) found.set(key(entry[0] ?? null), entry);
        return [...found.values()];
      };
    }),
  ),
  scalar(
    'map_filter(map(K,V), function(K,V,boolean)) -> map(K,V)',
    'map_from_entries(list_filter(map_entries($1), lambda %e: {$2|%e.key|%e.value}))',
  ),
  scalar('transform_values(map(K,A), function(K,A,B)) -> map(K,B)', (_args, result) => {
    const { key, value } = mapType(result);
    return `map_from_entries(list_transform(map_entries($1), lambda %e: CAST({'key': %e.key, 'value': {$2|%e.key|%e.value}} AS STRUCT("key" ${physicalName(key)}, "value" ${physicalName(value)}))))`;
  }),
  scalar('transform_keys(map(A,V), function(A,V,B)) -> map(B,V)', (_args, result) => {
    const { key, value } = mapType(result);
    const keys = {
      sql: `list_transform(map_entries($1), lambda %e: {$2|%e.key|%e.value})`,
      type: { kind: 'array', of: key } as const,
    };
    return scriptCall('map.1', [keys, { sql: 'map_values($1)', type: { kind: 'array', of: value } }], result);
  }),
  scalar('map_zip_with(map(K,A), map(K,B), function(K,A,B,C)) -> map(K,C)', (args, result) => {
    const [a, b, { key, value }] = [mapType(args[0]), mapType(args[1]), mapType(result)];
    const zipped = scriptCall(
      ZIP_MAPS.id,
      [
        { sql: '$1', type: a },
        { sql: '$2', type: b },
      ],
      zippedType(a, b),
    );
    return `map_from_entries(list_transform(${zipped}, lambda %e: CAST({'key': %e.k, 'value': {$3|%e.k|%e.a|%e.b}} AS STRUCT("key" ${physicalName(key)}, "value" ${physicalName(value)}))))`;
  }),
];

function zippedType(a: TrinoType & { kind: 'map' }, b: TrinoType & { kind: 'map' }): TrinoType {
  const fields = [
    { name: 'k', type: a.key },
    { name: 'a', type: a.value },
    { name: 'b', type: b.value },
  ];
  return { kind: 'array', of: { kind: 'row', fields } };
}

const ZIP_MAPS = scalar(
  '$zip_maps(map(K,A), map(K,B)) -> array(row(K,A,B))',
  scriptFor(([type]) => {
    const key = keyOf(mapType(type).key);
    return (a: Entries, b: Entries) => {
      const found = new Map<string, Value[]>();
      for (const [name = null, value = null] of a) found.set(key(name), [name, value, null]);
      for (const [name = null, value = null] of b) {
        const known = found.get(key(name));
        if (known === undefined) found.set(key(name), [name, null, value]);
        else known[2] = value;
      }
      return [...found.values()];
    };
  }),
);

function zip(...lists: Items[]): Value {
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) => lists.map((list) => list[index] ?? null));
}

const ZIPS: readonly FunctionRow[] = ['A,B', 'A,B,C', 'A,B,C,D', 'A,B,C,D,E'].map((letters) =>
  scalar(
    `zip(${letters
      .split(',')
      .map((letter) => `array(${letter})`)
      .join(', ')}) -> array(row(${letters}))`,
    script(zip),
  ),
);

/** Items as text, cast to varchar, as array_join does. */
const textOf = (type: TrinoType) => castOf(type, { kind: 'varchar' }, { now: 0 }) ?? ((value: Value) => String(value));

function join(items: Items, separator: string, missing: Value, text: (value: Value) => Value): string {
  return items
    .map((item) => (item === null ? missing : text(item)))
    .filter((item) => item !== null)
    .join(separator);
}

/** Arrays ("Array functions and operators"). */
export const ARRAYS: readonly FunctionRow[] = [
  ZIP_MAPS,
  ...MAPS,
  ...ZIPS,
  ...SEQUENCE,
  scalar(
    'all_match(array(T), function(T,boolean)) -> boolean',
    quantified(
      (list) =>
        `CASE WHEN list_contains(${list}, FALSE) THEN FALSE WHEN ${unknownIn(list)} THEN NULL WHEN ${list} IS NOT NULL THEN TRUE END`,
    ),
  ),
  scalar(
    'any_match(array(T), function(T,boolean)) -> boolean',
    quantified(
      (list) =>
        `CASE WHEN list_contains(${list}, TRUE) THEN TRUE WHEN ${unknownIn(list)} THEN NULL WHEN ${list} IS NOT NULL THEN FALSE END`,
    ),
  ),
  scalar(
    'none_match(array(T), function(T,boolean)) -> boolean',
    quantified(
      (list) =>
        `CASE WHEN list_contains(${list}, TRUE) THEN FALSE WHEN ${unknownIn(list)} THEN NULL WHEN ${list} IS NOT NULL THEN TRUE END`,
    ),
  ),
  scalar(
    'array_distinct(array(T)) -> array(T)',
    withKey((key) => (items: Items) => uniqueInOrder(items, key)),
  ),
  scalar(
    'array_except(array(T), array(T)) -> array(T)',
    withKey((key) => (a: Items, b: Items) => {
      const others = new Set(b.map(key));
      return uniqueInOrder(a, key).filter((item) => !others.has(key(item)));
    }),
  ),
  scalar(
    'array_first(array(T)) -> T',
    script((items: Items) => items[0] ?? null),
  ),
  scalar(
    'array_last(array(T)) -> T',
    script((items: Items) => items.at(-1) ?? null),
  ),
  scalar(
    'array_histogram(array(T)) -> map(T,bigint)',
    withKey((key) => (items: Items) => {
      const counts = new Map<string, [Value, bigint]>();
      for (const item of items)
        if (item !== null) counts.set(key(item), [item, (counts.get(key(item))?.[1] ?? 0n) + 1n]);
      return [...counts.values()];
    }),
  ),
  scalar(
    'array_intersect(array(T), array(T)) -> array(T)',
    withKey((key) => (a: Items, b: Items) => {
      const [few, many] = a.length <= b.length ? [b, a] : [a, b];
      const others = new Set(few.map(key));
      return uniqueInOrder(many, key).filter((item) => others.has(key(item)));
    }),
  ),
  scalar(
    'array_join(array(T), varchar) -> varchar',
    scriptFor(([type]) =>
      (
        (text) => (items: Items, separator: string) =>
          join(items, separator, null, text)
      )(textOf(itemType(type))),
    ),
    {
      result: ([type]) => (castable(itemType(type)) ? { kind: 'varchar' } : undefined),
    },
  ),
  scalar(
    'array_join(array(T), varchar, varchar) -> varchar',
    scriptFor(([type]) =>
      (
        (text) => (items: Items, separator: string, missing: string) =>
          join(items, separator, missing, text)
      )(textOf(itemType(type))),
    ),
    {
      result: ([type]) => (castable(itemType(type)) ? { kind: 'varchar' } : undefined),
    },
  ),
  scalar('array_max(array(T)) -> T where T orderable', extreme(1)),
  scalar('array_min(array(T)) -> T where T orderable', extreme(-1)),
  scalar(
    'array_position(array(T), T) -> bigint',
    scriptFor(([, type]) =>
      (
        (equal) => (items: Items, value: Value) =>
          BigInt(items.findIndex((item) => item !== null && equal(item, value) === true) + 1)
      )(equalityOf(type as TrinoType)),
    ),
  ),
  scalar(
    'array_position(array(T), T, bigint) -> bigint',
    scriptFor(([, type]) =>
      ((equal) => (items: Items, value: Value, instance: bigint) => {
        if (instance === 0n) throw invalidArgument('array_position cannot take a 0-valued instance argument.');
        const places = items.flatMap((item, index) =>
          item !== null && equal(item, value) === true ? [BigInt(index + 1)] : [],
        );
        return places.at(instance > 0n ? Number(instance) - 1 : Number(instance)) ?? 0n;
      })(equalityOf(type as TrinoType)),
    ),
  ),
  scalar(
    'array_remove(array(T), T) -> array(T)',
    scriptFor(([, type]) =>
      (
        (equal) => (items: Items, value: Value) =>
          items.filter((item) => item === null || equal(item, value) !== true)
      )(equalityOf(type as TrinoType)),
    ),
  ),
  scalar(
    'array_sort(array(T)) -> array(T) where T orderable',
    scriptFor(([type]) =>
      (
        (order) => (items: Items) =>
          [...items].sort(order)
      )(sortOrderOf(itemType(type))),
    ),
  ),
  scalar('array_sort(array(T), function(T,T,integer)) -> array(T)', sortWith),
  scalar(
    'array_union(array(T), array(T)) -> array(T)',
    withKey((key) => (a: Items, b: Items) => uniqueInOrder([...a, ...b], key)),
  ),
  scalar(
    'arrays_overlap(array(T), array(T)) -> boolean',
    withKey((key) => (a: Items, b: Items) => overlap(a, b, key)),
  ),
  scalar('cardinality(array(T)) -> bigint', 'CAST(len($1) AS BIGINT)'),
  scalar('cardinality(map(K,V)) -> bigint', 'CAST(cardinality($1) AS BIGINT)'),
  scalar('combinations(array(T), bigint) -> array(array(T))', script(permutations)),
  scalar(
    'concat(array(T), array(T), array(T)...) -> array(T)',
    script((...lists: Items[]) => lists.flat()),
  ),
  scalar('concat(array(T), T) -> array(T)', 'CASE WHEN $1 IS NOT NULL THEN list_append($1, $2) END'),
  scalar('concat(T, array(T)) -> array(T)', 'CASE WHEN $2 IS NOT NULL THEN list_prepend($1, $2) END'),
  scalar(
    'contains(array(T), T) -> boolean where T comparable',
    scriptFor(([, type]) =>
      (
        (equal) => (items: Items, value: Value) =>
          contains(items, value, equal)
      )(equalityOf(type as TrinoType)),
    ),
  ),
  scalar(
    'contains_sequence(array(T), array(T)) -> boolean',
    withKey((key) => (items: Items, wanted: Items) => {
      const [all, part] = [items.map(key), wanted.map(key)];
      return all.some((_, at) => part.every((each, index) => all[at + index] === each)) || part.length === 0;
    }),
  ),
  scalar(
    'element_at(array(T), bigint) -> T',
    script((items: Items, index: bigint) => {
      if (index === 0n) throw invalidArgument('SQL array indices start at 1');
      const at = index > 0n ? index - 1n : BigInt(items.length) + index;
      return at < 0n || at >= BigInt(items.length) ? null : (items[Number(at)] as Value);
    }),
  ),
  scalar('element_at(map(K,V), K) -> V', 'map_extract($1, $2)[1]'),
  scalar('filter(array(T), function(T,boolean)) -> array(T)', 'list_filter($1, lambda %x: coalesce({$2|%x}, FALSE))'),
  scalar(
    'flatten(array(array(T))) -> array(T)',
    script((lists: readonly (Items | null)[]) => lists.flatMap((list) => list ?? [])),
  ),
  scalar('ngrams(array(T), bigint) -> array(array(T))', script(ngrams)),
  scalar('reduce(array(T), S, function(S,T,S), function(S,R)) -> R', reduce),
  scalar(
    'repeat(T, bigint) -> array(T)',
    scriptFor(() => (value: Value, count: bigint | null) => {
      if (count === null) return null;
      if (count < 0n) throw invalidArgument('count argument of repeat function must be greater than or equal to 0');
      if (count > BigInt(MAX_ENTRIES))
        throw invalidArgument(`count argument of repeat function must be less than or equal to ${MAX_ENTRIES}`);
      return Array<Value>(Number(count)).fill(value);
    }),
    { takesNull: true },
  ),
  scalar('reverse(array(T)) -> array(T)', 'list_reverse($1)'),
  scalar(
    'shuffle(array(T)) -> array(T)',
    script((items: Items) =>
      items
        .map((item) => [Math.random(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item),
    ),
  ),
  scalar('slice(array(T), bigint, bigint) -> array(T)', script(slice)),
  scalar(
    'transform(array(T), function(T,U)) -> array(U)',
    (_args, result) => `list_transform($1, lambda %x: CAST({$2|%x} AS ${physicalName(itemType(result))}))`,
  ),
  scalar(
    'trim_array(array(T), bigint) -> array(T)',
    script((items: Items, count: bigint) => {
      if (count < 0n) throw invalidArgument('size must not be negative: '.concat(String(count)));
      if (count > BigInt(items.length))
        throw invalidArgument(`size must not exceed array cardinality ${items.length}: ${count}`);
      return items.slice(0, items.length - Number(count));
    }),
  ),
  scalar('zip_with(array(T), array(U), function(T,U,R)) -> array(R)', (args, result) => {
    const [a, b] = [args[0] as TrinoType, args[1] as TrinoType];
    const fields = [
      { name: 'a', type: itemType(a) },
      { name: 'b', type: itemType(b) },
    ];
    const zipped = scriptCall(
      'zip.0',
      [
        { sql: '$1', type: a },
        { sql: '$2', type: b },
      ],
      { kind: 'array', of: { kind: 'row', fields } },
    );
    return `list_transform(${zipped}, lambda %e: CAST({$3|%e.a|%e.b} AS ${physicalName(itemType(result))}))`;
  }),
  scalar(
    '$map_subscript(map(K,V), K) -> V',
    scriptFor(([type]) => {
      const { key } = mapType(type);
      const [keyFor, print] = [keyOf(key), printerOf(key)];
      return (entries: Entries, wanted: Value) => {
        const found = entries.find(([name = null]) => keyFor(name) === keyFor(wanted));
        if (found === undefined)
          throw new ValueError('INVALID_FUNCTION_ARGUMENT', `Key not present in map: ${print(wanted)}`);
        return found[1] ?? null;
      };
    }),
  ),
];

function castable(type: TrinoType): boolean {
  return type.kind === 'unknown' || castOf(type, { kind: 'varchar' }, { now: 0 }) !== undefined;
}
