import { CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateDatabaseCommand } from '@aws-sdk/client-glue';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { TagResourceCommand as TagFunctionCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { GetFederationTokenCommand } from '@aws-sdk/client-sts';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();

const map = { 'AWS:owner': 'me' };
const list = [{ Key: 'aws:owner', Value: 'me' }];
const alarm = { MetricName: 'm', Namespace: 'n', EvaluationPeriods: 1, Period: 60, Statistic: 'Sum', Threshold: 1 };
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
});
const key = [{ AttributeName: 'a', KeyType: 'HASH' }] as const;

// biome-ignore format: a table.
const CASES: readonly [service: string, call: () => Promise<unknown>, code: string][] = [
  ['Athena', () => local.athena.send(new CreateWorkGroupCommand({ Name: 'w', Tags: list })), 'InvalidRequestException'],
  ['CloudWatch', () => local.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: 'a', ...alarm, ComparisonOperator: 'GreaterThanThreshold', Statistic: 'Sum', Tags: list })), 'InvalidParameterValueException'],
  ['Logs', () => local.logs.send(new CreateLogGroupCommand({ logGroupName: 'g', tags: map })), 'InvalidParameterException'],
  ['DynamoDB', () => local.dynamodb.send(new CreateTableCommand({ TableName: 'table', KeySchema: [...key], AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST', Tags: list })), 'ValidationException'],
  ['Glue', () => local.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'd' }, Tags: map })), 'InvalidInputException'],
  ['IAM', () => local.iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust, Tags: list })), 'InvalidInputException'],
  ['Kinesis', () => local.kinesis.send(new CreateStreamCommand({ StreamName: 's', Tags: map })), 'InvalidArgumentException'],
  ['KMS', () => local.kms.send(new CreateKeyCommand({ Tags: [{ TagKey: 'aws:owner', TagValue: 'me' }] })), 'TagException'],
  ['Lambda', () => local.lambda.send(new TagFunctionCommand({ Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f', Tags: map })), 'InvalidParameterValueException'],
  ['SNS', () => local.sns.send(new CreateTopicCommand({ Name: 't', Tags: list })), 'InvalidParameterException'],
  ['SQS', () => local.sqs.send(new CreateQueueCommand({ QueueName: 'q', tags: map })), 'InvalidParameterValue'],
  ['STS', () => local.sts.send(new GetFederationTokenCommand({ Name: 'me', Tags: list })), 'InvalidParameterValue'],
];

test.each(CASES)('%s refuses a tag of AWS', async (_service, call, name) => {
  await expect(call()).rejects.toMatchObject({ name });
});
