import * as sdk from '@aws-sdk/client-kinesis';
import { localFixture, policy } from 'lakehouse-local/testing';
import { streamArn } from 'lakehouse-local/testing/kinesis';

const OTHER = '111122223333';
const StreamARN = streamArn('shared');
const local = localFixture();
const { kinesis: client } = local;
const account = local.account(OTHER);
const { kinesis: other } = account;

beforeAll(() => local.stream('shared'));

const share = (Action: string | string[], more: object = {}) =>
  client.send(
    new sdk.PutResourcePolicyCommand({
      ResourceARN: StreamARN,
      Policy: policy({ Effect: 'Allow', Principal: { AWS: OTHER }, Action, Resource: StreamARN, ...more }),
    }),
  );
const put = (by: sdk.KinesisClient) =>
  by.send(new sdk.PutRecordCommand({ StreamARN, PartitionKey: 'k', Data: new Uint8Array([1]) }));
const denied = { name: 'AccessDeniedException' };

test('without a policy, and after it is gone, another account is refused', async () => {
  expect(await client.send(new sdk.GetResourcePolicyCommand({ ResourceARN: StreamARN }))).toMatchObject({
    Policy: '{}',
  });
  await expect(put(other)).rejects.toMatchObject({
    ...denied,
    message: `User: arn:aws:iam::${OTHER}:root is not authorized to perform: kinesis:PutRecord on resource: ${StreamARN} because no resource-based policy allows the kinesis:PutRecord action`,
  });
  await share('kinesis:PutRecord');
  await put(other);
  await client.send(new sdk.DeleteResourcePolicyCommand({ ResourceARN: StreamARN }));
  await expect(put(other)).rejects.toMatchObject(denied);
  await expect(client.send(new sdk.DeleteResourcePolicyCommand({ ResourceARN: StreamARN }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `No resource policy found for resource ARN ${StreamARN}.`,
  });
});

test('a policy outlives a restart, lets in for what it says, and a role needs its own account to agree', async () => {
  await share(['kinesis:PutRecord', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:DeleteStream']);
  await local.restart();
  const iterator = new sdk.GetShardIteratorCommand({ StreamARN, ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' });
  const { ShardIterator } = await other.send(iterator);
  expect((await other.send(new sdk.GetRecordsCommand({ ShardIterator, StreamARN }))).Records).toHaveLength(1);
  await expect(other.send(new sdk.ListShardsCommand({ StreamARN }))).rejects.toMatchObject(denied);
  // Streams are shared for reading and writing only, whatever the policy allows.
  await expect(other.send(new sdk.DeleteStreamCommand({ StreamARN }))).rejects.toMatchObject(denied);
  await share('kinesis:PutRecord', { Effect: 'Deny' });
  await expect(put(other)).rejects.toThrow('with an explicit deny in a resource-based policy');
  await share('kinesis:*');
  const trust = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: OTHER } });
  const arn = await account.role('writer', trust);
  const { kinesis: role } = await account.assume(arn);
  await expect(put(role)).rejects.toThrow('because no identity-based policy allows the kinesis:PutRecord action');
  await account.permit('writer', { Effect: 'Allow', Action: 'kinesis:PutRecord', Resource: '*' });
  await put(role);
});

test('a policy has to be one', async () => {
  const wrong = new sdk.PutResourcePolicyCommand({ ResourceARN: StreamARN, Policy: '{"Statement":[]}' });
  await expect(client.send(wrong)).rejects.toThrow(sdk.InvalidArgumentException);
  const missing = new sdk.GetResourcePolicyCommand({ ResourceARN: streamArn('none') });
  await expect(client.send(missing)).rejects.toThrow(sdk.ResourceNotFoundException);
});
