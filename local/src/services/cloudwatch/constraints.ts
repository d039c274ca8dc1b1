/** Units of a metric's values. */
export const UNITS = [
  ...['Seconds', 'Microseconds', 'Milliseconds'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'],
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'],
  ...['Percent', 'Count'],
  ...['Bytes/Second', 'Kilobytes/Second', 'Megabytes/Second', 'Gigabytes/Second', 'Terabytes/Second'],
  ...['Bits/Second', 'Kilobits/Second', 'Megabits/Second', 'Gigabits/Second', 'Terabits/Second'],
  ...['Count/Second', 'None'],
];

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];

/** Age and lead of datapoints that PutMetricData accepts: two weeks and two hours ("API reference, PutMetricData"). */
export const MAX_AGE_MS = 14 * 86_400_000;

export const MAX_FUTURE_MS = 2 * 3_600_000;

/** Most datapoints of GetMetricStatistics, and default and most for GetMetricData. */
export const MAX_STATISTICS_DATAPOINTS = 1_440;

export const MAX_DATAPOINTS = 100_800;

export const LIST_PAGE = 500;
