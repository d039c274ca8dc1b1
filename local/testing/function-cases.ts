/**
 * Test cases of every function: its name, two calls with their values, a call that gives NULL (`-` if none does), and a
 * refused call with its code. `call of values` is a call over rows of `x`, or of `x` and `y`. The values are those of
 * Trino's documentation ("Functions and operators"), or follow from it.
 */
export const CASES = String.raw`
abs ¦ abs(-5) ¦ 5 ¦ abs(-2.50) ¦ 2.50 ¦ abs(NULL) ¦ abs('x') ¦ FUNCTION_NOT_FOUND
acos ¦ acos(1) ¦ 0.0 ¦ acos(2) ¦ NaN ¦ acos(NULL) ¦ acos('x') ¦ FUNCTION_NOT_FOUND
all_match ¦ all_match(ARRAY[2, 4], x -> x % 2 = 0) ¦ true ¦ all_match(ARRAY[2, 3], x -> x % 2 = 0) ¦ false ¦ all_match(NULL, x -> true) ¦ all_match(ARRAY[1], x -> x) ¦ FUNCTION_NOT_FOUND
any_match ¦ any_match(ARRAY[1, 2], x -> x > 1) ¦ true ¦ any_match(ARRAY[], x -> true) ¦ false ¦ any_match(NULL, x -> true) ¦ any_match(ARRAY[1], x -> x) ¦ FUNCTION_NOT_FOUND
any_value ¦ any_value(x) of 7, 7 ¦ 7 ¦ any_value(x) of NULL, 'a' ¦ a ¦ any_value(x) of NULL ¦ any_value(1, 2) of 1 ¦ FUNCTION_NOT_FOUND
approx_distinct ¦ approx_distinct(x) of 1, 1, 2 ¦ 2 ¦ approx_distinct(x, 0.01) of 'a', 'b', NULL ¦ 2 ¦ - ¦ approx_distinct(1, 'x') of 1 ¦ FUNCTION_NOT_FOUND
approx_most_frequent ¦ approx_most_frequent(1, x, 15) of 'a', 'a', 'b' ¦ {a=2} ¦ approx_most_frequent(2, x, 15) of 3, 3, 3, 5 ¦ {3=3, 5=1} ¦ approx_most_frequent(1, x, 15) of NULL ¦ approx_most_frequent(1) of 1 ¦ FUNCTION_NOT_FOUND
approx_percentile ¦ approx_percentile(x, 0.5) of 1, 2, 3 ¦ 2 ¦ approx_percentile(x, ARRAY[0.0, 1.0]) of 1, 2, 9 ¦ [1, 9] ¦ approx_percentile(x, 0.5) of CAST(NULL AS bigint) ¦ approx_percentile(x, 1.5) of 1 ¦ INVALID_FUNCTION_ARGUMENT
arbitrary ¦ arbitrary(x) of 3, 3 ¦ 3 ¦ arbitrary(x) of 'b', NULL ¦ b ¦ arbitrary(x) of NULL ¦ arbitrary() of 1 ¦ FUNCTION_NOT_FOUND
array_agg ¦ array_agg(x ORDER BY x) of 2, 1 ¦ [1, 2] ¦ array_agg(x ORDER BY x) of 'a', NULL ¦ [a, null] ¦ (SELECT array_agg(1) WHERE false) ¦ array_agg() of 1 ¦ FUNCTION_NOT_FOUND
array_distinct ¦ array_distinct(ARRAY[1, 2, 1]) ¦ [1, 2] ¦ array_distinct(ARRAY['a', NULL, NULL]) ¦ [a, null] ¦ array_distinct(NULL) ¦ array_distinct(1) ¦ FUNCTION_NOT_FOUND
array_except ¦ array_except(ARRAY[1, 2], ARRAY[2]) ¦ [1] ¦ array_except(ARRAY[1, 1], ARRAY[3]) ¦ [1] ¦ array_except(NULL, ARRAY[1]) ¦ array_except(ARRAY[1], ARRAY['a']) ¦ FUNCTION_NOT_FOUND
array_first ¦ array_first(ARRAY[4, 5]) ¦ 4 ¦ array_first(ARRAY['a']) ¦ a ¦ array_first(ARRAY[]) ¦ array_first(1) ¦ FUNCTION_NOT_FOUND
array_histogram ¦ array_histogram(ARRAY[42, 7, 42, NULL]) ¦ {42=2, 7=1} ¦ array_histogram(ARRAY['a']) ¦ {a=1} ¦ array_histogram(NULL) ¦ array_histogram(1) ¦ FUNCTION_NOT_FOUND
array_intersect ¦ array_intersect(ARRAY[1, 2], ARRAY[2, 3]) ¦ [2] ¦ array_intersect(ARRAY['a'], ARRAY['b']) ¦ [] ¦ array_intersect(NULL, ARRAY[1]) ¦ array_intersect(ARRAY[1], ARRAY['a']) ¦ FUNCTION_NOT_FOUND
array_join ¦ array_join(ARRAY[1, NULL, 3], ',') ¦ 1,3 ¦ array_join(ARRAY[1, NULL, 3], ',', '-') ¦ 1,-,3 ¦ array_join(NULL, ',') ¦ array_join(ARRAY[ROW(1)], ',') ¦ FUNCTION_NOT_FOUND
array_last ¦ array_last(ARRAY[4, 5]) ¦ 5 ¦ array_last(ARRAY['a']) ¦ a ¦ array_last(ARRAY[]) ¦ array_last(1) ¦ FUNCTION_NOT_FOUND
array_max ¦ array_max(ARRAY[1, 3, 2]) ¦ 3 ¦ array_max(ARRAY['a', 'b']) ¦ b ¦ array_max(ARRAY[1, NULL]) ¦ array_max(ARRAY[MAP()]) ¦ FUNCTION_NOT_FOUND
array_min ¦ array_min(ARRAY[2, 1]) ¦ 1 ¦ array_min(ARRAY['b', 'a']) ¦ a ¦ array_min(ARRAY[1, NULL]) ¦ array_min(ARRAY[MAP()]) ¦ FUNCTION_NOT_FOUND
array_position ¦ array_position(ARRAY[1, 2, 2], 2) ¦ 2 ¦ array_position(ARRAY['a'], 'b') ¦ 0 ¦ array_position(ARRAY[1], NULL) ¦ array_position(ARRAY[1], 'a') ¦ FUNCTION_NOT_FOUND
array_remove ¦ array_remove(ARRAY[1, 2, 1], 1) ¦ [2] ¦ array_remove(ARRAY['a'], 'b') ¦ [a] ¦ array_remove(ARRAY[1], NULL) ¦ array_remove(ARRAY[1], 'a') ¦ FUNCTION_NOT_FOUND
array_sort ¦ array_sort(ARRAY[3, NULL, 1]) ¦ [1, 3, null] ¦ array_sort(ARRAY[1, 3, 2], (a, b) -> IF(a < b, 1, IF(a = b, 0, -1))) ¦ [3, 2, 1] ¦ array_sort(NULL) ¦ array_sort(ARRAY[MAP()]) ¦ FUNCTION_NOT_FOUND
array_union ¦ array_union(ARRAY[1, 2], ARRAY[2, 3]) ¦ [1, 2, 3] ¦ array_union(ARRAY[NULL], ARRAY[NULL, 1]) ¦ [null, 1] ¦ array_union(NULL, ARRAY[1]) ¦ array_union(ARRAY[1], ARRAY['a']) ¦ FUNCTION_NOT_FOUND
arrays_overlap ¦ arrays_overlap(ARRAY[1, 2], ARRAY[2]) ¦ true ¦ arrays_overlap(ARRAY[1], ARRAY[2]) ¦ false ¦ arrays_overlap(ARRAY[1, NULL], ARRAY[2]) ¦ arrays_overlap(ARRAY[1], ARRAY['a']) ¦ FUNCTION_NOT_FOUND
asin ¦ asin(0) ¦ 0.0 ¦ asin(2) ¦ NaN ¦ asin(NULL) ¦ asin('x') ¦ FUNCTION_NOT_FOUND
at_timezone ¦ at_timezone(TIMESTAMP '2012-10-31 01:00 UTC', 'America/Los_Angeles') ¦ 2012-10-30 18:00:00.000 America/Los_Angeles ¦ at_timezone(TIMESTAMP '2012-10-31 01:00 UTC', '+05:30') ¦ 2012-10-31 06:30:00.000 +05:30 ¦ at_timezone(NULL, 'UTC') ¦ at_timezone(TIMESTAMP '2012-10-31 01:00 UTC', 'Mars/Base') ¦ INVALID_FUNCTION_ARGUMENT
atan ¦ atan(0) ¦ 0.0 ¦ atan(1) ¦ 0.7853981633974483 ¦ atan(NULL) ¦ atan('x') ¦ FUNCTION_NOT_FOUND
atan2 ¦ atan2(0, 1) ¦ 0.0 ¦ atan2(1, 1) ¦ 0.7853981633974483 ¦ atan2(NULL, 1) ¦ atan2('x', 1) ¦ FUNCTION_NOT_FOUND
avg ¦ avg(x) of 1, 2 ¦ 1.5 ¦ avg(x) of 1.0, 2.5 ¦ 1.8 ¦ avg(x) of CAST(NULL AS bigint) ¦ avg(x) of 'a' ¦ FUNCTION_NOT_FOUND
beta_cdf ¦ beta_cdf(3, 3.6, 0.0) ¦ 0.0 ¦ beta_cdf(3, 3.6, 1.0) ¦ 1.0 ¦ beta_cdf(NULL, 3.6, 1.0) ¦ beta_cdf(0, 3, 0.5) ¦ INVALID_FUNCTION_ARGUMENT
bit_count ¦ bit_count(9, 64) ¦ 2 ¦ bit_count(-7, 8) ¦ 6 ¦ bit_count(NULL, 8) ¦ bit_count(7, 1) ¦ INVALID_FUNCTION_ARGUMENT
bitwise_and ¦ bitwise_and(12, 10) ¦ 8 ¦ bitwise_and(-1, 7) ¦ 7 ¦ bitwise_and(NULL, 1) ¦ bitwise_and('a', 1) ¦ FUNCTION_NOT_FOUND
bitwise_and_agg ¦ bitwise_and_agg(x) of 12, 10 ¦ 8 ¦ bitwise_and_agg(x) of 7, NULL ¦ 7 ¦ bitwise_and_agg(x) of CAST(NULL AS bigint) ¦ bitwise_and_agg(x) of 'a' ¦ FUNCTION_NOT_FOUND
bitwise_left_shift ¦ bitwise_left_shift(1, 2) ¦ 4 ¦ bitwise_left_shift(1, 64) ¦ 0 ¦ bitwise_left_shift(NULL, 1) ¦ bitwise_left_shift('a', 1) ¦ FUNCTION_NOT_FOUND
bitwise_not ¦ bitwise_not(-12) ¦ 11 ¦ bitwise_not(19) ¦ -20 ¦ bitwise_not(NULL) ¦ bitwise_not('a') ¦ FUNCTION_NOT_FOUND
bitwise_or ¦ bitwise_or(12, 10) ¦ 14 ¦ bitwise_or(19, 25) ¦ 27 ¦ bitwise_or(NULL, 1) ¦ bitwise_or('a', 1) ¦ FUNCTION_NOT_FOUND
bitwise_or_agg ¦ bitwise_or_agg(x) of 12, 10 ¦ 14 ¦ bitwise_or_agg(x) of 1, NULL ¦ 1 ¦ bitwise_or_agg(x) of CAST(NULL AS bigint) ¦ bitwise_or_agg(x) of 'a' ¦ FUNCTION_NOT_FOUND
bitwise_right_shift ¦ bitwise_right_shift(8, 3) ¦ 1 ¦ bitwise_right_shift(BIGINT '-8', 1) ¦ 9223372036854775804 ¦ bitwise_right_shift(NULL, 1) ¦ bitwise_right_shift('a', 1) ¦ FUNCTION_NOT_FOUND
bitwise_right_shift_arithmetic ¦ bitwise_right_shift_arithmetic(8, 3) ¦ 1 ¦ bitwise_right_shift_arithmetic(-8, 64) ¦ -1 ¦ bitwise_right_shift_arithmetic(NULL, 1) ¦ bitwise_right_shift_arithmetic('a', 1) ¦ FUNCTION_NOT_FOUND
bitwise_xor ¦ bitwise_xor(19, 25) ¦ 10 ¦ bitwise_xor(5, 5) ¦ 0 ¦ bitwise_xor(NULL, 1) ¦ bitwise_xor('a', 1) ¦ FUNCTION_NOT_FOUND
bitwise_xor_agg ¦ bitwise_xor_agg(x) of 12, 10 ¦ 6 ¦ bitwise_xor_agg(x) of 5, NULL ¦ 5 ¦ bitwise_xor_agg(x) of CAST(NULL AS bigint) ¦ bitwise_xor_agg(x) of 'a' ¦ FUNCTION_NOT_FOUND
bool_and ¦ bool_and(x) of true, false ¦ false ¦ bool_and(x) of true, NULL ¦ true ¦ bool_and(x) of CAST(NULL AS boolean) ¦ bool_and(x) of 1 ¦ FUNCTION_NOT_FOUND
bool_or ¦ bool_or(x) of true, false ¦ true ¦ bool_or(x) of false, NULL ¦ false ¦ bool_or(x) of CAST(NULL AS boolean) ¦ bool_or(x) of 1 ¦ FUNCTION_NOT_FOUND
cardinality ¦ cardinality(ARRAY[1, 2]) ¦ 2 ¦ cardinality(MAP(ARRAY[1], ARRAY[2])) ¦ 1 ¦ cardinality(CAST(NULL AS array(integer))) ¦ cardinality(1) ¦ FUNCTION_NOT_FOUND
cast ¦ CAST('12' AS integer) ¦ 12 ¦ CAST(1.5 AS varchar) ¦ 1.5 ¦ CAST(NULL AS date) ¦ CAST('1.5' AS integer) ¦ INVALID_CAST_ARGUMENT
cbrt ¦ cbrt(27) ¦ 3.0 ¦ cbrt(-8) ¦ -2.0 ¦ cbrt(NULL) ¦ cbrt('x') ¦ FUNCTION_NOT_FOUND
ceil ¦ ceil(1.2) ¦ 2 ¦ ceil(-1.2) ¦ -1 ¦ ceil(NULL) ¦ ceil('x') ¦ FUNCTION_NOT_FOUND
ceiling ¦ ceiling(1.2e0) ¦ 2.0 ¦ ceiling(5) ¦ 5 ¦ ceiling(NULL) ¦ ceiling('x') ¦ FUNCTION_NOT_FOUND
char2hexint ¦ char2hexint('Hello World!') ¦ 00480065006C006C006F00200057006F0072006C00640021 ¦ char2hexint('') ¦  ¦ char2hexint(NULL) ¦ char2hexint(1) ¦ FUNCTION_NOT_FOUND
checksum ¦ checksum(x) of NULL ¦ 87 ca eb 85 b1 79 37 9e ¦ checksum(x) of 1, 1 ¦ 26 1f 87 15 6a 5b ca a9 ¦ (SELECT checksum(1) WHERE false) ¦ checksum() of 1 ¦ FUNCTION_NOT_FOUND
chr ¦ chr(65) ¦ A ¦ chr(8364) ¦ € ¦ chr(NULL) ¦ chr(-1) ¦ INVALID_FUNCTION_ARGUMENT
coalesce ¦ coalesce(NULL, 2) ¦ 2 ¦ coalesce('a', 'b') ¦ a ¦ coalesce(NULL, NULL) ¦ coalesce(1, 'a') ¦ TYPE_MISMATCH
codepoint ¦ codepoint('A') ¦ 65 ¦ codepoint('€') ¦ 8364 ¦ codepoint(NULL) ¦ codepoint('ab') ¦ INVALID_FUNCTION_ARGUMENT
combinations ¦ combinations(ARRAY['a', 'b', 'c'], 2) ¦ [[a, b], [a, c], [b, c]] ¦ combinations(ARRAY[1, 2], 0) ¦ [[]] ¦ combinations(NULL, 2) ¦ combinations(ARRAY[1], 6) ¦ INVALID_FUNCTION_ARGUMENT
concat ¦ concat('a', 'b', 'c') ¦ abc ¦ concat(ARRAY[1], ARRAY[2]) ¦ [1, 2] ¦ concat('a', NULL) ¦ concat(1, 2) ¦ FUNCTION_NOT_FOUND
concat_ws ¦ concat_ws(',', 'a', NULL, 'b') ¦ a,b ¦ concat_ws('-', ARRAY['a', 'b']) ¦ a-b ¦ concat_ws(NULL, 'a') ¦ concat_ws(',', 1) ¦ FUNCTION_NOT_FOUND
contains ¦ contains(ARRAY[1, 2], 2) ¦ true ¦ contains('10.0.0.0/8', IPADDRESS '11.255.255.255') ¦ false ¦ contains(ARRAY[1, NULL], 2) ¦ contains(ARRAY[1], 'a') ¦ FUNCTION_NOT_FOUND
contains_sequence ¦ contains_sequence(ARRAY[1, 2, 3], ARRAY[2, 3]) ¦ true ¦ contains_sequence(ARRAY[1, 2], ARRAY[2, 1]) ¦ false ¦ contains_sequence(NULL, ARRAY[1]) ¦ contains_sequence(ARRAY[1], ARRAY['a']) ¦ FUNCTION_NOT_FOUND
corr ¦ corr(x, y) of (1e0, 2e0), (2e0, 4e0) ¦ 1.0 ¦ corr(x, y) of (1e0, 2e0), (2e0, 1e0) ¦ -1.0 ¦ corr(x, y) of (1e0, CAST(NULL AS double)) ¦ corr(x, y) of ('a', 'b') ¦ FUNCTION_NOT_FOUND
cos ¦ cos(0) ¦ 1.0 ¦ cos(pi()) ¦ -1.0 ¦ cos(NULL) ¦ cos('x') ¦ FUNCTION_NOT_FOUND
cosh ¦ cosh(0) ¦ 1.0 ¦ cosh(1) ¦ 1.5430806348152437 ¦ cosh(NULL) ¦ cosh('x') ¦ FUNCTION_NOT_FOUND
cosine_distance ¦ cosine_distance(ARRAY[1e0, 0e0], ARRAY[0e0, 1e0]) ¦ 1.0 ¦ cosine_distance(ARRAY[1e0], ARRAY[2e0]) ¦ 0.0 ¦ cosine_distance(NULL, ARRAY[1e0]) ¦ cosine_distance(ARRAY[1e0], ARRAY[1e0, 2e0]) ¦ INVALID_FUNCTION_ARGUMENT
cosine_similarity ¦ cosine_similarity(MAP(ARRAY['a'], ARRAY[1.0]), MAP(ARRAY['a'], ARRAY[2.0])) ¦ 1.0 ¦ cosine_similarity(MAP(ARRAY['a'], ARRAY[1.0]), MAP(ARRAY['b'], ARRAY[2.0])) ¦ 0.0 ¦ cosine_similarity(NULL, MAP(ARRAY['a'], ARRAY[1.0])) ¦ cosine_similarity(1, 2) ¦ FUNCTION_NOT_FOUND
count ¦ count(*) of 1, NULL ¦ 2 ¦ count(x) of 1, NULL ¦ 1 ¦ - ¦ count(1, 2) of 1 ¦ FUNCTION_NOT_FOUND
count_if ¦ count_if(x > 1) of 1, 2, 3 ¦ 2 ¦ count_if(x) of true, NULL ¦ 1 ¦ - ¦ count_if(x) of 1 ¦ FUNCTION_NOT_FOUND
covar_pop ¦ covar_pop(x, y) of (1e0, 2e0), (3e0, 4e0) ¦ 1.0 ¦ covar_pop(x, y) of (1e0, 2e0) ¦ 0.0 ¦ covar_pop(x, y) of (1e0, CAST(NULL AS double)) ¦ covar_pop(x, y) of ('a', 'b') ¦ FUNCTION_NOT_FOUND
covar_samp ¦ covar_samp(x, y) of (1e0, 2e0), (3e0, 4e0) ¦ 2.0 ¦ covar_samp(x, y) of (1e0, 2e0), (2e0, 2e0) ¦ 0.0 ¦ covar_samp(x, y) of (1e0, 2e0) ¦ covar_samp(x, y) of ('a', 'b') ¦ FUNCTION_NOT_FOUND
crc32 ¦ crc32(to_utf8('CRC me!')) ¦ 38028046 ¦ crc32(X'') ¦ 0 ¦ crc32(NULL) ¦ crc32('a') ¦ FUNCTION_NOT_FOUND
cume_dist ¦ cume_dist() OVER (ORDER BY x) of 1, 2 ¦ [0.5, 1.0] ¦ cume_dist() OVER (ORDER BY x) of 1, 1, 2, 3 ¦ [0.5, 0.5, 0.75, 1.0] ¦ - ¦ cume_dist() of 1 ¦ MISSING_OVER
current_date ¦ current_date ¦ 2022-02-04 ¦ date_diff('day', DATE '2022-02-01', current_date) ¦ 3 ¦ - ¦ current_date(1) ¦ SYNTAX
current_time ¦ current_time ¦ 21:35:54.123+00:00 ¦ current_time(0) ¦ 21:35:54+00:00 ¦ - ¦ current_time('a') ¦ SYNTAX
current_timestamp ¦ current_timestamp ¦ 2022-02-04 21:35:54.123 UTC ¦ current_timestamp(0) ¦ 2022-02-04 21:35:54.000 UTC ¦ - ¦ current_timestamp('a') ¦ SYNTAX
current_timezone ¦ current_timezone() ¦ UTC ¦ length(current_timezone()) ¦ 3 ¦ - ¦ hour(current_timezone()) ¦ FUNCTION_NOT_FOUND
date ¦ date('2020-02-29') ¦ 2020-02-29 ¦ date(TIMESTAMP '2020-01-01 10:00:00') ¦ 2020-01-01 ¦ date(NULL) ¦ date('2020-02-30') ¦ INVALID_CAST_ARGUMENT
date_add ¦ date_add('month', 1, DATE '2020-01-31') ¦ 2020-02-29 ¦ date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00') ¦ 2020-03-01 00:01:26.000 ¦ date_add('day', 1, NULL) ¦ date_add('moon', 1, DATE '2020-01-01') ¦ INVALID_FUNCTION_ARGUMENT
date_diff ¦ date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00') ¦ 86400 ¦ date_diff('day', DATE '2020-03-01', DATE '2020-03-02') ¦ 1 ¦ date_diff('day', NULL, DATE '2020-01-01') ¦ date_diff('hour', DATE '2020-01-01', DATE '2020-01-02') ¦ INVALID_FUNCTION_ARGUMENT
date_format ¦ date_format(TIMESTAMP '2022-10-20 05:10:00', '%m-%d-%Y %H') ¦ 10-20-2022 05 ¦ date_format(TIMESTAMP '2020-01-01 13:00:00', '%h:%i %p') ¦ 01:00 PM ¦ date_format(NULL, '%Y') ¦ date_format(TIMESTAMP '2022-10-20 05:10:00', '%D') ¦ INVALID_FUNCTION_ARGUMENT
date_parse ¦ date_parse('2022/10/20/05', '%Y/%m/%d/%H') ¦ 2022-10-20 05:00:00.000 ¦ date_parse('20-02-2020', '%d-%m-%Y') ¦ 2020-02-20 00:00:00.000 ¦ date_parse(NULL, '%Y') ¦ date_parse('x', '%Y') ¦ INVALID_FUNCTION_ARGUMENT
date_trunc ¦ date_trunc('month', DATE '2020-05-17') ¦ 2020-05-01 ¦ date_trunc('hour', TIMESTAMP '2001-08-22 03:04:05.321') ¦ 2001-08-22 03:00:00.000 ¦ date_trunc('day', NULL) ¦ date_trunc('hour', DATE '2020-01-01') ¦ INVALID_FUNCTION_ARGUMENT
day ¦ day(DATE '2020-05-17') ¦ 17 ¦ day(INTERVAL '3' DAY) ¦ 3 ¦ day(NULL) ¦ day('2020-05-17') ¦ FUNCTION_NOT_FOUND
day_of_month ¦ day_of_month(DATE '2020-05-17') ¦ 17 ¦ day_of_month(TIMESTAMP '2020-05-31 10:00:00') ¦ 31 ¦ day_of_month(NULL) ¦ day_of_month(1) ¦ FUNCTION_NOT_FOUND
day_of_week ¦ day_of_week(DATE '2020-05-17') ¦ 7 ¦ day_of_week(DATE '2020-05-18') ¦ 1 ¦ day_of_week(NULL) ¦ day_of_week(1) ¦ FUNCTION_NOT_FOUND
day_of_year ¦ day_of_year(DATE '2020-12-31') ¦ 366 ¦ day_of_year(DATE '2021-01-01') ¦ 1 ¦ day_of_year(NULL) ¦ day_of_year(1) ¦ FUNCTION_NOT_FOUND
degrees ¦ degrees(pi()) ¦ 180.0 ¦ degrees(0) ¦ 0.0 ¦ degrees(NULL) ¦ degrees('x') ¦ FUNCTION_NOT_FOUND
dense_rank ¦ dense_rank() OVER (ORDER BY x) of 1, 1, 2 ¦ [1, 1, 2] ¦ dense_rank() OVER (ORDER BY x DESC) of 1, 2 ¦ [2, 1] ¦ - ¦ dense_rank() of 1 ¦ MISSING_OVER
dot_product ¦ dot_product(ARRAY[1e0, 2e0], ARRAY[3e0, 4e0]) ¦ 11.0 ¦ dot_product(ARRAY[1e0], ARRAY[0e0]) ¦ 0.0 ¦ dot_product(NULL, ARRAY[1e0]) ¦ dot_product(ARRAY[1e0], ARRAY[1e0, 2e0]) ¦ INVALID_FUNCTION_ARGUMENT
dow ¦ dow(DATE '2020-05-17') ¦ 7 ¦ dow(DATE '2020-05-18') ¦ 1 ¦ dow(NULL) ¦ dow(1) ¦ FUNCTION_NOT_FOUND
doy ¦ doy(DATE '2020-12-31') ¦ 366 ¦ doy(DATE '2021-01-01') ¦ 1 ¦ doy(NULL) ¦ doy(1) ¦ FUNCTION_NOT_FOUND
e ¦ e() ¦ 2.718281828459045 ¦ ln(e()) ¦ 1.0 ¦ - ¦ e(1) ¦ FUNCTION_NOT_FOUND
element_at ¦ element_at(ARRAY[1, 2, 3], -1) ¦ 3 ¦ element_at(MAP(ARRAY['a'], ARRAY[1]), 'a') ¦ 1 ¦ element_at(ARRAY[1], 2) ¦ element_at(ARRAY[1], 0) ¦ INVALID_FUNCTION_ARGUMENT
ends_with ¦ ends_with('hello', 'lo') ¦ true ¦ ends_with('hello', 'x') ¦ false ¦ ends_with(NULL, 'x') ¦ ends_with(1, 'x') ¦ FUNCTION_NOT_FOUND
euclidean_distance ¦ euclidean_distance(ARRAY[1e0, 2e0], ARRAY[4e0, 6e0]) ¦ 5.0 ¦ euclidean_distance(ARRAY[1e0], ARRAY[1e0]) ¦ 0.0 ¦ euclidean_distance(NULL, ARRAY[1e0]) ¦ euclidean_distance(ARRAY[1e0], ARRAY[1e0, 2e0]) ¦ INVALID_FUNCTION_ARGUMENT
every ¦ every(x) of true, true ¦ true ¦ every(x) of true, false ¦ false ¦ every(x) of CAST(NULL AS boolean) ¦ every(x) of 1 ¦ FUNCTION_NOT_FOUND
exp ¦ exp(0) ¦ 1.0 ¦ exp(1) ¦ 2.718281828459045 ¦ exp(NULL) ¦ exp('x') ¦ FUNCTION_NOT_FOUND
extract ¦ EXTRACT(YEAR FROM DATE '2022-10-20') ¦ 2022 ¦ EXTRACT(DOW FROM DATE '2022-10-20') ¦ 4 ¦ EXTRACT(DAY FROM CAST(NULL AS date)) ¦ EXTRACT(HOUR FROM DATE '2022-10-20') ¦ TYPE_MISMATCH
filter ¦ filter(ARRAY[5, -6, NULL, 7], x -> x > 0) ¦ [5, 7] ¦ filter(ARRAY[], x -> true) ¦ [] ¦ filter(NULL, x -> true) ¦ filter(ARRAY[1], x -> x) ¦ FUNCTION_NOT_FOUND
first_value ¦ first_value(x) OVER (ORDER BY x) of 2, 1 ¦ [1, 1] ¦ first_value(x) IGNORE NULLS OVER (ORDER BY x NULLS FIRST) of NULL, 3 ¦ [3, null] ¦ (SELECT first_value(CAST(NULL AS integer)) OVER ()) ¦ first_value(x) of 1 ¦ MISSING_OVER
flatten ¦ flatten(ARRAY[ARRAY[1], ARRAY[2, 3]]) ¦ [1, 2, 3] ¦ flatten(ARRAY[ARRAY['a'], NULL]) ¦ [a] ¦ flatten(NULL) ¦ flatten(ARRAY[1]) ¦ FUNCTION_NOT_FOUND
floor ¦ floor(1.8) ¦ 1 ¦ floor(-1.2) ¦ -2 ¦ floor(NULL) ¦ floor('x') ¦ FUNCTION_NOT_FOUND
format ¦ format('%s%%', 123) ¦ 123% ¦ format('%08.2f', 3.14159e0) ¦ 00003.14 ¦ format(NULL, 1) ¦ format('%q', 1) ¦ INVALID_FUNCTION_ARGUMENT
format_datetime ¦ format_datetime(TIMESTAMP '2022-10-20 05:10:00', 'yyyy-MM-dd HH') ¦ 2022-10-20 05 ¦ format_datetime(TIMESTAMP '2022-10-20 05:10:00', 'E MMM') ¦ Thu Oct ¦ format_datetime(NULL, 'yyyy') ¦ format_datetime(TIMESTAMP '2022-10-20 05:10:00', 'j') ¦ INVALID_FUNCTION_ARGUMENT
format_number ¦ format_number(123456) ¦ 123K ¦ format_number(1000000) ¦ 1M ¦ format_number(NULL) ¦ format_number('a') ¦ FUNCTION_NOT_FOUND
from_base ¦ from_base('ff', 16) ¦ 255 ¦ from_base('-101', 2) ¦ -5 ¦ from_base(NULL, 10) ¦ from_base('z', 10) ¦ INVALID_FUNCTION_ARGUMENT
from_base32 ¦ from_base32('ME======') ¦ 61 ¦ from_base32('') ¦  ¦ from_base32(NULL) ¦ from_base32('1') ¦ INVALID_FUNCTION_ARGUMENT
from_base64 ¦ from_base64('YQ==') ¦ 61 ¦ from_base64('') ¦  ¦ from_base64(NULL) ¦ from_base64('=') ¦ INVALID_FUNCTION_ARGUMENT
from_base64url ¦ from_base64url('-_8=') ¦ fb ff ¦ from_base64url('YQ==') ¦ 61 ¦ from_base64url(NULL) ¦ from_base64url('=') ¦ INVALID_FUNCTION_ARGUMENT
from_big_endian_32 ¦ from_big_endian_32(X'00000001') ¦ 1 ¦ from_big_endian_32(X'FFFFFFFF') ¦ -1 ¦ from_big_endian_32(NULL) ¦ from_big_endian_32(X'01') ¦ INVALID_FUNCTION_ARGUMENT
from_big_endian_64 ¦ from_big_endian_64(X'0000000000000001') ¦ 1 ¦ from_big_endian_64(X'FFFFFFFFFFFFFFFF') ¦ -1 ¦ from_big_endian_64(NULL) ¦ from_big_endian_64(X'01') ¦ INVALID_FUNCTION_ARGUMENT
from_hex ¦ from_hex('4142') ¦ 41 42 ¦ from_hex('') ¦  ¦ from_hex(NULL) ¦ from_hex('4') ¦ INVALID_FUNCTION_ARGUMENT
from_ieee754_32 ¦ from_ieee754_32(X'3F800000') ¦ 1.0 ¦ from_ieee754_32(X'00000000') ¦ 0.0 ¦ from_ieee754_32(NULL) ¦ from_ieee754_32(X'01') ¦ INVALID_FUNCTION_ARGUMENT
from_ieee754_64 ¦ from_ieee754_64(X'3FF0000000000000') ¦ 1.0 ¦ from_ieee754_64(X'0000000000000000') ¦ 0.0 ¦ from_ieee754_64(NULL) ¦ from_ieee754_64(X'01') ¦ INVALID_FUNCTION_ARGUMENT
from_iso8601_date ¦ from_iso8601_date('2020-05-11') ¦ 2020-05-11 ¦ from_iso8601_date('2020-W10') ¦ 2020-03-02 ¦ from_iso8601_date(NULL) ¦ from_iso8601_date('x') ¦ INVALID_FUNCTION_ARGUMENT
from_iso8601_timestamp ¦ from_iso8601_timestamp('2020-05-11T11:15:05+02:00') ¦ 2020-05-11 11:15:05.000 +02:00 ¦ from_iso8601_timestamp('2020-05-11') ¦ 2020-05-11 00:00:00.000 UTC ¦ from_iso8601_timestamp(NULL) ¦ from_iso8601_timestamp('x') ¦ INVALID_FUNCTION_ARGUMENT
from_iso8601_timestamp_nanos ¦ from_iso8601_timestamp_nanos('2020-05-11T11:15:05') ¦ 2020-05-11 11:15:05.000000000 UTC ¦ from_iso8601_timestamp_nanos('2020-05-11T11:15:05.123456789+01:00') ¦ 2020-05-11 11:15:05.123456789 +01:00 ¦ from_iso8601_timestamp_nanos(NULL) ¦ from_iso8601_timestamp_nanos('x') ¦ INVALID_FUNCTION_ARGUMENT
from_unixtime ¦ from_unixtime(0) ¦ 1970-01-01 00:00:00.000 UTC ¦ from_unixtime(1705326330, 'Asia/Kolkata') ¦ 2024-01-15 19:15:30.000 Asia/Kolkata ¦ from_unixtime(NULL) ¦ from_unixtime('0') ¦ FUNCTION_NOT_FOUND
from_unixtime_nanos ¦ from_unixtime_nanos(100) ¦ 1970-01-01 00:00:00.000000100 UTC ¦ from_unixtime_nanos(DECIMAL '-1500') ¦ 1969-12-31 23:59:59.999998500 UTC ¦ from_unixtime_nanos(NULL) ¦ from_unixtime_nanos('0') ¦ FUNCTION_NOT_FOUND
from_utf8 ¦ from_utf8(X'4142') ¦ AB ¦ from_utf8(X'58BF', '#') ¦ X# ¦ from_utf8(NULL) ¦ from_utf8('a') ¦ FUNCTION_NOT_FOUND
geometric_mean ¦ geometric_mean(x) of 1, 4 ¦ 2.0 ¦ geometric_mean(x) of 2e0, 8e0 ¦ 4.0 ¦ geometric_mean(x) of CAST(NULL AS double) ¦ geometric_mean(x) of 'a' ¦ FUNCTION_NOT_FOUND
greatest ¦ greatest(1, 3, 2) ¦ 3 ¦ greatest('a', 'b') ¦ b ¦ greatest(1, NULL) ¦ greatest(1, 'a') ¦ FUNCTION_NOT_FOUND
grouping ¦ (SELECT array_agg(g ORDER BY g) FROM (SELECT grouping(x) AS g FROM (VALUES 1) t(x) GROUP BY GROUPING SETS ((x), ()))) ¦ [0, 1] ¦ (SELECT grouping(x, y) FROM (VALUES (1, 2)) t(x, y) GROUP BY GROUPING SETS ((x, y))) ¦ 0 ¦ - ¦ grouping(x) of 1 ¦ INVALID_ARGUMENTS
hamming_distance ¦ hamming_distance('hello', 'jello') ¦ 1 ¦ hamming_distance('', '') ¦ 0 ¦ hamming_distance(NULL, 'a') ¦ hamming_distance('a', 'ab') ¦ INVALID_FUNCTION_ARGUMENT
histogram ¦ histogram(x) of 'a', 'b', 'a' ¦ {a=2, b=1} ¦ histogram(x) of 1, NULL ¦ {1=1} ¦ histogram(x) of NULL ¦ histogram() of 1 ¦ FUNCTION_NOT_FOUND
hmac_md5 ¦ hmac_md5(to_utf8(''), to_utf8('key')) ¦ 63 53 04 68 a0 4e 38 64 59 85 5d a0 06 3b 65 96 ¦ length(hmac_md5(X'00', X'00')) ¦ 16 ¦ hmac_md5(NULL, X'00') ¦ hmac_md5('a', 'b') ¦ FUNCTION_NOT_FOUND
hmac_sha1 ¦ hmac_sha1(to_utf8(''), to_utf8('key')) ¦ f4 2b b0 ee b0 18 eb bd 45 97 ae 72 13 71 1e c6 07 60 84 3f ¦ length(hmac_sha1(X'00', X'00')) ¦ 20 ¦ hmac_sha1(NULL, X'00') ¦ hmac_sha1('a', 'b') ¦ FUNCTION_NOT_FOUND
hmac_sha256 ¦ length(hmac_sha256(to_utf8(''), to_utf8('key'))) ¦ 32 ¦ hmac_sha256(X'00', X'00') = hmac_sha256(X'00', X'01') ¦ false ¦ hmac_sha256(NULL, X'00') ¦ hmac_sha256('a', 'b') ¦ FUNCTION_NOT_FOUND
hmac_sha512 ¦ length(hmac_sha512(to_utf8(''), to_utf8('key'))) ¦ 64 ¦ hmac_sha512(X'00', X'00') = hmac_sha512(X'00', X'01') ¦ false ¦ hmac_sha512(NULL, X'00') ¦ hmac_sha512('a', 'b') ¦ FUNCTION_NOT_FOUND
hour ¦ hour(TIMESTAMP '2020-01-01 13:45:00') ¦ 13 ¦ hour(TIME '23:00:00') ¦ 23 ¦ hour(NULL) ¦ hour(DATE '2020-01-01') ¦ FUNCTION_NOT_FOUND
human_readable_seconds ¦ human_readable_seconds(96) ¦ 1 minute, 36 seconds ¦ human_readable_seconds(3762) ¦ 1 hour, 2 minutes, 42 seconds ¦ human_readable_seconds(NULL) ¦ human_readable_seconds('a') ¦ FUNCTION_NOT_FOUND
if ¦ IF(true, 1, 2) ¦ 1 ¦ IF(NULL, 1, 2) ¦ 2 ¦ IF(false, 1) ¦ IF(1, 2, 3) ¦ TYPE_MISMATCH
index ¦ index('hello', 'l') ¦ 3 ¦ index('hello', 'x') ¦ 0 ¦ index(NULL, 'a') ¦ index(1, 'a') ¦ FUNCTION_NOT_FOUND
infinity ¦ infinity() ¦ Infinity ¦ -infinity() ¦ -Infinity ¦ - ¦ infinity(1) ¦ FUNCTION_NOT_FOUND
inverse_beta_cdf ¦ inverse_beta_cdf(3, 3.6, 0.0) ¦ 0.0 ¦ inverse_beta_cdf(3, 3.6, 1.0) ¦ 1.0 ¦ inverse_beta_cdf(NULL, 3.6, 0.5) ¦ inverse_beta_cdf(0, 3, 0.5) ¦ INVALID_FUNCTION_ARGUMENT
inverse_normal_cdf ¦ inverse_normal_cdf(0, 1, 0.5) ¦ 0.0 ¦ round(inverse_normal_cdf(0, 1, 0.975), 6) ¦ 1.959964 ¦ inverse_normal_cdf(NULL, 1, 0.5) ¦ inverse_normal_cdf(0, 1, 0) ¦ INVALID_FUNCTION_ARGUMENT
is_finite ¦ is_finite(1e0) ¦ true ¦ is_finite(infinity()) ¦ false ¦ is_finite(NULL) ¦ is_finite('a') ¦ FUNCTION_NOT_FOUND
is_infinite ¦ is_infinite(infinity()) ¦ true ¦ is_infinite(1e0) ¦ false ¦ is_infinite(NULL) ¦ is_infinite('a') ¦ FUNCTION_NOT_FOUND
is_json_scalar ¦ is_json_scalar('1') ¦ true ¦ is_json_scalar('[1, 2, 3]') ¦ false ¦ is_json_scalar(NULL) ¦ is_json_scalar('[') ¦ INVALID_FUNCTION_ARGUMENT
is_nan ¦ is_nan(nan()) ¦ true ¦ is_nan(1e0) ¦ false ¦ is_nan(NULL) ¦ is_nan('a') ¦ FUNCTION_NOT_FOUND
json_array ¦ json_array(1, 'a', true) ¦ [1,"a",true] ¦ json_array(NULL, 2 NULL ON NULL) ¦ [null,2] ¦ - ¦ json_array(X'00') ¦ NOT_SUPPORTED
json_array_contains ¦ json_array_contains('[1, 2, 3]', 2) ¦ true ¦ json_array_contains('["a"]', 'b') ¦ false ¦ json_array_contains('{', 1) ¦ json_array_contains(1, 1) ¦ FUNCTION_NOT_FOUND
json_array_get ¦ json_array_get('["a", [3, 9]]', 1) ¦ [3,9] ¦ json_array_get('[1, 2]', -1) ¦ 2 ¦ json_array_get('[1]', 9) ¦ json_array_get(1, 1) ¦ FUNCTION_NOT_FOUND
json_array_length ¦ json_array_length('[1, 2, 3]') ¦ 3 ¦ json_array_length('[]') ¦ 0 ¦ json_array_length('{}') ¦ json_array_length(1) ¦ FUNCTION_NOT_FOUND
json_exists ¦ json_exists('{"a": [1]}', 'lax $.a[0]') ¦ true ¦ json_exists('{"a": 1}', 'strict $.b') ¦ false ¦ json_exists(NULL, 'lax $') ¦ json_exists(1, 'lax $') ¦ TYPE_MISMATCH
json_extract ¦ json_extract('{"a": {"b": [1, 2]}}', '$.a.b[1]') ¦ 2 ¦ json_extract('{"a": 1}', '$') ¦ {"a":1} ¦ json_extract('{}', '$.a') ¦ json_extract('{}', 'a') ¦ INVALID_FUNCTION_ARGUMENT
json_extract_scalar ¦ json_extract_scalar('[1, 2, 3]', '$[2]') ¦ 3 ¦ json_extract_scalar('{"a": true}', '$.a') ¦ true ¦ json_extract_scalar('{"a": [1]}', '$.a') ¦ json_extract_scalar('{}', 'a') ¦ INVALID_FUNCTION_ARGUMENT
json_format ¦ json_format(JSON '[1, 2]') ¦ [1,2] ¦ json_format(JSON '{"b": 1, "a": null}') ¦ {"a":null,"b":1} ¦ json_format(NULL) ¦ json_format('a') ¦ FUNCTION_NOT_FOUND
json_object ¦ json_object('a' : 1) ¦ {"a":1} ¦ json_object('a' VALUE NULL ABSENT ON NULL) ¦ {} ¦ - ¦ json_object(1 : 2) ¦ INVALID_FUNCTION_ARGUMENT
json_parse ¦ json_parse('[1, {"b": 2, "a": 1}]') ¦ [1,{"a":1,"b":2}] ¦ json_parse('"x"') ¦ "x" ¦ json_parse(NULL) ¦ json_parse('x') ¦ INVALID_FUNCTION_ARGUMENT
json_query ¦ json_query('{"a": [1, 2]}', 'lax $.a') ¦ [1,2] ¦ json_query('{"a": 1}', 'lax $.a' WITH ARRAY WRAPPER) ¦ [1] ¦ json_query('{}', 'lax $.a') ¦ json_query('{}', 'lax $.a' ERROR ON EMPTY) ¦ JSON_OUTPUT_CONVERSION_ERROR
json_size ¦ json_size('{"x": {"a": 1, "b": 2}}', '$.x') ¦ 2 ¦ json_size('{"x": [1, 2, 3]}', '$.x') ¦ 3 ¦ json_size('{}', '$.x') ¦ json_size('{}', 'x') ¦ INVALID_FUNCTION_ARGUMENT
json_value ¦ json_value('{"a": "x"}', 'lax $.a') ¦ x ¦ json_value('{"a": 1}', 'lax $.a' RETURNING integer) ¦ 1 ¦ json_value('{}', 'lax $.a') ¦ json_value('{}', 'strict $.a' ERROR ON ERROR) ¦ PATH_EVALUATION_ERROR
kurtosis ¦ kurtosis(x) of 1, 2, 3, 4 ¦ -1.200000000000001 ¦ round(kurtosis(x), 6) of 1, 1, 1, 9 ¦ 4.0 ¦ kurtosis(x) of 1, 2 ¦ kurtosis(x) of 'a' ¦ FUNCTION_NOT_FOUND
lag ¦ lag(x) OVER (ORDER BY x) of 1, 2 ¦ [null, 1] ¦ lag(x, 1, 0) OVER (ORDER BY x) of 1, 2 ¦ [0, 1] ¦ (SELECT lag(1) OVER ()) ¦ lag(x) of 1 ¦ MISSING_OVER
last_day_of_month ¦ last_day_of_month(DATE '2020-02-10') ¦ 2020-02-29 ¦ last_day_of_month(TIMESTAMP '2021-02-10 10:00:00') ¦ 2021-02-28 ¦ last_day_of_month(NULL) ¦ last_day_of_month(1) ¦ FUNCTION_NOT_FOUND
last_value ¦ last_value(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) of 1, 2 ¦ [2, 2] ¦ last_value(x) OVER (ORDER BY x) of 1, 2 ¦ [1, 2] ¦ (SELECT last_value(CAST(NULL AS integer)) OVER ()) ¦ last_value(x) of 1 ¦ MISSING_OVER
lead ¦ lead(x) OVER (ORDER BY x) of 1, 2 ¦ [2, null] ¦ lead(x, 1, 9) OVER (ORDER BY x) of 1, 2 ¦ [2, 9] ¦ (SELECT lead(1) OVER ()) ¦ lead(x) of 1 ¦ MISSING_OVER
least ¦ least(1, 3, 2) ¦ 1 ¦ least('a', 'b') ¦ a ¦ least(1, NULL) ¦ least(1, 'a') ¦ FUNCTION_NOT_FOUND
length ¦ length('hello') ¦ 5 ¦ length(X'0102') ¦ 2 ¦ length(NULL) ¦ length(1) ¦ FUNCTION_NOT_FOUND
levenshtein_distance ¦ levenshtein_distance('hello', 'jello') ¦ 1 ¦ levenshtein_distance('', 'abc') ¦ 3 ¦ levenshtein_distance(NULL, 'a') ¦ levenshtein_distance(1, 'a') ¦ FUNCTION_NOT_FOUND
listagg ¦ listagg(x, ',') WITHIN GROUP (ORDER BY x) of 'b', 'a' ¦ a,b ¦ listagg(x) WITHIN GROUP (ORDER BY x) of 'b', NULL ¦ b ¦ listagg(x) WITHIN GROUP (ORDER BY x) of CAST(NULL AS varchar) ¦ listagg(x) WITHIN GROUP (ORDER BY x) of 1 ¦ FUNCTION_NOT_FOUND
ln ¦ ln(1) ¦ 0.0 ¦ ln(0) ¦ -Infinity ¦ ln(NULL) ¦ ln('x') ¦ FUNCTION_NOT_FOUND
localtime ¦ localtime ¦ 21:35:54.123 ¦ localtime(0) ¦ 21:35:54 ¦ - ¦ localtime('a') ¦ SYNTAX
localtimestamp ¦ localtimestamp ¦ 2022-02-04 21:35:54.123 ¦ localtimestamp(0) ¦ 2022-02-04 21:35:54.000 ¦ - ¦ localtimestamp('a') ¦ SYNTAX
log ¦ log(2, 8) ¦ 3.0 ¦ log(10, 0.001) ¦ -2.9999999999999996 ¦ log(NULL, 1) ¦ log('x', 1) ¦ FUNCTION_NOT_FOUND
log10 ¦ log10(100) ¦ 2.0 ¦ log10(0) ¦ -Infinity ¦ log10(NULL) ¦ log10('x') ¦ FUNCTION_NOT_FOUND
log2 ¦ log2(8) ¦ 3.0 ¦ log2(1) ¦ 0.0 ¦ log2(NULL) ¦ log2('x') ¦ FUNCTION_NOT_FOUND
lower ¦ lower('ABC') ¦ abc ¦ lower('ÄÖ') ¦ äö ¦ lower(NULL) ¦ lower(1) ¦ FUNCTION_NOT_FOUND
lpad ¦ lpad('hi', 5, 'xy') ¦ xyxhi ¦ lpad('hello', 2, 'x') ¦ he ¦ lpad(NULL, 5, 'x') ¦ lpad('hi', 5, '') ¦ INVALID_FUNCTION_ARGUMENT
ltrim ¦ ltrim('  a ') ¦ a  ¦ ltrim('xxa', 'x') ¦ a ¦ ltrim(NULL) ¦ ltrim(1) ¦ FUNCTION_NOT_FOUND
luhn_check ¦ luhn_check('79927398713') ¦ true ¦ luhn_check('79927398714') ¦ false ¦ luhn_check(NULL) ¦ luhn_check('abc') ¦ INVALID_FUNCTION_ARGUMENT
map ¦ map(ARRAY['a'], ARRAY[1]) ¦ {a=1} ¦ map() ¦ {} ¦ map(NULL, ARRAY[1]) ¦ map(ARRAY[1, 1], ARRAY[2, 3]) ¦ INVALID_FUNCTION_ARGUMENT
map_agg ¦ map_agg(x, y) of (1, 'a'), (2, 'b') ¦ {1=a, 2=b} ¦ map_agg(x, y) of (1, NULL) ¦ {1=null} ¦ map_agg(x, y) of (NULL, 1) ¦ map_agg(x) of 1 ¦ FUNCTION_NOT_FOUND
map_concat ¦ map_concat(MAP(ARRAY[1], ARRAY['a']), MAP(ARRAY[1, 2], ARRAY['b', 'c'])) ¦ {1=b, 2=c} ¦ map_concat(MAP(), MAP(ARRAY['x'], ARRAY[1])) ¦ {x=1} ¦ map_concat(NULL, MAP()) ¦ map_concat(MAP(ARRAY[1], ARRAY[1]), 1) ¦ FUNCTION_NOT_FOUND
map_entries ¦ map_entries(MAP(ARRAY[1, 2], ARRAY['x', 'y'])) ¦ [{field0=1, field1=x}, {field0=2, field1=y}] ¦ map_entries(MAP(ARRAY['a'], ARRAY[NULL])) ¦ [{field0=a, field1=null}] ¦ map_entries(CAST(NULL AS map(integer, integer))) ¦ map_entries(1) ¦ FUNCTION_NOT_FOUND
map_filter ¦ map_filter(MAP(ARRAY[10, 20], ARRAY['a', NULL]), (k, v) -> v IS NOT NULL) ¦ {10=a} ¦ map_filter(MAP(ARRAY['k1', 'k2'], ARRAY[20, 3]), (k, v) -> v > 10) ¦ {k1=20} ¦ map_filter(NULL, (k, v) -> true) ¦ map_filter(MAP(ARRAY[1], ARRAY[2]), (k, v) -> v) ¦ FUNCTION_NOT_FOUND
map_from_entries ¦ map_from_entries(ARRAY[(1, 'x'), (2, 'y')]) ¦ {1=x, 2=y} ¦ map_from_entries(ARRAY[('a', NULL)]) ¦ {a=null} ¦ map_from_entries(CAST(NULL AS array(row(integer, integer)))) ¦ map_from_entries(ARRAY[(1, 'x'), (1, 'y')]) ¦ INVALID_FUNCTION_ARGUMENT
map_keys ¦ map_keys(MAP(ARRAY[1, 2], ARRAY['a', 'b'])) ¦ [1, 2] ¦ map_keys(MAP()) ¦ [] ¦ map_keys(NULL) ¦ map_keys(1) ¦ FUNCTION_NOT_FOUND
map_union ¦ map_union(x) of MAP(ARRAY[1], ARRAY['a']), MAP(ARRAY[2], ARRAY['b']) ¦ {1=a, 2=b} ¦ map_union(x) of MAP(ARRAY['a'], ARRAY[1]), NULL ¦ {a=1} ¦ map_union(x) of CAST(NULL AS map(integer, integer)) ¦ map_union(x) of 1 ¦ FUNCTION_NOT_FOUND
map_values ¦ map_values(MAP(ARRAY[1, 2], ARRAY['a', 'b'])) ¦ [a, b] ¦ map_values(MAP()) ¦ [] ¦ map_values(NULL) ¦ map_values(1) ¦ FUNCTION_NOT_FOUND
map_zip_with ¦ map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[10]), (k, v1, v2) -> v1 + v2) ¦ {a=11} ¦ map_zip_with(MAP(ARRAY[1], ARRAY['a']), MAP(ARRAY[2], ARRAY['b']), (k, v1, v2) -> coalesce(v1, v2)) ¦ {1=a, 2=b} ¦ map_zip_with(NULL, MAP(), (k, a, b) -> 1) ¦ map_zip_with(1, MAP(), (k, a, b) -> 1) ¦ FUNCTION_NOT_FOUND
max ¦ max(x) of 1, 3, NULL ¦ 3 ¦ max(x, 2) of 1, 3, 2 ¦ [3, 2] ¦ max(x) of CAST(NULL AS integer) ¦ max(x) of MAP() ¦ FUNCTION_NOT_FOUND
max_by ¦ max_by(x, y) of ('a', 1), ('b', 2) ¦ b ¦ max_by(x, y, 2) of ('a', 1), ('b', 2), ('c', 3) ¦ [c, b] ¦ max_by(x, y) of ('a', CAST(NULL AS integer)) ¦ max_by(x, y) of (1, MAP()) ¦ FUNCTION_NOT_FOUND
md5 ¦ md5(to_utf8('')) ¦ d4 1d 8c d9 8f 00 b2 04 e9 80 09 98 ec f8 42 7e ¦ md5(to_utf8('a')) ¦ 0c c1 75 b9 c0 f1 b6 a8 31 c3 99 e2 69 77 26 61 ¦ md5(NULL) ¦ md5('a') ¦ FUNCTION_NOT_FOUND
millisecond ¦ millisecond(TIMESTAMP '2001-08-22 03:04:05.321') ¦ 321 ¦ millisecond(INTERVAL '1.5' SECOND) ¦ 500 ¦ millisecond(NULL) ¦ millisecond(DATE '2020-01-01') ¦ FUNCTION_NOT_FOUND
min ¦ min(x) of 1, 3, NULL ¦ 1 ¦ min(x, 2) of 1, 3, 2 ¦ [1, 2] ¦ min(x) of CAST(NULL AS integer) ¦ min(x) of MAP() ¦ FUNCTION_NOT_FOUND
min_by ¦ min_by(x, y) of ('a', 1), ('b', 2) ¦ a ¦ min_by(x, y, 2) of ('a', 1), ('b', 2), ('c', 3) ¦ [a, b] ¦ min_by(x, y) of ('a', CAST(NULL AS integer)) ¦ min_by(x, y) of (1, MAP()) ¦ FUNCTION_NOT_FOUND
minute ¦ minute(TIMESTAMP '2020-01-01 13:45:00') ¦ 45 ¦ minute(INTERVAL '90' SECOND) ¦ 1 ¦ minute(NULL) ¦ minute(DATE '2020-01-01') ¦ FUNCTION_NOT_FOUND
mod ¦ mod(7, 3) ¦ 1 ¦ mod(-5.5, 2) ¦ -1.5 ¦ mod(NULL, 3) ¦ mod(1, 0) ¦ DIVISION_BY_ZERO
month ¦ month(DATE '2020-05-17') ¦ 5 ¦ month(INTERVAL '14' MONTH) ¦ 2 ¦ month(NULL) ¦ month(1) ¦ FUNCTION_NOT_FOUND
multimap_agg ¦ multimap_agg(x, y) of (1, 'a'), (1, 'b') ¦ {1=[a, b]} ¦ multimap_agg(x, y) of ('k', NULL) ¦ {k=[null]} ¦ multimap_agg(x, y) of (NULL, 1) ¦ multimap_agg(x) of 1 ¦ FUNCTION_NOT_FOUND
multimap_from_entries ¦ multimap_from_entries(ARRAY[(1, 'x'), (2, 'y'), (1, 'z')]) ¦ {1=[x, z], 2=[y]} ¦ multimap_from_entries(ARRAY[('a', NULL)]) ¦ {a=[null]} ¦ multimap_from_entries(CAST(NULL AS array(row(integer, integer)))) ¦ multimap_from_entries(ARRAY[1]) ¦ FUNCTION_NOT_FOUND
murmur3 ¦ to_hex(murmur3(X'')) ¦ 00000000000000000000000000000000 ¦ length(murmur3(to_utf8('a'))) ¦ 16 ¦ murmur3(NULL) ¦ murmur3('a') ¦ FUNCTION_NOT_FOUND
nan ¦ nan() ¦ NaN ¦ nan() = nan() ¦ false ¦ - ¦ nan(1) ¦ FUNCTION_NOT_FOUND
ngrams ¦ ngrams(ARRAY['foo', 'bar', 'baz'], 2) ¦ [[foo, bar], [bar, baz]] ¦ ngrams(ARRAY[1, 2, 3], 4) ¦ [[1, 2, 3]] ¦ ngrams(NULL, 2) ¦ ngrams(ARRAY[1], 0) ¦ INVALID_FUNCTION_ARGUMENT
none_match ¦ none_match(ARRAY[1, 3], x -> x % 2 = 0) ¦ true ¦ none_match(ARRAY[1, 2], x -> x % 2 = 0) ¦ false ¦ none_match(NULL, x -> true) ¦ none_match(ARRAY[1], x -> x) ¦ FUNCTION_NOT_FOUND
normal_cdf ¦ normal_cdf(0, 1, 0) ¦ 0.5 ¦ round(normal_cdf(0, 1, 1.96), 6) ¦ 0.975002 ¦ normal_cdf(NULL, 1, 0) ¦ normal_cdf(0, 0, 1) ¦ INVALID_FUNCTION_ARGUMENT
normalize ¦ normalize('a\u0301', NFC) ¦ a\u0301 ¦ length(normalize('é', NFD)) ¦ 2 ¦ normalize(NULL) ¦ normalize(1) ¦ FUNCTION_NOT_FOUND
now ¦ now() ¦ 2022-02-04 21:35:54.123 UTC ¦ hour(now()) ¦ 21 ¦ - ¦ now(1) ¦ FUNCTION_NOT_FOUND
nth_value ¦ nth_value(x, 2) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) of 1, 2 ¦ [2, 2] ¦ nth_value(x, 1) OVER (ORDER BY x) of 5, 6 ¦ [5, 5] ¦ (SELECT nth_value(1, 2) OVER ()) ¦ nth_value(x, 0) OVER (ORDER BY x) of 1 ¦ INVALID_FUNCTION_ARGUMENT
ntile ¦ ntile(2) OVER (ORDER BY x) of 1, 2, 3 ¦ [1, 1, 2] ¦ ntile(4) OVER (ORDER BY x) of 1, 2 ¦ [1, 2] ¦ - ¦ ntile(2) of 1 ¦ MISSING_OVER
nullif ¦ nullif(1, 2) ¦ 1 ¦ nullif('a', 'b') ¦ a ¦ nullif(1, 1) ¦ nullif(1, 'a') ¦ TYPE_MISMATCH
numeric_histogram ¦ numeric_histogram(3, x) of 1e0, 2e0, 3e0 ¦ {1.0=1.0, 2.0=1.0, 3.0=1.0} ¦ numeric_histogram(2, x) of 1e0, 1e0, 9e0 ¦ {1.0=2.0, 9.0=1.0} ¦ numeric_histogram(2, x) of CAST(NULL AS double) ¦ numeric_histogram(1, x) of 1e0 ¦ INVALID_FUNCTION_ARGUMENT
parse_data_size ¦ parse_data_size('1B') ¦ 1 ¦ parse_data_size('2.3MB') ¦ 2411724 ¦ parse_data_size(NULL) ¦ parse_data_size('1ZZ') ¦ INVALID_FUNCTION_ARGUMENT
parse_datetime ¦ parse_datetime('2020-01-15 23:45 +0530', 'yyyy-MM-dd HH:mm Z') ¦ 2020-01-15 23:45:00.000 +05:30 ¦ parse_datetime('1960/01/22', 'yyyy/MM/dd') ¦ 1960-01-22 00:00:00.000 UTC ¦ parse_datetime(NULL, 'yyyy') ¦ parse_datetime('x', 'yyyy') ¦ INVALID_FUNCTION_ARGUMENT
parse_duration ¦ parse_duration('42.8ms') ¦ 0 00:00:00.043 ¦ parse_duration('5m') ¦ 0 00:05:00.000 ¦ parse_duration(NULL) ¦ parse_duration('x') ¦ INVALID_FUNCTION_ARGUMENT
parse_presto_data_size ¦ parse_presto_data_size('1B') ¦ 1 ¦ parse_presto_data_size('2.3MB') ¦ 2411724 ¦ parse_presto_data_size(NULL) ¦ parse_presto_data_size('1ZZ') ¦ INVALID_FUNCTION_ARGUMENT
percent_rank ¦ percent_rank() OVER (ORDER BY x) of 1, 2, 3 ¦ [0.0, 0.5, 1.0] ¦ percent_rank() OVER (ORDER BY x) of 1, 1 ¦ [0.0, 0.0] ¦ - ¦ percent_rank() of 1 ¦ MISSING_OVER
pi ¦ pi() ¦ 3.141592653589793 ¦ round(pi(), 2) ¦ 3.14 ¦ - ¦ pi(1) ¦ FUNCTION_NOT_FOUND
pow ¦ pow(2, 10) ¦ 1024.0 ¦ pow(4, 0.5) ¦ 2.0 ¦ pow(NULL, 2) ¦ pow('x', 2) ¦ FUNCTION_NOT_FOUND
power ¦ power(2, 10) ¦ 1024.0 ¦ power(0, 0) ¦ 1.0 ¦ power(NULL, 2) ¦ power('x', 2) ¦ FUNCTION_NOT_FOUND
quarter ¦ quarter(DATE '2020-05-17') ¦ 2 ¦ quarter(DATE '2020-12-31') ¦ 4 ¦ quarter(NULL) ¦ quarter(1) ¦ FUNCTION_NOT_FOUND
radians ¦ radians(180) ¦ 3.141592653589793 ¦ radians(0) ¦ 0.0 ¦ radians(NULL) ¦ radians('x') ¦ FUNCTION_NOT_FOUND
rand ¦ rand() BETWEEN 0 AND 1 ¦ true ¦ rand(5) BETWEEN 0 AND 4 ¦ true ¦ - ¦ rand(0) ¦ INVALID_FUNCTION_ARGUMENT
random ¦ random() < 1 ¦ true ¦ random(1, 2) ¦ 1 ¦ - ¦ random(2, 1) ¦ INVALID_FUNCTION_ARGUMENT
rank ¦ rank() OVER (ORDER BY x) of 1, 1, 2 ¦ [1, 1, 3] ¦ rank() OVER (ORDER BY x DESC) of 1, 2 ¦ [2, 1] ¦ - ¦ rank() of 1 ¦ MISSING_OVER
reduce ¦ reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s) ¦ 75 ¦ reduce(ARRAY[], 0, (s, x) -> s + x, s -> s) ¦ 0 ¦ reduce(NULL, 0, (s, x) -> s, s -> s) ¦ reduce(ARRAY[1], 'a', (s, x) -> s + x, s -> s) ¦ TYPE_MISMATCH
reduce_agg ¦ reduce_agg(x, 0, (a, b) -> a + b, (a, b) -> a + b) of 2, 3, 5 ¦ 10 ¦ reduce_agg(x, 1, (a, b) -> a * b, (a, b) -> a * b) of 2, 3, 5 ¦ 30 ¦ (SELECT reduce_agg(1, 0, (a, b) -> a + b, (a, b) -> a + b) WHERE false) ¦ reduce_agg(x, 'a', (a, b) -> a + b, (a, b) -> a + b) of 1 ¦ TYPE_MISMATCH
regexp_count ¦ regexp_count('1a 2b 14m', '\s*[a-z]+\s*') ¦ 3 ¦ regexp_count('abc', 'x') ¦ 0 ¦ regexp_count(NULL, 'a') ¦ regexp_count('a', '(') ¦ INVALID_FUNCTION_ARGUMENT
regexp_extract ¦ regexp_extract('1a 2b 14m', '\d+') ¦ 1 ¦ regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2) ¦ a ¦ regexp_extract('abc', 'x') ¦ regexp_extract('a', 'a', 2) ¦ INVALID_FUNCTION_ARGUMENT
regexp_extract_all ¦ regexp_extract_all('1a 2b 14m', '\d+') ¦ [1, 2, 14] ¦ regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2) ¦ [a, b, m] ¦ regexp_extract_all(NULL, 'a') ¦ regexp_extract_all('a', 'a', 2) ¦ INVALID_FUNCTION_ARGUMENT
regexp_like ¦ regexp_like('1a 2b 14m', '\d+b') ¦ true ¦ regexp_like('abc', '^b') ¦ false ¦ regexp_like(NULL, 'a') ¦ regexp_like('a', '(') ¦ INVALID_FUNCTION_ARGUMENT
regexp_position ¦ regexp_position('I have 23 apples, 5 pears', '\b\d+\b', 12) ¦ 19 ¦ regexp_position('abc', 'x') ¦ -1 ¦ regexp_position(NULL, 'a') ¦ regexp_position('a', 'a', 0) ¦ INVALID_FUNCTION_ARGUMENT
regexp_replace ¦ regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ') ¦ 3ca 3cb 14m ¦ regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2])) ¦ New York ¦ regexp_replace(NULL, 'a', 'b') ¦ regexp_replace('a', 'a', '$1') ¦ INVALID_FUNCTION_ARGUMENT
regexp_split ¦ regexp_split('1a 2b 14m', '\s*[a-z]+\s*') ¦ [1, 2, 14, ] ¦ regexp_split('abc', 'x') ¦ [abc] ¦ regexp_split(NULL, 'a') ¦ regexp_split('a', '(') ¦ INVALID_FUNCTION_ARGUMENT
regr_intercept ¦ regr_intercept(y, x) of (1e0, 3e0), (2e0, 5e0) ¦ 1.0 ¦ regr_intercept(y, x) of (0e0, 1e0), (1e0, 1e0) ¦ 1.0 ¦ regr_intercept(y, x) of (1e0, CAST(NULL AS double)) ¦ regr_intercept(y, x) of ('a', 'b') ¦ FUNCTION_NOT_FOUND
regr_slope ¦ regr_slope(y, x) of (1e0, 3e0), (2e0, 5e0) ¦ 2.0 ¦ regr_slope(y, x) of (0e0, 1e0), (1e0, 1e0) ¦ 0.0 ¦ regr_slope(y, x) of (1e0, CAST(NULL AS double)) ¦ regr_slope(y, x) of ('a', 'b') ¦ FUNCTION_NOT_FOUND
repeat ¦ repeat('a', 3) ¦ [a, a, a] ¦ repeat(1, 0) ¦ [] ¦ repeat(NULL, NULL) ¦ repeat(1, 10001) ¦ INVALID_FUNCTION_ARGUMENT
replace ¦ replace('abcb', 'b', 'x') ¦ axcx ¦ replace('abc', 'b') ¦ ac ¦ replace(NULL, 'a') ¦ replace(1, 'a') ¦ FUNCTION_NOT_FOUND
reverse ¦ reverse('abc') ¦ cba ¦ reverse(ARRAY[1, 2]) ¦ [2, 1] ¦ reverse(CAST(NULL AS varchar)) ¦ reverse(1) ¦ FUNCTION_NOT_FOUND
round ¦ round(2.5) ¦ 3 ¦ round(3.14159e0, 2) ¦ 3.14 ¦ round(NULL) ¦ round('x') ¦ FUNCTION_NOT_FOUND
row_number ¦ row_number() OVER (ORDER BY x) of 5, 6 ¦ [1, 2] ¦ row_number() OVER (ORDER BY x DESC) of 5, 6 ¦ [2, 1] ¦ - ¦ row_number() of 1 ¦ MISSING_OVER
rpad ¦ rpad('hi', 5, 'xy') ¦ hixyx ¦ rpad('hello', 2, 'x') ¦ he ¦ rpad(NULL, 5, 'x') ¦ rpad('hi', 5, '') ¦ INVALID_FUNCTION_ARGUMENT
rtrim ¦ rtrim(' a  ') ¦  a ¦ rtrim('axx', 'x') ¦ a ¦ rtrim(NULL) ¦ rtrim(1) ¦ FUNCTION_NOT_FOUND
second ¦ second(TIMESTAMP '2020-01-01 13:45:07') ¦ 7 ¦ second(INTERVAL '61' SECOND) ¦ 1 ¦ second(NULL) ¦ second(DATE '2020-01-01') ¦ FUNCTION_NOT_FOUND
sequence ¦ sequence(1, 5, 2) ¦ [1, 3, 5] ¦ sequence(DATE '2001-08-22', DATE '2001-08-24') ¦ [2001-08-22, 2001-08-23, 2001-08-24] ¦ sequence(NULL, 1) ¦ sequence(1, 5, 0) ¦ INVALID_FUNCTION_ARGUMENT
sha1 ¦ sha1(to_utf8('')) ¦ da 39 a3 ee 5e 6b 4b 0d 32 55 bf ef 95 60 18 90 af d8 07 09 ¦ length(sha1(to_utf8('a'))) ¦ 20 ¦ sha1(NULL) ¦ sha1('a') ¦ FUNCTION_NOT_FOUND
sha256 ¦ to_hex(sha256(to_utf8(''))) ¦ E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855 ¦ length(sha256(to_utf8('a'))) ¦ 32 ¦ sha256(NULL) ¦ sha256('a') ¦ FUNCTION_NOT_FOUND
sha512 ¦ substr(to_hex(sha512(to_utf8(''))), 1, 16) ¦ CF83E1357EEFB8BD ¦ length(sha512(to_utf8('a'))) ¦ 64 ¦ sha512(NULL) ¦ sha512('a') ¦ FUNCTION_NOT_FOUND
shuffle ¦ array_sort(shuffle(ARRAY[1, 2, 3])) ¦ [1, 2, 3] ¦ shuffle(ARRAY[7]) ¦ [7] ¦ shuffle(NULL) ¦ shuffle(1) ¦ FUNCTION_NOT_FOUND
sign ¦ sign(-5) ¦ -1 ¦ sign(0.5) ¦ 1 ¦ sign(NULL) ¦ sign('x') ¦ FUNCTION_NOT_FOUND
sin ¦ sin(0) ¦ 0.0 ¦ round(sin(pi() / 2), 6) ¦ 1.0 ¦ sin(NULL) ¦ sin('x') ¦ FUNCTION_NOT_FOUND
sinh ¦ sinh(0) ¦ 0.0 ¦ sinh(1) ¦ 1.1752011936438014 ¦ sinh(NULL) ¦ sinh('x') ¦ FUNCTION_NOT_FOUND
skewness ¦ skewness(x) of 1, 2, 3 ¦ 0.0 ¦ round(skewness(x), 6) of 1, 1, 4 ¦ 0.707107 ¦ skewness(x) of 1, 2 ¦ skewness(x) of 'a' ¦ FUNCTION_NOT_FOUND
slice ¦ slice(ARRAY[1, 2, 3], 2, 2) ¦ [2, 3] ¦ slice(ARRAY[1, 2, 3], -2, 1) ¦ [2] ¦ slice(NULL, 1, 1) ¦ slice(ARRAY[1], 0, 1) ¦ INVALID_FUNCTION_ARGUMENT
soundex ¦ soundex('Robert') ¦ R163 ¦ soundex('Rupert') ¦ R163 ¦ soundex(NULL) ¦ soundex(1) ¦ FUNCTION_NOT_FOUND
split ¦ split('a,b,c', ',') ¦ [a, b, c] ¦ split('a,b,c', ',', 2) ¦ [a, b,c] ¦ split(NULL, ',') ¦ split('a', '') ¦ INVALID_FUNCTION_ARGUMENT
split_part ¦ split_part('a,b,c', ',', 2) ¦ b ¦ split_part('a,b', ',', 1) ¦ a ¦ split_part('a', ',', 2) ¦ split_part('a', ',', 0) ¦ INVALID_FUNCTION_ARGUMENT
split_to_map ¦ split_to_map('a=1,b=2', ',', '=') ¦ {a=1, b=2} ¦ split_to_map('', ',', '=') ¦ {} ¦ split_to_map(NULL, ',', '=') ¦ split_to_map('a=1,a=2', ',', '=') ¦ INVALID_FUNCTION_ARGUMENT
split_to_multimap ¦ split_to_multimap('a=1,a=2,b=3', ',', '=') ¦ {a=[1, 2], b=[3]} ¦ split_to_multimap('x=', ',', '=') ¦ {x=[]} ¦ split_to_multimap(NULL, ',', '=') ¦ split_to_multimap('a', ',', '=') ¦ INVALID_FUNCTION_ARGUMENT
spooky_hash_v2_32 ¦ to_hex(spooky_hash_v2_32(X'')) ¦ 6BF50919 ¦ length(spooky_hash_v2_32(to_utf8('hello'))) ¦ 4 ¦ spooky_hash_v2_32(NULL) ¦ spooky_hash_v2_32('a') ¦ FUNCTION_NOT_FOUND
spooky_hash_v2_64 ¦ to_hex(spooky_hash_v2_64(X'')) ¦ 232706FC6BF50919 ¦ length(spooky_hash_v2_64(to_utf8('hello'))) ¦ 8 ¦ spooky_hash_v2_64(NULL) ¦ spooky_hash_v2_64('a') ¦ FUNCTION_NOT_FOUND
sqrt ¦ sqrt(16) ¦ 4.0 ¦ sqrt(-1) ¦ NaN ¦ sqrt(NULL) ¦ sqrt('x') ¦ FUNCTION_NOT_FOUND
starts_with ¦ starts_with('hello', 'he') ¦ true ¦ starts_with('hello', 'x') ¦ false ¦ starts_with(NULL, 'x') ¦ starts_with(1, 'x') ¦ FUNCTION_NOT_FOUND
stddev ¦ stddev(x) of 1, 3 ¦ 1.4142135623730951 ¦ stddev(x) of 2e0, 2e0 ¦ 0.0 ¦ stddev(x) of 1 ¦ stddev(x) of 'a' ¦ FUNCTION_NOT_FOUND
stddev_pop ¦ stddev_pop(x) of 1, 3 ¦ 1.0 ¦ stddev_pop(x) of 5 ¦ 0.0 ¦ stddev_pop(x) of CAST(NULL AS double) ¦ stddev_pop(x) of 'a' ¦ FUNCTION_NOT_FOUND
stddev_samp ¦ stddev_samp(x) of 1, 3 ¦ 1.4142135623730951 ¦ stddev_samp(x) of 2e0, 2e0 ¦ 0.0 ¦ stddev_samp(x) of 1 ¦ stddev_samp(x) of 'a' ¦ FUNCTION_NOT_FOUND
strpos ¦ strpos('hello', 'l') ¦ 3 ¦ strpos('hello', 'l', 2) ¦ 4 ¦ strpos(NULL, 'a') ¦ strpos('a', 'a', 0) ¦ INVALID_FUNCTION_ARGUMENT
substr ¦ substr('hello', 2) ¦ ello ¦ substr('hello', -3, 2) ¦ ll ¦ substr(NULL, 1) ¦ substr(1, 1) ¦ FUNCTION_NOT_FOUND
substring ¦ substring('hello', 2, 3) ¦ ell ¦ substring('hello' FROM 3) ¦ llo ¦ substring(CAST(NULL AS varchar), 1) ¦ substring(1, 1) ¦ FUNCTION_NOT_FOUND
sum ¦ sum(x) of 1, 2, NULL ¦ 3 ¦ sum(x) of 1.5, 2.5 ¦ 4.0 ¦ sum(x) of CAST(NULL AS bigint) ¦ sum(x) of 9223372036854775807, 1 ¦ NUMERIC_VALUE_OUT_OF_RANGE
tan ¦ tan(0) ¦ 0.0 ¦ round(tan(pi() / 4), 6) ¦ 1.0 ¦ tan(NULL) ¦ tan('x') ¦ FUNCTION_NOT_FOUND
tanh ¦ tanh(0) ¦ 0.0 ¦ tanh(1) ¦ 0.7615941559557649 ¦ tanh(NULL) ¦ tanh('x') ¦ FUNCTION_NOT_FOUND
timezone ¦ timezone(TIMESTAMP '2020-01-01 00:00:00 Europe/Berlin') ¦ Europe/Berlin ¦ timezone(TIMESTAMP '2020-01-01 00:00:00 +05:30') ¦ +05:30 ¦ timezone(NULL) ¦ timezone(1) ¦ FUNCTION_NOT_FOUND
timezone_hour ¦ timezone_hour(TIMESTAMP '2020-07-01 00:00:00 Europe/Berlin') ¦ 2 ¦ timezone_hour(TIMESTAMP '2020-01-01 00:00:00 -08:00') ¦ -8 ¦ timezone_hour(NULL) ¦ timezone_hour('x') ¦ FUNCTION_NOT_FOUND
timezone_minute ¦ timezone_minute(TIMESTAMP '2020-07-01 00:00:00 Asia/Kolkata') ¦ 30 ¦ timezone_minute(TIMESTAMP '2020-01-01 00:00:00 UTC') ¦ 0 ¦ timezone_minute(NULL) ¦ timezone_minute('x') ¦ FUNCTION_NOT_FOUND
to_base ¦ to_base(255, 16) ¦ ff ¦ to_base(-5, 2) ¦ -101 ¦ to_base(NULL, 2) ¦ to_base(1, 1) ¦ INVALID_FUNCTION_ARGUMENT
to_base32 ¦ to_base32(to_utf8('a')) ¦ ME====== ¦ to_base32(X'') ¦  ¦ to_base32(NULL) ¦ to_base32(1) ¦ FUNCTION_NOT_FOUND
to_base64 ¦ to_base64(to_utf8('a')) ¦ YQ== ¦ to_base64(X'') ¦  ¦ to_base64(NULL) ¦ to_base64('a') ¦ FUNCTION_NOT_FOUND
to_base64url ¦ to_base64url(X'FBFF') ¦ -_8= ¦ to_base64url(X'') ¦  ¦ to_base64url(NULL) ¦ to_base64url('a') ¦ FUNCTION_NOT_FOUND
to_big_endian_32 ¦ to_hex(to_big_endian_32(1)) ¦ 00000001 ¦ to_hex(to_big_endian_32(-1)) ¦ FFFFFFFF ¦ to_big_endian_32(NULL) ¦ to_big_endian_32('a') ¦ FUNCTION_NOT_FOUND
to_big_endian_64 ¦ to_hex(to_big_endian_64(1)) ¦ 0000000000000001 ¦ to_hex(to_big_endian_64(-1)) ¦ FFFFFFFFFFFFFFFF ¦ to_big_endian_64(NULL) ¦ to_big_endian_64('a') ¦ FUNCTION_NOT_FOUND
to_hex ¦ to_hex(X'0aff') ¦ 0AFF ¦ to_hex(X'') ¦  ¦ to_hex(NULL) ¦ to_hex('a') ¦ FUNCTION_NOT_FOUND
to_ieee754_32 ¦ to_hex(to_ieee754_32(REAL '1.0')) ¦ 3F800000 ¦ to_hex(to_ieee754_32(REAL '-2.0')) ¦ C0000000 ¦ to_ieee754_32(NULL) ¦ to_ieee754_32('a') ¦ FUNCTION_NOT_FOUND
to_ieee754_64 ¦ to_hex(to_ieee754_64(1e0)) ¦ 3FF0000000000000 ¦ to_hex(to_ieee754_64(-2e0)) ¦ C000000000000000 ¦ to_ieee754_64(NULL) ¦ to_ieee754_64('a') ¦ FUNCTION_NOT_FOUND
to_iso8601 ¦ to_iso8601(DATE '2020-01-01') ¦ 2020-01-01 ¦ to_iso8601(TIMESTAMP '2020-01-01 10:00:00.123 +02:00') ¦ 2020-01-01T10:00:00.123+02:00 ¦ to_iso8601(CAST(NULL AS date)) ¦ to_iso8601(1) ¦ FUNCTION_NOT_FOUND
to_milliseconds ¦ to_milliseconds(INTERVAL '8' DAY) ¦ 691200000 ¦ to_milliseconds(INTERVAL '1.5' SECOND) ¦ 1500 ¦ to_milliseconds(NULL) ¦ to_milliseconds(1) ¦ FUNCTION_NOT_FOUND
to_unixtime ¦ to_unixtime(TIMESTAMP '1970-01-02 00:00:00 UTC') ¦ 86400.0 ¦ to_unixtime(TIMESTAMP '1970-01-01 00:00:01.5') ¦ 1.5 ¦ to_unixtime(NULL) ¦ to_unixtime('x') ¦ FUNCTION_NOT_FOUND
to_utf8 ¦ to_utf8('AB') ¦ 41 42 ¦ to_utf8('€') ¦ e2 82 ac ¦ to_utf8(NULL) ¦ to_utf8(1) ¦ FUNCTION_NOT_FOUND
transform ¦ transform(ARRAY[5, NULL, 6], x -> coalesce(x, 0) + 1) ¦ [6, 1, 7] ¦ transform(ARRAY['x'], x -> x || '0') ¦ [x0] ¦ transform(NULL, x -> x) ¦ transform(1, x -> x) ¦ FUNCTION_NOT_FOUND
transform_keys ¦ transform_keys(MAP(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> k + 1) ¦ {2=a, 3=b} ¦ transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k || CAST(v AS varchar)) ¦ {a1=1} ¦ transform_keys(NULL, (k, v) -> k) ¦ transform_keys(MAP(ARRAY[1, 2], ARRAY[1, 2]), (k, v) -> 1) ¦ INVALID_FUNCTION_ARGUMENT
transform_values ¦ transform_values(MAP(ARRAY[1, 2], ARRAY[10, 20]), (k, v) -> v + k) ¦ {1=11, 2=22} ¦ transform_values(MAP(ARRAY['a'], ARRAY['b']), (k, v) -> k || v) ¦ {a=ab} ¦ transform_values(NULL, (k, v) -> k) ¦ transform_values(1, (k, v) -> 1) ¦ FUNCTION_NOT_FOUND
translate ¦ translate('abcd', 'a', 'z') ¦ zbcd ¦ translate('Palhoça', 'ç', 'c') ¦ Palhoca ¦ translate(NULL, 'a', 'b') ¦ translate(1, 'a', 'b') ¦ FUNCTION_NOT_FOUND
trim ¦ trim('  a  ') ¦ a ¦ trim(BOTH 'x' FROM 'xax') ¦ a ¦ trim(CAST(NULL AS varchar)) ¦ trim(1) ¦ FUNCTION_NOT_FOUND
trim_array ¦ trim_array(ARRAY[1, 2, 3, 4], 1) ¦ [1, 2, 3] ¦ trim_array(ARRAY[1], 1) ¦ [] ¦ trim_array(NULL, 1) ¦ trim_array(ARRAY[1], 2) ¦ INVALID_FUNCTION_ARGUMENT
truncate ¦ truncate(1.9) ¦ 1 ¦ truncate(-1.9e0) ¦ -1.0 ¦ truncate(NULL) ¦ truncate('x') ¦ FUNCTION_NOT_FOUND
try ¦ try(1 / 1) ¦ 1 ¦ try(CAST('5' AS integer)) ¦ 5 ¦ try(1 / 0) ¦ try(1, 2) ¦ INVALID_ARGUMENTS
try_cast ¦ TRY_CAST('12' AS integer) ¦ 12 ¦ TRY_CAST(1 AS varchar) ¦ 1 ¦ TRY_CAST('x' AS integer) ¦ TRY_CAST(1 AS date) ¦ TYPE_MISMATCH
typeof ¦ typeof(1) ¦ integer ¦ typeof(ARRAY['a']) ¦ array(varchar(1)) ¦ - ¦ typeof() ¦ INVALID_ARGUMENTS
upper ¦ upper('abc') ¦ ABC ¦ upper('ß') ¦ ß ¦ upper(NULL) ¦ upper(1) ¦ FUNCTION_NOT_FOUND
url_decode ¦ url_decode('a+b%20c') ¦ a b c ¦ url_decode('%C3%A9') ¦ é ¦ url_decode(NULL) ¦ url_decode('%') ¦ INVALID_FUNCTION_ARGUMENT
url_encode ¦ url_encode('a b&c') ¦ a+b%26c ¦ url_encode('é') ¦ %C3%A9 ¦ url_encode(NULL) ¦ url_encode(1) ¦ FUNCTION_NOT_FOUND
url_extract_fragment ¦ url_extract_fragment('http://e.com/#top') ¦ top ¦ url_extract_fragment('http://e.com/') ¦  ¦ url_extract_fragment('%') ¦ url_extract_fragment(1) ¦ FUNCTION_NOT_FOUND
url_extract_host ¦ url_extract_host('http://e.com:8080/x') ¦ e.com ¦ url_extract_host('https://user@e.org/') ¦ e.org ¦ url_extract_host('%') ¦ url_extract_host(1) ¦ FUNCTION_NOT_FOUND
url_extract_parameter ¦ url_extract_parameter('http://e.com/?k=1&l=2', 'l') ¦ 2 ¦ url_extract_parameter('http://e.com/?k=a+b', 'k') ¦ a b ¦ url_extract_parameter('http://e.com/', 'k') ¦ url_extract_parameter(1, 'k') ¦ FUNCTION_NOT_FOUND
url_extract_path ¦ url_extract_path('http://e.com/a/b?c') ¦ /a/b ¦ url_extract_path('http://e.com') ¦  ¦ url_extract_path('%') ¦ url_extract_path(1) ¦ FUNCTION_NOT_FOUND
url_extract_port ¦ url_extract_port('http://e.com:8080/') ¦ 8080 ¦ url_extract_port('https://[::1]:9/') ¦ 9 ¦ url_extract_port('http://e.com/') ¦ url_extract_port(1) ¦ FUNCTION_NOT_FOUND
url_extract_protocol ¦ url_extract_protocol('http://e.com/') ¦ http ¦ url_extract_protocol('mailto:a@e.com') ¦ mailto ¦ url_extract_protocol('%') ¦ url_extract_protocol(1) ¦ FUNCTION_NOT_FOUND
url_extract_query ¦ url_extract_query('http://e.com/?k=1&l=2') ¦ k=1&l=2 ¦ url_extract_query('http://e.com/') ¦  ¦ url_extract_query('%') ¦ url_extract_query(1) ¦ FUNCTION_NOT_FOUND
uuid ¦ length(CAST(uuid() AS varchar)) ¦ 36 ¦ uuid() = uuid() ¦ false ¦ - ¦ uuid(1) ¦ FUNCTION_NOT_FOUND
var_pop ¦ var_pop(x) of 1, 3 ¦ 1.0 ¦ var_pop(x) of 5 ¦ 0.0 ¦ var_pop(x) of CAST(NULL AS double) ¦ var_pop(x) of 'a' ¦ FUNCTION_NOT_FOUND
var_samp ¦ var_samp(x) of 1, 3 ¦ 2.0 ¦ var_samp(x) of 2e0, 2e0 ¦ 0.0 ¦ var_samp(x) of 1 ¦ var_samp(x) of 'a' ¦ FUNCTION_NOT_FOUND
variance ¦ variance(x) of 1, 3 ¦ 2.0 ¦ variance(x) of 2e0, 2e0 ¦ 0.0 ¦ variance(x) of 1 ¦ variance(x) of 'a' ¦ FUNCTION_NOT_FOUND
version ¦ version() ¦ Athena engine version 3 ¦ length(version()) ¦ 23 ¦ - ¦ version(1) ¦ FUNCTION_NOT_FOUND
week ¦ week(DATE '2020-01-01') ¦ 1 ¦ week(DATE '2021-01-01') ¦ 53 ¦ week(NULL) ¦ week(1) ¦ FUNCTION_NOT_FOUND
week_of_year ¦ week_of_year(DATE '2020-01-01') ¦ 1 ¦ week_of_year(DATE '2021-01-01') ¦ 53 ¦ week_of_year(NULL) ¦ week_of_year(1) ¦ FUNCTION_NOT_FOUND
width_bucket ¦ width_bucket(5, 0, 10, 5) ¦ 3 ¦ width_bucket(3.14e0, ARRAY[0e0, 2e0, 4e0]) ¦ 2 ¦ width_bucket(NULL, 0, 10, 5) ¦ width_bucket(5, 0, 10, 0) ¦ INVALID_FUNCTION_ARGUMENT
wilson_interval_lower ¦ round(wilson_interval_lower(1250, 1310, 1.96e0), 6) ¦ 0.941488 ¦ wilson_interval_lower(0, 10, 0e0) ¦ 0.0 ¦ wilson_interval_lower(NULL, 10, 1e0) ¦ wilson_interval_lower(-1, 10, 1e0) ¦ INVALID_FUNCTION_ARGUMENT
wilson_interval_upper ¦ round(wilson_interval_upper(1250, 1310, 1.96e0), 6) ¦ 0.964252 ¦ wilson_interval_upper(10, 10, 0e0) ¦ 1.0 ¦ wilson_interval_upper(NULL, 10, 1e0) ¦ wilson_interval_upper(-1, 10, 1e0) ¦ INVALID_FUNCTION_ARGUMENT
with_timezone ¦ with_timezone(TIMESTAMP '2021-08-01 09:10:00', 'America/Los_Angeles') ¦ 2021-08-01 09:10:00.000 America/Los_Angeles ¦ with_timezone(TIMESTAMP '2021-08-01 09:10:00', '+05:30') ¦ 2021-08-01 09:10:00.000 +05:30 ¦ with_timezone(NULL, 'UTC') ¦ with_timezone(TIMESTAMP '2021-08-01 09:10:00', 'x') ¦ INVALID_FUNCTION_ARGUMENT
word_stem ¦ word_stem('running') ¦ run ¦ word_stem('books', 'en') ¦ book ¦ word_stem(NULL) ¦ word_stem('a', 'xx') ¦ INVALID_FUNCTION_ARGUMENT
xxhash64 ¦ to_hex(xxhash64(to_utf8('a'))) ¦ D24EC4F1A98C6E5B ¦ to_hex(xxhash64(X'')) ¦ EF46DB3751D8E999 ¦ xxhash64(NULL) ¦ xxhash64('a') ¦ FUNCTION_NOT_FOUND
year ¦ year(DATE '2020-05-17') ¦ 2020 ¦ year(INTERVAL '25' MONTH) ¦ 2 ¦ year(NULL) ¦ year(1) ¦ FUNCTION_NOT_FOUND
year_of_week ¦ year_of_week(DATE '2021-01-01') ¦ 2020 ¦ year_of_week(DATE '2020-05-17') ¦ 2020 ¦ year_of_week(NULL) ¦ year_of_week(1) ¦ FUNCTION_NOT_FOUND
yow ¦ yow(DATE '2021-01-01') ¦ 2020 ¦ yow(DATE '2020-05-17') ¦ 2020 ¦ yow(NULL) ¦ yow(1) ¦ FUNCTION_NOT_FOUND
zip ¦ zip(ARRAY[1, 2], ARRAY['1b', NULL]) ¦ [{field0=1, field1=1b}, {field0=2, field1=null}] ¦ zip(ARRAY[1], ARRAY[2, 3]) ¦ [{field0=1, field1=2}, {field0=null, field1=3}] ¦ zip(NULL, ARRAY[1]) ¦ zip(1, 2) ¦ FUNCTION_NOT_FOUND
zip_with ¦ zip_with(ARRAY[1, 3, 5], ARRAY['a', 'b', 'c'], (x, y) -> (y, x)) ¦ [{field0=a, field1=1}, {field0=b, field1=3}, {field0=c, field1=5}] ¦ zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y) ¦ [4, 6] ¦ zip_with(NULL, ARRAY[1], (x, y) -> x) ¦ zip_with(1, ARRAY[1], (x, y) -> x) ¦ FUNCTION_NOT_FOUND
`;
