import {
  DashboardInvalidInputError,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  ListDashboardsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  MissingRequiredParameterException,
  PutDashboardCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  ValidationException,
} from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { MINUTE_MS, publisher, stat } from 'lakehouse-local/testing/cloudwatch';

const DAY_MS = 86_400_000;

const clock = new TestClock();
const local = localFixture({ clock });
const { cloudwatch } = local;
const publish = publisher(cloudwatch, clock);

async function compute(queries: MetricDataQuery[], minutes = 5) {
  const answer = await cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(clock.now() - minutes * MINUTE_MS),
      EndTime: new Date(clock.now()),
      ScanBy: 'TimestampAscending',
    }),
  );
  return Object.fromEntries((answer.MetricDataResults ?? []).map((result) => [result.Id, result.Values]));
}

test('statistics of a metric: basic ones and percentiles, per period and unit', async () => {
  const Dimensions = [{ Name: 'Shard', Value: '0' }];
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Stats',
      MetricData: [
        { MetricName: 'Latency', Unit: 'Milliseconds', Dimensions, Values: [1, 2, 3, 100], Counts: [50, 30, 19, 1] },
        {
          MetricName: 'Latency',
          Unit: 'Milliseconds',
          Dimensions,
          Value: 4,
          Timestamp: new Date(clock.now() - 90_000),
        },
        { MetricName: 'Latency', Unit: 'Bytes', Dimensions, Value: 7 },
      ],
    }),
  );
  const { Label, Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'Stats',
      MetricName: 'Latency',
      Dimensions,
      StartTime: new Date(clock.now() - 2 * MINUTE_MS),
      EndTime: new Date(clock.now() + MINUTE_MS),
      Period: 60,
      Unit: 'Milliseconds',
      Statistics: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'],
      ExtendedStatistics: ['p50', 'p99', 'p100'],
    }),
  );
  expect(Label).toBe('Latency');
  expect(Datapoints).toEqual([
    expect.objectContaining({ Timestamp: new Date(clock.now() - 2 * MINUTE_MS), Sum: 4, SampleCount: 1 }),
    {
      Timestamp: new Date(clock.now()),
      SampleCount: 100,
      Sum: 267,
      Average: 2.67,
      Minimum: 1,
      Maximum: 100,
      Unit: 'Milliseconds',
      ExtendedStatistics: { p50: 1, p99: 3, p100: 100 },
    },
  ]);
});

test('metric math: operators, aggregates, fill, rate, conditions', async () => {
  await publish('A', [1, 2, undefined, 4, 5]);
  await publish('B', [10, 10, 10, 10, 20]);
  const metrics = [stat('a', 'A', 'Sum', false), stat('b', 'B', 'Sum', false)];
  const expressions: [id: string, expression: string, values: number[]][] = [
    ['ratio', '100 * a / b', [10, 20, 40, 25]],
    ['precedence', '-a + 2 * b ^ 2 / 100', [1, 0, -2, 3]],
    ['total', 'SUM([a, b])', [11, 12, 10, 14, 25]],
    ['all', 'SUM(METRICS())', [11, 12, 10, 14, 25]],
    ['zero', 'FILL(a, 0)', [1, 2, 0, 4, 5]],
    ['repeat', 'FILL(a, REPEAT)', [1, 2, 2, 4, 5]],
    ['linear', 'FILL(a, LINEAR)', [1, 2, 3, 4, 5]],
    ['share', 'b / SUM(b)', [10 / 60, 10 / 60, 10 / 60, 10 / 60, 20 / 60]],
    ['rate', 'RATE(b) * PERIOD(b)', [0, 0, 0, 10]],
    ['chosen', 'IF(b > 10, 1, 0)', [0, 0, 0, 0, 1]],
    ['chain', 'zero + 1', [2, 3, 1, 5, 6]],
  ];
  const computed = await compute([...metrics, ...expressions.map(([Id, Expression]) => ({ Id, Expression }))]);
  expect(computed).toEqual(Object.fromEntries(expressions.map(([id, , values]) => [id, values])));

  for (const Expression of ['a +', 'UNKNOWN(a)', 'nobody * 2', 'e', '5']) {
    await expect(compute([...metrics, { Id: 'e', Expression }])).rejects.toThrow(ValidationException);
  }
});

