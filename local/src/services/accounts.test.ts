import {
  CreateTableCommand,
  DescribeExportCommand,
  ExportTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetEventSourceMappingCommand,
  InvokeCommand,
  ListTagsCommand,
} from '@aws-sdk/client-lambda';
import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const OTHER = '111122223333';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:own';

test('SQS: an owner of another account needs the queue’s policy', async () => {
  const { QueueUrl = '' } = await local.sqs.send(new CreateQueueCommand({ QueueName: 'own' }));
  const other = local.account(OTHER).sqs;
  const send = () => other.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
  await expect(send()).rejects.toThrow(/sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:own/);
  await expect(other.send(new DeleteQueueCommand({ QueueUrl }))).rejects.toThrow(/sqs:DeleteQueue/);
  const granted = { Label: 'send', AWSAccountIds: [OTHER], Actions: ['SendMessage'] };
  await local.sqs.send(new AddPermissionCommand({ QueueUrl, ...granted }));
  await send();
  await expect(other.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toThrow(/sqs:ReceiveMessage/);
});

test('Lambda: an owner of another account needs the function’s policy, and finds no mapping', async () => {
  const role = await local.functionRole('own');
  await local.function('own', role, 'exports.handler = async () => 1;');
  await local.sqs.send(new CreateQueueCommand({ QueueName: 'source' }));
  const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:source';
  const mapping = { EventSourceArn, FunctionName: 'own', Enabled: false };
  const { UUID, EventSourceMappingArn: Resource } = await local.lambda.send(
    new CreateEventSourceMappingCommand(mapping),
  );
  const other = local.account(OTHER).lambda;
  const refused = { name: 'AccessDeniedException' };
  const missing = { name: 'ResourceNotFoundException' };
  await expect(other.send(new InvokeCommand({ FunctionName: FUNCTION }))).rejects.toMatchObject(refused);
  await expect(other.send(new DeleteFunctionCommand({ FunctionName: FUNCTION }))).rejects.toMatchObject(refused);
  await expect(other.send(new ListTagsCommand({ Resource }))).rejects.toMatchObject(refused);
  await expect(other.send(new GetEventSourceMappingCommand({ UUID }))).rejects.toMatchObject(missing);
  await expect(other.send(new DeleteEventSourceMappingCommand({ UUID }))).rejects.toMatchObject(missing);
  const elsewhere = new InvokeCommand({ FunctionName: FUNCTION.replace('us-east-1', 'eu-west-1') });
  await expect(local.lambda.send(elsewhere)).rejects.toThrow(
    "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  );
});

test('DynamoDB: exports of another account are not found', async () => {
  const { dynamodb } = local;
  await local.bucket('exports');
  const made = await dynamodb.send(
    new CreateTableCommand({
      TableName: 'own',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 },
    { TableName: 'own' },
  );
  await dynamodb.send(new UpdateContinuousBackupsCommand({ TableName: 'own', PointInTimeRecoverySpecification }));
  const TableArn = made.TableDescription?.TableArn;
  const begun = await dynamodb.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: 'exports' }));
  const describe = new DescribeExportCommand({ ExportArn: begun.ExportDescription?.ExportArn });
  expect((await dynamodb.send(describe)).ExportDescription?.TableArn).toBe(TableArn);
  await expect(local.account(OTHER).dynamodb.send(describe)).rejects.toMatchObject({ name: 'ExportNotFoundException' });
});
