import {
  type AlarmType,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  GetMetricStatisticsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
  ValidationException,
} from '@aws-sdk/client-cloudwatch';
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { localFixture, policy, TestClock } from 'lakehouse-local/testing';
import { MINUTE_MS, publisher, stat } from 'lakehouse-local/testing/cloudwatch';

const clock = new TestClock();
const local = localFixture({ clock });
const { cloudwatch } = local;
const publish = publisher(cloudwatch, clock);

const base = {
  Namespace: 'Test',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
} as const;
const putAlarm = (AlarmName: string, more: Partial<PutMetricAlarmInput>) =>
  cloudwatch.send(new PutMetricAlarmCommand({ ...base, AlarmName, MetricName: AlarmName, ...more }));
const describeAlarm = async (name: string) =>
  (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0];
const stateOf = async (name: string) => (await describeAlarm(name))?.StateValue;

test('alarms change state by what is published, tell their topic, and keep history', async () => {
  const { sns } = local;
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alarms' }));
  await putAlarm('Errors', { AlarmActions: [TopicArn as string], TreatMissingData: 'notBreaching' });
  expect(await stateOf('Errors')).toBe('OK');
  clock.advance(MINUTE_MS);
  await publish('Errors', [11]);
  const alarm = await describeAlarm('Errors');
  expect(alarm).toMatchObject({
    StateValue: 'ALARM',
    StateReason: expect.stringContaining('was greater than the threshold (10.0)'),
  });
  clock.advance(MINUTE_MS);
  expect(await stateOf('Errors')).toBe('ALARM');
  clock.advance(10 * MINUTE_MS);
  expect(await stateOf('Errors')).toBe('OK');
  const history = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'Errors', ScanBy: 'TimestampAscending' }),
  );
  expect(history.AlarmHistoryItems?.map((item) => item.HistorySummary)).toEqual([
    'Alarm "Errors" created',
    'Alarm updated from INSUFFICIENT_DATA to OK',
    'Alarm updated from OK to ALARM',
    `Successfully executed action ${TopicArn}`,
    'Alarm updated from ALARM to OK',
  ]);
  const published = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfMessagesPublished',
      Dimensions: [{ Name: 'TopicName', Value: 'alarms' }],
      StartTime: new Date(clock.now() - 60 * MINUTE_MS),
      EndTime: new Date(clock.now() + MINUTE_MS),
      Period: 3600,
      Statistics: ['Sum'],
    }),
  );
  expect(published.Datapoints).toMatchObject([{ Sum: 1 }]);
});

test('an alarm tells no topic whose policy, or whose key, leaves CloudWatch out', async () => {
  const { sns, kms } = local;
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'guarded' }));
  await putAlarm('Guarded', { AlarmActions: [TopicArn as string], TreatMissingData: 'ignore' });
  const { AlarmArn } = (await describeAlarm('Guarded')) ?? {};
  /** Result of the action when the alarm changed to ALARM. */
  const outcome = async () => {
    for (const StateValue of ['OK', 'ALARM'] as const)
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'Guarded', StateValue, StateReason: 'a drill' }));
    const history = new DescribeAlarmHistoryCommand({ AlarmName: 'Guarded', HistoryItemType: 'Action', MaxRecords: 1 });
    return (await cloudwatch.send(history)).AlarmHistoryItems?.[0]?.HistorySummary;
  };
  const setTopic = (AttributeName: string, AttributeValue: string) =>
    sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  const done = `Successfully executed action ${TopicArn}`;
  const failed = (error: string) => `Failed to execute action ${TopicArn}. Received error: "${error}"`;
  const letIn = (aws: object) => ({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, ...aws });
  const ofAccount = (id: string) => ({ Condition: { StringEquals: { 'aws:SourceAccount': id } } });

  expect(await outcome()).toBe(done);
  const publish = { Action: 'sns:Publish', Resource: TopicArn };
  await setTopic('Policy', policy(letIn({ ...publish, ...ofAccount('111122223333') })));
  expect(await outcome()).toBe(
    failed(
      `Resource: ${AlarmArn} is not authorized to perform: SNS:Publish on resource: ${TopicArn} because no resource-based policy allows the SNS:Publish action`,
    ),
  );
  await setTopic('Policy', policy(letIn({ ...publish, ...ofAccount('000000000000') })));
  expect(await outcome()).toBe(done);

  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await setTopic('KmsMasterKeyId', KeyMetadata?.Arn ?? '');
  expect(await outcome()).toBe(
    failed('CloudWatch Alarms does not have authorization to access the SNS topic encryption key.'),
  );
  const use = { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' };
  const account = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'kms:*', Resource: '*' };
  await kms.send(new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, Policy: policy(account, letIn(use)) }));
  expect(await outcome()).toBe(done);
});

