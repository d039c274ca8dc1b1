import { boolean, integer, list, number, string, structure, timestamp } from '../../core/shape';

/** Field constraints of CloudWatch, from its service model. */
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

export const namespace = string({ min: 1, max: 255, pattern: '[^:].*' });
export const metricName = string({ min: 1, max: 255 });
export const unit = string({ values: UNITS });
export const statistic = string({ values: STATISTICS });
export const period = integer({ min: 1 });
export const dimensions = list(
  structure({ Name: string({ min: 1, max: 255 }), Value: string({ min: 1, max: 1024 }) }, 'Name Value'),
  { max: 30 },
);
export const dimensionFilters = list(
  structure({ Name: string({ min: 1, max: 255 }), Value: string({ min: 1, max: 1024 }) }, 'Name'),
  { max: 10 },
);
export const metricDataQueries = list(
  structure(
    {
      Id: string({ min: 1, max: 255 }),
      MetricStat: structure(
        {
          Metric: structure({ Namespace: namespace, MetricName: metricName, Dimensions: dimensions }),
          Period: period,
          Stat: string(),
          Unit: unit,
        },
        'Metric Period Stat',
      ),
      Expression: string({ min: 1, max: 2048 }),
      Label: string(),
      ReturnData: boolean,
      Period: period,
      AccountId: string({ min: 1, max: 255 }),
    },
    'Id',
  ),
  { max: 500 },
);
export const metricData = list(
  structure(
    {
      MetricName: metricName,
      Dimensions: dimensions,
      Timestamp: timestamp,
      Value: number(),
      StatisticValues: structure(
        { SampleCount: number(), Sum: number(), Minimum: number(), Maximum: number() },
        'SampleCount Sum Minimum Maximum',
      ),
      Values: list(number(), { max: 150 }),
      Counts: list(number(), { max: 150 }),
      Unit: unit,
      StorageResolution: integer({ min: 1 }),
    },
    'MetricName',
  ),
  { max: 1000 },
);
export const scanBy = string({ values: ['TimestampDescending', 'TimestampAscending'] });
export const alarmName = string({ min: 1, max: 255 });
export const alarmNames = list(alarmName, { max: 100 });
export const alarmTypes = list(string({ values: ['CompositeAlarm', 'MetricAlarm'] }));
export const stateValue = string({ values: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] });
export const actions = list(string({ min: 1, max: 1024 }), { max: 5 });
export const maxRecords = integer({ min: 1, max: 100 });
export const resourceArn = string({ min: 1, max: 1024 });
export const tags = list(structure({ Key: string({ min: 1, max: 128 }), Value: string({ max: 256 }) }, 'Key Value'));
export const tagKeys = list(string({ min: 1, max: 128 }));

export const MAX_TAGS = 50;
/** PutMetricData takes what is at most two weeks old and two hours ahead ("API reference, PutMetricData"). */
export const MAX_AGE_MS = 14 * 86_400_000;
export const MAX_FUTURE_MS = 2 * 3_600_000;
/** One answer of GetMetricStatistics, and the default and most for one of GetMetricData. */
export const MAX_STATISTICS_DATAPOINTS = 1_440;
export const MAX_DATAPOINTS = 100_800;
export const LIST_PAGE = 500;
