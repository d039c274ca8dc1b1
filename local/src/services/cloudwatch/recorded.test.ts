import * as sdk from '@aws-sdk/client-cloudwatch';
import { localFixture, TestClock } from 'lakehouse-local/testing';

const clock = new TestClock();
const local = localFixture({ clock });
const { cloudwatch: client } = local;

const at = new Date(clock.now());
const put = (datum: object) =>
  new sdk.PutMetricDataCommand({ Namespace: 'lake', MetricData: [{ MetricName: 'm', ...datum }] });
const set = { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 };
const alarm = (more: object) =>
  new sdk.PutMetricAlarmCommand({
    ...{ AlarmName: 'a', Namespace: 'lake', MetricName: 'm', Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    ...{ ComparisonOperator: 'GreaterThanThreshold', ...more },
  });
const data = (query: object, from: number, to: number) =>
  new sdk.GetMetricDataCommand({
    MetricDataQueries: [{ Id: 'q', ...query }],
    StartTime: new Date(from * 1000),
    EndTime: new Date(to * 1000),
  });
const first = 'MetricData.member.1';

// AWS's recorded answers; the codes are the Query protocol's, for older clients.
// biome-ignore format: a table.
const REFUSALS: readonly [what: string, command: object, code: string, message: string][] = [
  ['a value and values', put({ Value: 1, Values: [1] }), 'InvalidParameterCombination', `The parameters ${first}.Value and ${first}.Values are mutually exclusive and you have specified both.`],
  ['a value and a set', put({ Value: 1, StatisticValues: set }), 'InvalidParameterCombination', `The parameters ${first}.Value and ${first}.StatisticValues are mutually exclusive and you have specified both.`],
  ['counts of other values', put({ Values: [1, 2], Counts: [1] }), 'InvalidParameterValue', `The parameters ${first}.Values and ${first}.Counts must be of the same size.`],
  ['a time that ends before it starts', new sdk.GetMetricStatisticsCommand({ Namespace: 'lake', MetricName: 'm', StartTime: at, EndTime: at, Period: 60, Statistics: ['Sum'] }), 'InvalidParameterValue', 'The parameter StartTime must be less than the parameter EndTime.'],
  ['a state that is none', new sdk.SetAlarmStateCommand({ AlarmName: 'a', StateValue: 'BAD' as 'OK', StateReason: '' }), 'ValidationError', "Value 'BAD' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]"],
  ['a state of an alarm that is not there', new sdk.SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: '' }), 'ResourceNotFound', ''],
  ['a dashboard of a bad name', new sdk.PutDashboardCommand({ DashboardName: 'a b', DashboardBody: '{}' }), 'InvalidParameterValue', 'The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).'],
  ['no number', put({ Value: Number.NaN }), 'InvalidParameterValue', `The value NaN for parameter ${first}.Value is invalid.`],
  ['a number without end', put({ Values: [Number.POSITIVE_INFINITY] }), 'InvalidParameterValue', `The value Infinity for parameter ${first}.Value is invalid.`],
  ['an alarm at no number', alarm({ Threshold: Number.NaN, Statistic: 'Sum' }), 'InvalidParameterValue', 'The value NaN for parameter Threshold is invalid.'],
  ['an alarm on an unknown percentile', alarm({ ExtendedStatistic: '90' }), 'InvalidParameterValue', 'The value 90 for parameter ExtendedStatistic is not supported.'],
  ['an unknown way with few samples', alarm({ ExtendedStatistic: 'p90', EvaluateLowSampleCountPercentile: 'unknown' }), 'ValidationError', 'Option unknown is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.'],
  ['dashboards of which there are none', new sdk.DeleteDashboardsCommand({ DashboardNames: [] }), 'InvalidParameterValue', 'Need at least 1 dashboard'],
  ['a query for nothing', data({}, 0, 60), 'ValidationError', 'The parameter MetricDataQueries.member.1.MetricStat is required.\n'],
  ['data up to a time before their start', data({ Expression: '1' }, 60, 0), 'ValidationError', 'The parameter EndTime must be greater than StartTime.'],
  ['data of less than a second', data({ Expression: '1' }, 0.1, 0.9), 'ValidationError', 'The parameter StartTime must not equal parameter EndTime.'],
  ['a token that is none', new sdk.ListMetricsCommand({ NextToken: 'x' }), 'InvalidParameterValue', 'Request parameter NextToken is invalid'],
];

test.each(REFUSALS)('CloudWatch refuses %s', async (_what, command, code, message) => {
  const sent = client.send(command as sdk.ListMetricsCommand).catch((error: unknown) => error);
  const error = (await sent) as Error & { Code?: string; Error?: { Code?: string } };
  expect([error.name, error.Code, error.Error?.Code].some((name) => name?.replace(/Exception$/, '') === code)).toBe(
    true,
  );
  expect(error.message).toContain(message);
});

// biome-ignore format: a table.
test.each([
  [[['Sum', 60], ['Minimum', 30]], ['m Sum 60', 'm Minimum 30']],
  [[['Sum', 60], ['Minimum', 60]], ['m Sum', 'm Minimum']],
  [[['Sum', 60], ['Sum', 30]], ['m 60', 'm 30']],
  [[['Sum', 60], ['Sum', 60]], ['m', 'm']],
] as [[string, number][], string[]][])('metrics that are asked for as %j are called %j', async (asked, labels) => {
  const MetricDataQueries = asked.map(([Stat, Period], index) => ({
    Id: `q${index}`,
    MetricStat: { Metric: { Namespace: 'lake', MetricName: 'm' }, Stat, Period },
  }));
  const range = { StartTime: new Date(clock.now() - 600_000), EndTime: new Date(clock.now()) };
  const { MetricDataResults = [] } = await client.send(new sdk.GetMetricDataCommand({ MetricDataQueries, ...range }));
  expect(MetricDataResults.map(({ Label }) => Label)).toEqual(labels);
});

test('values beside a set are taken', async () => {
  await expect(client.send(put({ Values: [1, 2], StatisticValues: set }))).resolves.toBeDefined();
});

test('an alarm is found by its ARN in its own region alone', async () => {
  const alarm = { AlarmName: 'here', MetricName: 'm', Namespace: 'lake', Statistic: 'Sum', Period: 60 } as const;
  const when = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' } as const;
  await client.send(new sdk.PutMetricAlarmCommand({ ...alarm, ...when, Tags: [{ Key: 'a', Value: 'b' }] }));
  const tags = (region: string, account = '000000000000') =>
    client.send(
      new sdk.ListTagsForResourceCommand({ ResourceARN: `arn:aws:cloudwatch:${region}:${account}:alarm:here` }),
    );
  expect((await tags('us-east-1')).Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  await expect(tags('eu-west-1')).rejects.toThrow(sdk.ResourceNotFoundException);
  await expect(tags('us-east-1', '111122223333')).rejects.toThrow(sdk.ResourceNotFoundException);
});

test('an alarm that is not there is deleted without a word, and has no tags', async () => {
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:none';
  expect((await client.send(new sdk.ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([]);
  await expect(client.send(new sdk.DeleteAlarmsCommand({ AlarmNames: ['none'] }))).resolves.toBeDefined();
});
