/**
 * Trino's functions in DuckDB's words, as templates: `$1` is the first argument, `$*` are all of them with commas.
 * Only what is listed here, in {@link AGGREGATES} or in special-functions.ts can be called; DuckDB's own functions, some
 * of which read files, can't. The numbers are how many arguments may be given.
 */
type Template = readonly [min: number, max: number, template: string];

const same =
  (min: number, max = min): ((name: string) => Template) =>
  (name) => [min, max, `${name}($*)`];
const named = (names: string, shape: (name: string) => Template): Record<string, Template> =>
  Object.fromEntries(names.split(' ').map((name) => [name, shape(name)]));

const MATH: Record<string, Template> = {
  ...named(
    'abs floor sqrt cbrt exp ln log2 log10 degrees radians sin cos tan asin acos atan sinh cosh tanh sign',
    same(1),
  ),
  ...named('atan2 power', same(2)),
  ...named('pi', same(0)),
  ceil: [1, 1, 'ceil($1)'],
  ceiling: [1, 1, 'ceil($1)'],
  pow: [2, 2, 'power($1, $2)'],
  log: [2, 2, 'log($1, $2)'],
  mod: [2, 2, '($1 % $2)'],
  round: [1, 2, 'round($*)'],
  e: [0, 0, 'exp(1)'],
  infinity: [0, 0, "CAST('Infinity' AS DOUBLE)"],
  nan: [0, 0, "CAST('NaN' AS DOUBLE)"],
  is_nan: [1, 1, 'isnan($1)'],
  is_finite: [1, 1, 'isfinite($1)'],
  is_infinite: [1, 1, 'isinf($1)'],
  to_base: [2, 2, 'lower(to_base($1, $2))'],
  bitwise_and: [2, 2, '($1 & $2)'],
  bitwise_or: [2, 2, '($1 | $2)'],
  bitwise_xor: [2, 2, 'xor($1, $2)'],
  bitwise_not: [1, 1, '(~$1)'],
  bitwise_left_shift: [2, 2, '($1 << $2)'],
  bitwise_right_shift: [2, 2, '($1 >> $2)'],
  bit_count: [2, 2, 'CAST(bit_count($1) AS BIGINT)'],
};

const TEXT: Record<string, Template> = {
  ...named('lower upper', same(1)),
  starts_with: [2, 2, 'starts_with($1, $2)'],
  ...named('ltrim rtrim trim', same(1, 2)),
  translate: [3, 3, 'translate($1, $2, $3)'],
  split_part: [3, 3, 'CASE WHEN $3 <= len(string_split($1, $2)) THEN split_part($1, $2, $3) END'],
  length: [1, 1, 'length($1)'],
  substr: [2, 3, 'substr($*)'],
  substring: [2, 3, 'substr($*)'],
  replace: [2, 3, "replace($1, $2, $3:'')"],
  lpad: [3, 3, 'lpad($1, CAST($2 AS INTEGER), $3)'],
  rpad: [3, 3, 'rpad($1, CAST($2 AS INTEGER), $3)'],
  strpos: [2, 2, 'strpos($1, $2)'],
  chr: [1, 1, 'chr(CAST($1 AS INTEGER))'],
  codepoint: [1, 1, 'unicode($1)'],
  concat_ws: [2, 254, 'concat_ws($*)'],
  levenshtein_distance: [2, 2, 'levenshtein($1, $2)'],
  hamming_distance: [2, 2, 'hamming($1, $2)'],
  normalize: [1, 2, 'nfc_normalize($1)'],
  to_utf8: [1, 1, 'encode($1)'],
  from_utf8: [1, 2, 'decode($1)'],
  to_hex: [1, 1, 'upper(hex($1))'],
  from_hex: [1, 1, 'from_hex($1)'],
  to_base64: [1, 1, 'to_base64($1)'],
  from_base64: [1, 1, 'from_base64($1)'],
  md5: [1, 1, 'from_hex(md5($1))'],
  sha1: [1, 1, 'from_hex(sha1($1))'],
  sha256: [1, 1, 'from_hex(sha256($1))'],
  uuid: [0, 0, 'uuid()'],
  url_encode: [1, 1, 'url_encode($1)'],
  url_decode: [1, 1, 'url_decode($1)'],
  url_extract_protocol: [1, 1, "nullif(regexp_extract($1, '^([A-Za-z][A-Za-z0-9+.-]*):', 1), '')"],
  url_extract_host: [1, 1, "nullif(regexp_extract($1, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/@]*@)?([^/:?#]*)', 1), '')"],
  url_extract_port: [
    1,
    1,
    "TRY_CAST(nullif(regexp_extract($1, '^[^:]+://(?:[^/@]*@)?[^/:?#]*:([0-9]+)', 1), '') AS BIGINT)",
  ],
  url_extract_path: [1, 1, "regexp_extract($1, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)', 1)"],
  url_extract_query: [1, 1, "regexp_extract($1, '^[^?#]*[?]([^#]*)', 1)"],
  url_extract_fragment: [1, 1, "regexp_extract($1, '#(.*)$', 1)"],
  url_extract_parameter: [
    2,
    2,
    "url_decode(nullif(regexp_extract($1, concat('[?&]', regexp_escape($2), '=([^&#]*)'), 1), ''))",
  ],
  regexp_like: [2, 2, 'regexp_matches($1, $2)'],
  regexp_extract: [2, 3, 'CASE WHEN regexp_matches($1, $2) THEN regexp_extract($1, $2, $3:0) END'],
  regexp_extract_all: [2, 3, 'regexp_extract_all($1, $2, $3:0)'],
  regexp_split: [2, 2, 'regexp_split_to_array($1, $2)'],
  regexp_count: [2, 2, 'len(regexp_extract_all($1, $2))'],
};

