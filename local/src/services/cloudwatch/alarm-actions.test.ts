import {
  DescribeAlarmHistoryCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { localFixture, policy } from 'lakehouse-local/testing';
import { REPORTING } from 'lakehouse-local/testing/lambda';

const local = localFixture();

const ALARM = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors';
const TIME = expect.stringMatching(/^[\d-]{10}T[\d:.]{12}\+0000$/);
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:alarmed';

test('a topic gets the message with the times and the region as AWS writes them', async () => {
  const { cloudwatch, sns, sqs } = local;
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alarms' }));
  const Endpoint = 'arn:aws:sqs:us-east-1:000000000000:of-alarms';
  const Policy = policy({
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: Endpoint,
  });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'of-alarms', Attributes: { Policy } }));
  const Attributes = { RawMessageDelivery: 'true' };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: 'told', Namespace: 'Lake', MetricName: 'Errors', Statistic: 'Sum', Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 2, ComparisonOperator: 'GreaterThanThreshold', AlarmActions: [TopicArn] },
    }),
  );
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'told', StateValue: 'ALARM', StateReason: 'a drill' }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({
    AlarmName: 'told',
    NewStateReason: 'a drill',
    StateChangeTime: TIME,
    AlarmConfigurationUpdatedTimestamp: TIME,
    Region: 'US East (N. Virginia)',
  });
});

/** The expected event is AWS's recorded one. */
test('an alarm invokes a function, once its policy lets the alarm', async () => {
  const { cloudwatch, sqs, lambda } = local;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'alarmed' }));
  await local.function(
    'alarmed',
    await local.functionRole('alarmed'),
    `${REPORTING} exports.handler = (event) => tell(event).then(() => null);`,
    { Environment: { Variables: { SEEN: QueueUrl } } },
  );
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: 'errors', AlarmDescription: 'of the lake', Namespace: 'Lake', MetricName: 'Errors' },
      ...{ Statistic: 'Average', Period: 60, EvaluationPeriods: 2, Threshold: 2, TreatMissingData: 'ignore' },
      ComparisonOperator: 'GreaterThanThreshold',
      Dimensions: [{ Name: 'Table', Value: 'events' }],
      AlarmActions: [FUNCTION],
    }),
  );
  const goOff = async () => {
    for (const StateValue of ['OK', 'ALARM'] as const)
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue, StateReason: 'a drill' }));
    const history = new DescribeAlarmHistoryCommand({ AlarmName: 'errors', HistoryItemType: 'Action', MaxRecords: 1 });
    return (await cloudwatch.send(history)).AlarmHistoryItems?.[0]?.HistorySummary;
  };
  expect(await goOff()).toMatch(/^Failed to execute action .*lambda:InvokeFunction/);
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: 'alarmed',
      StatementId: 'alarm',
      Action: 'lambda:InvokeFunction',
      Principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      SourceAccount: '000000000000',
      SourceArn: ALARM,
    }),
  );
  expect(await goOff()).toBe(`Successfully executed action ${FUNCTION}`);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  const metric = { namespace: 'Lake', name: 'Errors', dimensions: { Table: 'events' } };
  expect(Messages?.map(({ Body = '' }) => JSON.parse(Body))).toEqual([
    {
      source: 'aws.cloudwatch',
      alarmArn: ALARM,
      accountId: '000000000000',
      time: TIME,
      region: 'us-east-1',
      alarmData: {
        alarmName: 'errors',
        state: { value: 'ALARM', reason: 'a drill', timestamp: TIME },
        previousState: { value: 'OK', reason: 'a drill', timestamp: TIME },
        configuration: {
          description: 'of the lake',
          metrics: [{ id: expect.any(String), metricStat: { metric, period: 60, stat: 'Average' }, returnData: true }],
        },
      },
    },
  ]);
});

test.each([
  ['topic', 'Invalid arn syntax: topic'],
  ['arn:aws-cn:sns:us-east-1:000000000000:t', 'Invalid partition aws-cn specified. Only aws is supported.'],
  ['arn:aws:sns:eu-west-1:000000000000:t', 'Invalid region eu-west-1 specified. Only us-east-1 is supported.'],
  [
    'arn:aws:automate:us-east-1:ec2:stop',
    'Invalid use of EC2 action. An EC2 action can only be used if the alarm is monitoring an EC2 instance.',
  ],
])('%s can not be an action', async (action, message) => {
  const put = (more: Partial<PutMetricAlarmCommandInput>) =>
    local.cloudwatch.send(
      new PutMetricAlarmCommand({
        ...{
          AlarmName: 'refused',
          Namespace: 'AWS/EC2',
          MetricName: 'StatusCheckFailed',
          Statistic: 'Sum',
          Period: 60,
        },
        ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
        ...more,
      }),
    );
  for (const actions of [{ AlarmActions: [action] }, { OKActions: [action] }, { InsufficientDataActions: [action] }])
    await expect(put(actions)).rejects.toThrow(message);
  const Dimensions = [{ Name: 'InstanceId', Value: 'i-1' }];
  await put({ AlarmActions: ['arn:aws:automate:us-east-1:ec2:recover'], Dimensions });
});