test('results come newest first by default, in pages of MaxDatapoints', async () => {
  await publish('Paged', [1, 2, 3, 4, 5]);
  await publish('Paged2', [6, 7]);
  const values: Record<string, number[]> = { one: [], none: [], two: [] };
  let NextToken: string | undefined;
  let pages = 0;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [stat('one', 'Paged'), stat('none', 'Absent'), stat('two', 'Paged2')],
        StartTime: new Date(clock.now() - 5 * MINUTE_MS),
        EndTime: new Date(clock.now()),
        MaxDatapoints: 3,
        NextToken,
      }),
    );
    for (const result of page.MetricDataResults ?? []) values[result.Id ?? '']?.push(...(result.Values ?? []));
    NextToken = page.NextToken;
    pages++;
  } while (NextToken !== undefined);
  expect({ values, pages }).toEqual({ values: { one: [5, 4, 3, 2, 1], none: [], two: [7, 6] }, pages: 3 });
});

test('math keeps the period of its metrics, below a minute too', async () => {
  const at = clock.now() - MINUTE_MS;
  const point = (MetricName: string, Value: number, offset: number) => ({
    ...{ MetricName, Value, StorageResolution: 1 },
    Timestamp: new Date(at + offset),
  });
  const MetricData = [point('Fine', 1, 0), point('Fine', 2, 20_000), point('Fine2', 3, 20_000)];
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
  const metric = (Id: string, MetricName: string): MetricDataQuery => {
    const MetricStat = { Metric: { Namespace: 'Test', MetricName }, Period: 10, Stat: 'Sum' };
    return { Id, ReturnData: false, MetricStat };
  };
  const sum = { Id: 'sum', Expression: 'FILL(SUM([a, b]), 0)' };
  const computed = await compute([metric('a', 'Fine'), metric('b', 'Fine2'), sum], 1);
  expect(computed).toEqual({ sum: [1, 0, 5, 0, 0, 0] });
});

test('metrics are listed by namespace, name and dimension, and by how recent they are', async () => {
  const put = (MetricName: string, Value: string, at: number) =>
    cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'Listed',
        MetricData: [{ MetricName, Value: 1, Dimensions: [{ Name: 'D', Value }], Timestamp: new Date(at) }],
      }),
    );
  await put('M', 'x', clock.now());
  await put('M', 'y', clock.now() - 4 * 3_600_000);
  await put('N', 'x', clock.now());
  const list = async (more: object) =>
    (await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Listed', ...more }))).Metrics?.map(
      (metric) => `${metric.MetricName}/${metric.Dimensions?.[0]?.Value}`,
    );
  expect((await list({}))?.sort()).toEqual(['M/x', 'M/y', 'N/x']);
  expect(await list({ MetricName: 'M', Dimensions: [{ Name: 'D', Value: 'x' }] })).toEqual(['M/x']);
  expect((await list({ RecentlyActive: 'PT3H' }))?.sort()).toEqual(['M/x', 'N/x']);
});

test('what services publish themselves is there, also after a restart', async () => {
  const { logs } = local;
  const { PutLogEventsCommand, CreateLogStreamCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const name = { logGroupName: 'metered', logStreamName: 's' };
  await logs.send(new CreateLogGroupCommand(name));
  await logs.send(new CreateLogStreamCommand(name));
  const logEvents = [{ timestamp: clock.now(), message: '0123456789' }];
  await logs.send(new PutLogEventsCommand({ ...name, logEvents }));
  await logs.send(new PutLogEventsCommand({ ...name, logEvents }));
  await local.restart();
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Logs',
      MetricName: 'IncomingBytes',
      Dimensions: [{ Name: 'LogGroupName', Value: 'metered' }],
      StartTime: new Date(clock.now() - MINUTE_MS),
      EndTime: new Date(clock.now() + MINUTE_MS),
      Period: 60,
      Statistics: ['Sum', 'SampleCount'],
    }),
  );
  expect(Datapoints).toMatchObject([{ Sum: 72, SampleCount: 2, Unit: 'Bytes' }]);
});

