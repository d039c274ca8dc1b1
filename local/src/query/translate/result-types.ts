const of = (type: string, names: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, type]));
const ofArgument = (index: number, names: string): Record<string, number> =>
  Object.fromEntries(names.split(' ').map((name) => [name, index]));

/** The type of what functions answer, in Trino's words; a number is the argument whose type it is. */
export const RESULT_TYPES: Readonly<Record<string, string | number>> = {
  ...of('date', 'current_date date from_iso8601_date last_day_of_month'),
  ...of('timestamp(3)', 'localtimestamp date_parse'),
  ...of(
    'timestamp(3) with time zone',
    'now current_timestamp from_unixtime from_iso8601_timestamp parse_datetime at_timezone with_timezone',
  ),
  ...of(
    'varchar',
    'concat_ws lower upper trim ltrim rtrim substr substring replace lpad rpad split_part date_format ' +
      'format_datetime to_iso8601 json_extract_scalar json_format regexp_extract regexp_replace array_join url_extract_host ' +
      'url_extract_path url_extract_query url_extract_parameter url_decode url_encode to_hex typeof format listagg',
  ),
  ...of('json', 'json_extract json_parse json_array_get'),
  ...of('array(varchar)', 'split regexp_extract_all regexp_split'),
  ...of('array(unknown)', 'array_agg transform flatten map_keys map_values map_entries zip zip_with repeat sequence'),
  ...of(
    'map(unknown, unknown)',
    'map map_agg map_filter map_concat map_from_entries histogram split_to_map transform_keys transform_values',
  ),
  ...of(
    'bigint',
    'year month day hour minute second quarter week day_of_week day_of_month day_of_year length count count_if date_diff ' +
      'cardinality strpos json_array_length row_number rank dense_rank approx_distinct regexp_count',
  ),
  ...of('double', 'to_unixtime stddev variance sqrt exp ln log2 log10 power pow'),
  ...of('boolean', 'regexp_like contains starts_with bool_and bool_or any_match all_match none_match arrays_overlap'),
  ...ofArgument(-1, 'date_add date_trunc'),
  ...ofArgument(
    0,
    'concat min max arbitrary any_value max_by min_by coalesce nullif greatest least try lag lead first_value last_value ' +
      'filter array_distinct array_sort slice reverse array_remove array_except array_union array_intersect round',
  ),
  ...ofArgument(1, 'if'),
};