const JSON_FUNCTIONS: Record<string, Template> = {
  json_extract: [2, 2, 'CASE WHEN json_valid($1) THEN json_extract($1, $2) END'],
  json_extract_scalar: [
    2,
    2,
    "CASE WHEN NOT json_valid($1) OR json_type($1, $2) IN ('OBJECT', 'ARRAY', 'NULL') THEN NULL ELSE json_extract_string($1, $2) END",
  ],
  json_parse: [1, 1, 'CAST($1 AS JSON)'],
  json_format: [1, 1, 'CAST($1 AS VARCHAR)'],
  json_array_length: [
    1,
    1,
    "CASE WHEN json_valid($1) AND json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END",
  ],
  json_array_get: [2, 2, "json_extract($1, concat('$[', CAST($2 AS VARCHAR), ']'))"],
  json_array_contains: [2, 2, 'json_contains($1, CAST(to_json($2) AS VARCHAR))'],
  json_size: [
    2,
    2,
    "CASE json_type($1, $2) WHEN 'ARRAY' THEN CAST(json_array_length($1, $2) AS BIGINT) WHEN 'OBJECT' THEN len(json_keys($1, $2)) ELSE 0 END",
  ],
  is_json_scalar: [1, 1, "json_type($1) NOT IN ('OBJECT', 'ARRAY')"],
};

const DATES: Record<string, Template> = {
  ...named('year month day hour minute second quarter', same(1)),
  millisecond: [1, 1, '(millisecond($1) % 1000)'],
  day_of_month: [1, 1, 'day($1)'],
  day_of_week: [1, 1, 'isodow($1)'],
  dow: [1, 1, 'isodow($1)'],
  day_of_year: [1, 1, 'dayofyear($1)'],
  doy: [1, 1, 'dayofyear($1)'],
  week: [1, 1, 'weekofyear($1)'],
  week_of_year: [1, 1, 'weekofyear($1)'],
  year_of_week: [1, 1, 'isoyear($1)'],
  yow: [1, 1, 'isoyear($1)'],
  last_day_of_month: [1, 1, 'last_day($1)'],
  date: [1, 1, 'CAST($1 AS DATE)'],
  from_unixtime: [1, 2, 'to_timestamp($1)'],
  to_unixtime: [1, 1, 'epoch($1)'],
  to_milliseconds: [1, 1, 'CAST(epoch_ms($1) AS BIGINT)'],
  from_iso8601_timestamp: [1, 1, 'CAST($1 AS TIMESTAMPTZ)'],
  from_iso8601_date: [1, 1, 'CAST($1 AS DATE)'],
  from_unixtime_nanos: [1, 1, 'to_timestamp($1 / 1e9)'],
  from_iso8601_timestamp_nanos: [1, 1, 'CAST($1 AS TIMESTAMPTZ)'],
  with_timezone: [2, 2, 'timezone($2, CAST($1 AS TIMESTAMP))'],
};