test('what AWS refuses is refused with its exception', async () => {
  const put = (MetricData: object[], Namespace = 'Test') =>
    cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: MetricData as [] }));
  await expect(put([{ MetricName: 'x' }])).rejects.toThrow(MissingRequiredParameterException);
  await expect(put([{ MetricName: 'x', Value: 1 }], 'AWS/Kinesis')).rejects.toThrow(InvalidParameterValueException);
  await expect(put([{ MetricName: 'x', Value: 1, Values: [1] }])).rejects.toThrow(InvalidParameterCombinationException);
  await expect(put([{ MetricName: 'x', Value: 1, Timestamp: new Date(clock.now() - 15 * DAY_MS) }])).rejects.toThrow(
    InvalidParameterValueException,
  );
  await expect(put([{ MetricName: 'x', Values: [1, 2], Counts: [1, -1] }])).rejects.toThrow(
    InvalidParameterValueException,
  );
  await expect(put([{ MetricName: 'x', Value: 1, Unit: 'Furlongs' }])).rejects.toThrow(ValidationException);
  const statistics = {
    Namespace: 'Test',
    MetricName: 'x',
    StartTime: new Date(clock.now() - 2 * DAY_MS),
    EndTime: new Date(clock.now()),
  };
  await expect(
    cloudwatch.send(new GetMetricStatisticsCommand({ ...statistics, Period: 60, Statistics: ['Sum'] })),
  ).rejects.toThrow(InvalidParameterCombinationException);
  // Deleting a missing alarm succeeds.
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['absent'] }));
});

test('a large gzipped request, as the SDK sends it, is taken', async () => {
  const MetricData = Array.from({ length: 400 }, (_, i) => ({ MetricName: `Metric number ${i}`, Value: i }));
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Many', MetricData }));
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Many' }));
  expect(Metrics).toHaveLength(400);
});

test('dashboards are kept as they are, and refused if they are no JSON object', async () => {
  const DashboardBody = '{"widgets":[{"type":"text"}]}';
  await cloudwatch.send(new PutDashboardCommand({ DashboardName: 'lake', DashboardBody }));
  expect(await cloudwatch.send(new GetDashboardCommand({ DashboardName: 'lake' }))).toMatchObject({ DashboardBody });
  const { DashboardEntries } = await cloudwatch.send(new ListDashboardsCommand({ DashboardNamePrefix: 'la' }));
  expect(DashboardEntries).toMatchObject([{ DashboardName: 'lake', Size: DashboardBody.length }]);
  await expect(cloudwatch.send(new PutDashboardCommand({ DashboardName: 'lake', DashboardBody: '{' }))).rejects.toThrow(
    DashboardInvalidInputError,
  );
  await cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: ['lake'] }));
  // DashboardNotFoundError in the model; the SDK uses its older code, which is another error's name.
  await expect(cloudwatch.send(new GetDashboardCommand({ DashboardName: 'lake' }))).rejects.toThrow(ResourceNotFound);
});

test('datapoints are gone after fifteen days', async () => {
  await publish('Old', [1]);
  clock.advance(15 * DAY_MS + MINUTE_MS);
  expect(await compute([stat('old', 'Old')], 16 * 24 * 60)).toEqual({ old: [] });
  await publish('New', [1]);
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Test' }));
  expect(Metrics?.map((metric) => metric.MetricName)).toEqual(['New']);
});
