import { GetMetricStatisticsCommand, type StandardUnit } from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteMetricFilterCommand,
  DeleteResourcePolicyCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeResourcePoliciesCommand,
  InvalidParameterException,
  LimitExceededException,
  type MetricTransformation,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutResourcePolicyCommand,
  ResourceNotFoundException,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { logs, cloudwatch } = local;
const logGroupName = 'app';
/** A time in the middle of a minute, so that a batch's events share the minute. */
const minute = Math.floor(Date.now() / 60_000) * 60_000 - 120_000;

beforeAll(async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
});

const put = (...messages: string[]) => {
  const logEvents = messages.map((message) => ({ message, timestamp: minute + 30_000 }));
  return logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
};

const filter = (filterName: string, filterPattern: string, more: Partial<MetricTransformation> = {}) =>
  logs.send(
    new PutMetricFilterCommand({
      ...{ logGroupName, filterName, filterPattern },
      metricTransformations: [{ metricNamespace: 'App', metricName: filterName, metricValue: '1', ...more }],
    }),
  );

async function statistics(MetricName: string, dimensions: Record<string, string> = {}, Unit: StandardUnit = 'None') {
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      ...{ Namespace: 'App', MetricName, Unit, Period: 60 },
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistics: ['Sum', 'SampleCount', 'Maximum'],
      StartTime: new Date(minute - 3_600_000),
      EndTime: new Date(minute + 3_600_000),
    }),
  );
  return Datapoints?.map(({ Timestamp, Sum, SampleCount, Maximum }) => [
    ((Timestamp?.getTime() ?? 0) - minute) / 60_000,
    ...[SampleCount, Sum, Maximum],
  ]);
}

test('filters publish counts, values and dimensions at the time of the events', async () => {
  await filter('errors', 'ERROR', { defaultValue: 0 });
  await filter('sizes', '[ip, status = 2*, size]', { metricValue: '$size', unit: 'Bytes' });
  await filter('latency', '{ $.ms > 10 }', { metricValue: '$.ms', dimensions: { Route: '$.route' } });
  await put(
    'ERROR one',
    'fine',
    'an ERROR',
    '10.0.0.1 200 512',
    '10.0.0.2 204 20',
    '10.0.0.1 500 99',
    '10.0.0.1 200 -',
  );
  await put(
    '{"ms":12,"route":"/a"}',
    '{"ms":30,"route":"/a"}',
    '{"ms":50,"route":"/b"}',
    '{"ms":5,"route":"/a"}',
    '{"ms":70}',
  );
  expect(await statistics('errors')).toEqual([[0, 3, 2, 1]]);
  expect(await statistics('sizes', {}, 'Bytes')).toEqual([[0, 2, 532, 512]]);
  expect(await statistics('latency', { Route: '/a' })).toEqual([[0, 2, 42, 30]]);
  expect(await statistics('latency', { Route: '/b' })).toEqual([[0, 1, 50, 50]]);
  expect(await statistics('latency')).toEqual([]);
});

test('filters are described by group, prefix and metric, and deleted', async () => {
  const names = async (input: object) =>
    (await logs.send(new DescribeMetricFiltersCommand(input))).metricFilters?.map(({ filterName }) => filterName);
  expect(await names({ logGroupName })).toEqual(['errors', 'latency', 'sizes']);
  expect(await names({ filterNamePrefix: 'l' })).toEqual(['latency']);
  expect(await names({ metricName: 'sizes', metricNamespace: 'App' })).toEqual(['sizes']);
  const first = await logs.send(new DescribeMetricFiltersCommand({ limit: 2 }));
  expect(await names({ limit: 2, nextToken: first.nextToken })).toEqual(['sizes']);
  expect(first.metricFilters?.[0]).toEqual({
    ...{ filterName: 'errors', logGroupName, filterPattern: 'ERROR', applyOnTransformedLogs: false },
    creationTime: expect.any(Number),
    metricTransformations: [{ metricNamespace: 'App', metricName: 'errors', metricValue: '1', defaultValue: 0 }],
  });
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  expect(logGroups?.[0]?.metricFilterCount).toBe(3);
  await logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName: 'errors' }));
  await expect(logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName: 'errors' }))).rejects.toThrow(
    ResourceNotFoundException,
  );
  await put('ERROR three');
  expect(await statistics('errors')).toEqual([[0, 3, 2, 1]]);
  await expect(filter('x', '{ $.a = ')).rejects.toThrow(InvalidParameterException);
  await expect(filter('x', '', { defaultValue: 0, dimensions: { a: '$.a' } })).rejects.toThrow('mutually exclusive');
});

test('a pattern is tried on messages', async () => {
  const tried = async (filterPattern: string, ...logEventMessages: string[]) =>
    (await logs.send(new TestMetricFilterCommand({ filterPattern, logEventMessages }))).matches;
  expect(await tried('[ip, ..., size > 100]', '1.1.1.1 GET /a 200', '1.1.1.1 GET /b 50')).toEqual([
    { eventNumber: 1, eventMessage: '1.1.1.1 GET /a 200', extractedValues: { $ip: '1.1.1.1', $size: '200' } },
  ]);
  expect(await tried('{ $.a.b = "x*" }', '{"a":{"b":"xy"}}', '{}')).toEqual([
    { eventNumber: 1, eventMessage: '{"a":{"b":"xy"}}', extractedValues: { '$.a.b': 'xy' } },
  ]);
});

test('resource policies are kept', async () => {
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'es.amazonaws.com' }, Action: 'logs:PutLogEvents', Resource: '*' },
    ],
  });
  const { resourcePolicy } = await logs.send(new PutResourcePolicyCommand({ policyName: 'p1', policyDocument }));
  const described = { policyName: 'p1', policyDocument, policyScope: 'ACCOUNT', lastUpdatedTime: expect.any(Number) };
  expect(resourcePolicy).toEqual(described);
  expect((await logs.send(new DescribeResourcePoliciesCommand({}))).resourcePolicies).toEqual([described]);
  const old =
    '{"Statement":{"Effect":"Allow","Principal":{"Service":["a.amazonaws.com"]},"Action":"logs:*","Resource":"*"}}';
  await logs.send(new PutResourcePolicyCommand({ policyName: 'p2', policyDocument: old }));
  const listed = await logs.send(new DescribeResourcePoliciesCommand({}));
  expect(JSON.parse(listed.resourcePolicies?.[1]?.policyDocument ?? '')).toMatchObject({
    Version: '2008-10-17',
    Statement: { Principal: { Service: 'a.amazonaws.com' } },
  });
  for (let n = 2; n <= 10; n++) await logs.send(new PutResourcePolicyCommand({ policyName: `p${n}`, policyDocument }));
  await expect(logs.send(new PutResourcePolicyCommand({ policyName: 'p11', policyDocument }))).rejects.toThrow(
    LimitExceededException,
  );
  await logs.send(new DeleteResourcePolicyCommand({ policyName: 'p1' }));
  await expect(logs.send(new DeleteResourcePolicyCommand({ policyName: 'p1' }))).rejects.toThrow(
    'Policy with name [p1] does not exist.',
  );
  await expect(logs.send(new PutResourcePolicyCommand({ policyName: 'p1', policyDocument: '{' }))).rejects.toThrow(
    InvalidParameterException,
  );
});