// The table of "Configuring how CloudWatch alarms treat missing data": X breaches, 0 doesn't, - is missing.
const retained = 'INSUFFICIENT_DATA';
test.each([
  [3, '0-X-X', 'OK', 'OK', 'OK', 'OK'],
  [3, '----0', 'OK', 'OK', 'OK', 'OK'],
  [3, '-----', 'INSUFFICIENT_DATA', retained, 'ALARM', 'OK'],
  [3, '0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [3, '--X--', 'ALARM', retained, 'ALARM', 'OK'],
  [2, '0-X-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '00X0X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0-X--', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '----0', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '---X-', 'ALARM', retained, 'ALARM', 'OK'],
])('%i of 3 with %s: missing %s, ignore %s, breaching %s, notBreaching %s', async (needed, points, ...expected) => {
  const name = `m${needed}${points}`;
  clock.advance(10 * MINUTE_MS);
  await publish(
    name,
    [...points].map((point) => (point === '-' ? undefined : point === 'X' ? 11 : 1)),
  );
  const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'];
  for (const TreatMissingData of treatments) {
    await putAlarm(`${name}/${TreatMissingData}`, {
      MetricName: name,
      EvaluationPeriods: 3,
      DatapointsToAlarm: needed,
      TreatMissingData,
    });
  }
  expect(await Promise.all(treatments.map((treatment) => stateOf(`${name}/${treatment}`)))).toEqual(expected);
});

// biome-ignore format: a table.
test.each([
  ['Plain', {}, 'Threshold Crossed: 1 datapoint [11.0 (DATE)] was greater than the threshold (10.0).'],
  ['Counted', { DatapointsToAlarm: 1 }, 'Threshold Crossed: 1 out of the last 1 datapoints [11.0 (DATE)] was greater than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).'],
])('an alarm tells its reason in words and as data: %s', async (name, more, words) => {
  await publish(name, [11]);
  await putAlarm(name, { Unit: 'None', ...more });
  const { StateReason, StateReasonData = '' } = (await describeAlarm(name)) ?? {};
  expect(StateReason?.replace(/\(\d\d\/.*?\)/, '(DATE)')).toBe(words);
  const timestamp = new Date(clock.now() - (clock.now() % MINUTE_MS) - MINUTE_MS).toISOString();
  expect(JSON.parse(StateReasonData)).toMatchObject({
    unit: 'None',
    startDate: timestamp,
    evaluatedDatapoints: [{ timestamp, sampleCount: 1, value: 11 }],
  });
});

test('missing datapoints are told by their times; a short period sees the last full minute', async () => {
  await putAlarm('Silent', { EvaluationPeriods: 2, TreatMissingData: 'breaching' });
  const { StateReasonData = '' } = (await describeAlarm('Silent')) ?? {};
  const evaluated = JSON.parse(StateReasonData).evaluatedDatapoints;
  expect(evaluated).toEqual([{ timestamp: expect.any(String) }, { timestamp: expect.any(String) }]);
  clock.advance(MINUTE_MS - (clock.now() % MINUTE_MS) + 37_000);
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Test', MetricData: [{ MetricName: 'Short', Value: 11 }] }),
  );
  await putAlarm('Short', { Period: 10, TreatMissingData: 'ignore' });
  clock.advance(10_000);
  expect(await stateOf('Short')).toBe('ALARM');
});

test('alarms on math', async () => {
  await publish('Bad', [6]);
  await publish('All', [10]);
  const Metrics = [
    { Id: 'share', Expression: 'bad / all' },
    stat('bad', 'Bad', 'Sum', false),
    stat('all', 'All', 'Sum', false),
  ];
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'Share',
      Metrics,
      EvaluationPeriods: 1,
      Threshold: 0.5,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    }),
  );
  expect(await stateOf('Share')).toBe('ALARM');
});