const ARRAYS_AND_MAPS: Record<string, Template> = {
  contains: [2, 2, 'list_contains($1, $2)'],
  element_at: [2, 2, '($1)[$2]'],
  array_distinct: [1, 1, 'list_filter($1, lambda "-> v", "-> i": list_position($1, "-> v") = "-> i")'],
  array_intersect: [2, 2, 'list_intersect($1, $2)'],
  array_union: [2, 2, 'list_distinct(list_concat($1, $2))'],
  array_except: [2, 2, 'list_filter(list_distinct($1), lambda "-> v": NOT list_contains($2, "-> v"))'],
  array_join: [
    2,
    3,
    'array_to_string(list_transform($1, lambda "-> v": coalesce(CAST("-> v" AS VARCHAR), $3:NULL)), $2)',
  ],
  array_max: [1, 1, 'list_max($1)'],
  array_min: [1, 1, 'list_min($1)'],
  array_position: [2, 2, 'CAST(coalesce(list_position($1, $2), 0) AS BIGINT)'],
  array_remove: [2, 2, 'list_filter($1, lambda "-> v": "-> v" <> $2)'],
  array_sort: [1, 1, "list_sort($1, 'ASC', 'NULLS LAST')"],
  arrays_overlap: [2, 2, 'list_has_any($1, $2)'],
  flatten: [1, 1, 'flatten($1)'],
  slice: [3, 3, 'list_slice($1, $2, $2 + $3 - 1)'],
  trim_array: [2, 2, 'list_slice($1, 1, len($1) - $2)'],
  repeat: [2, 2, 'list_transform(range(CAST($2 AS BIGINT)), lambda "-> i": $1)'],
  map: [0, 2, 'map($*)'],
  map_keys: [1, 1, 'map_keys($1)'],
  map_values: [1, 1, 'map_values($1)'],
  map_from_entries: [1, 1, 'map_from_entries($1)'],
  map_concat: [2, 10, 'map_concat($*)'],
  split_to_map: [
    3,
    3,
    'map_from_entries(list_transform(string_split($1, $2), lambda "-> e": row(split_part("-> e", $3, 1), split_part("-> e", $3, 2))))',
  ],
};

const WINDOWS: Record<string, Template> = {
  ...named('row_number rank dense_rank percent_rank cume_dist', same(0)),
  ...named('ntile first_value last_value', same(1)),
  ...named('lag lead', same(1, 3)),
  nth_value: [2, 2, 'nth_value($1, $2)'],
};

export const SCALARS: Readonly<Record<string, Template>> = {
  ...MATH,
  ...TEXT,
  ...JSON_FUNCTIONS,
  ...DATES,
  ...ARRAYS_AND_MAPS,
  ...WINDOWS,
  coalesce: [1, 100, 'coalesce($*)'],
  nullif: [2, 2, 'nullif($1, $2)'],
  try: [1, 1, 'TRY($1)'],
  typeof: [
    1,
    1,
    "CASE typeof($1) WHEN 'FLOAT' THEN 'real' WHEN 'BLOB' THEN 'varbinary' WHEN 'HUGEINT' THEN 'bigint' " +
      "WHEN 'TIMESTAMP' THEN 'timestamp(3)' WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'timestamp(3) with time zone' " +
      "ELSE regexp_replace(replace(lower(typeof($1)), 'struct(', 'row('), '^(.*)\\[\\]$', 'array(\\1)') END",
  ],
  grouping: [1, 20, 'grouping($*)'],
};

/** Aggregate functions: DISTINCT, ORDER BY and FILTER are put around the name. */
export const AGGREGATES: Readonly<
  Record<string, { readonly name: string; readonly min: number; readonly max: number }>
> = {
  ...Object.fromEntries(
    'sum avg stddev stddev_pop stddev_samp variance var_pop var_samp bool_and bool_or kurtosis skewness any_value histogram count_if'
      .split(' ')
      .map((name) => [name, { name, min: 1, max: 1 }]),
  ),
  ...Object.fromEntries(
    'corr covar_pop covar_samp regr_slope regr_intercept'.split(' ').map((name) => [name, { name, min: 2, max: 2 }]),
  ),
  count: { name: 'count', min: 0, max: 1 },
  min: { name: 'min', min: 1, max: 2 },
  max: { name: 'max', min: 1, max: 2 },
  array_agg: { name: 'list', min: 1, max: 1 },
  arbitrary: { name: 'any_value', min: 1, max: 1 },
  every: { name: 'bool_and', min: 1, max: 1 },
  geometric_mean: { name: 'geomean', min: 1, max: 1 },
  bitwise_and_agg: { name: 'bit_and', min: 1, max: 1 },
  bitwise_or_agg: { name: 'bit_or', min: 1, max: 1 },
  bitwise_xor_agg: { name: 'bit_xor', min: 1, max: 1 },
  listagg: { name: 'string_agg', min: 1, max: 2 },
};

/** What a table has under a name that a user wrote, which may well be `constructor`. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Puts arguments into a template: `$n`, `$n:default`, `$*`. */
export function fill(template: string, args: readonly string[]): string {
  return template.replaceAll(/\$(\*|\d+)(?::([\w']+))?/g, (_whole, which: string, fallback: string | undefined) => {
    if (which === '*') return args.join(', ');
    const arg = args[Number(which) - 1];
    return arg ?? fallback ?? 'NULL';
  });
}