test('alarms set by hand stay so until the next evaluation; found by metric; tagged; deleted all or none', async () => {
  await putAlarm('Manual', { TreatMissingData: 'notBreaching', Tags: [{ Key: 'a', Value: 'b' }] });
  // The state is set before the first evaluation, and after it.
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'Manual', StateValue: 'ALARM', StateReason: 'a start' }));
  expect(await stateOf('Manual')).toBe('ALARM');
  clock.advance(MINUTE_MS);
  expect(await stateOf('Manual')).toBe('OK');
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'Manual', StateValue: 'ALARM', StateReason: 'a drill' }));
  expect(await describeAlarm('Manual')).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' });
  clock.advance(MINUTE_MS);
  expect(await stateOf('Manual')).toBe('OK');
  await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['Manual'] }));
  const alarm = await describeAlarm('Manual');
  expect(alarm?.ActionsEnabled).toBe(false);
  const found = await cloudwatch.send(new DescribeAlarmsForMetricCommand({ Namespace: 'Test', MetricName: 'Manual' }));
  expect(found.MetricAlarms).toHaveLength(1);
  const tags = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: alarm?.AlarmArn }));
  expect(tags.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  await expect(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['Manual', 'none'] }))).rejects.toThrow(
    ResourceNotFound,
  );
  expect(await stateOf('Manual')).toBe('OK');
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['Manual'] }));
  expect(await describeAlarm('Manual')).toBeUndefined();
  const summaries = async (AlarmTypes?: AlarmType[]) =>
    (
      await cloudwatch.send(
        new DescribeAlarmHistoryCommand({ AlarmName: 'Manual', HistoryItemType: 'ConfigurationUpdate', AlarmTypes }),
      )
    ).AlarmHistoryItems?.map((item) => item.HistorySummary);
  expect(await summaries()).toEqual(['Alarm "Manual" deleted', 'Alarm "Manual" created']);
  expect(await summaries(['CompositeAlarm'])).toEqual([]);
  clock.advance(30 * 24 * 60 * MINUTE_MS + 1);
  expect(await summaries()).toEqual([]);
});

test.each([
  [{ EvaluationPeriods: undefined }],
  [{ DatapointsToAlarm: 2 }],
  [{ Statistic: undefined }],
  [{ Period: 45 }],
  [{ Period: 5 }],
  [{ AlarmActions: ['a topic'] }],
  [{ OKActions: ['arn:aws:sns:eu-west-1:000000000000:elsewhere'] }],
  [{ EvaluationPeriods: 1441 }],
  [{ TreatMissingData: 'nonsense' }],
  [{ ComparisonOperator: 'GreaterThanUpperThreshold' as const }],
  [
    {
      ...{ MetricName: undefined, Namespace: undefined, Statistic: undefined, Period: undefined },
      Metrics: [{ Id: 'e', Expression: 'nobody * 2' }],
    },
  ],
  [
    {
      ...{ MetricName: undefined, Namespace: undefined, Statistic: undefined, Period: undefined },
      Metrics: [stat('m', 'Any')],
      EvaluationPeriods: 1441,
    },
  ],
])('an alarm is refused with %j', async (wrong) => {
  await expect(putAlarm('Wrong', wrong)).rejects.toThrow(ValidationException);
});
