import { DescribeDeliveryStreamCommand, InvalidArgumentException } from '@aws-sdk/client-firehose';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { ListShardsCommand, SplitShardCommand, StartStreamEncryptionCommand } from '@aws-sdk/client-kinesis';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { ACCOUNT, Lake, PERMISSIONS } from 'lakehouse-local/testing/delivery';

const local = localFixture({ faults: /AccessDenied/ });
const lake = new Lake(local);
let number = 0;

const ALL = Object.keys(PERMISSIONS);
/** Firehose's code in the log stream, by service. */
const CODES: Readonly<Record<string, string>> = {
  kinesis: 'Kinesis.AccessDenied',
  s3: 'S3.AccessDenied',
  glue: 'DataFormatConversion.AccessDenied',
};

beforeAll(async () => {
  await lake.build({ id: 'string' });
  await lake.deliver('d', lake.destination({ Prefix: 'all/' }));
  await arrives(await send());
});

/** Sends a record; resolves with its id. */
async function send(): Promise<string> {
  const id = `record-${number++}`;
  await lake.put([JSON.stringify({ id })]);
  return id;
}

/** All delivered ids: the objects' text holds them as they are, since Snappy leaves short texts alone. */
async function delivered(): Promise<string> {
  const bodies = await Promise.all((await lake.keys('all/')).map((key) => lake.body(key)));
  return bodies.map((body) => body.toString('latin1')).join('\n');
}

const arrives = (id: string) => eventually(async () => (await delivered()).includes(`${id}`), 20_000);

test.each(ALL.filter((action) => action !== 'logs:PutLogEvents'))(
  'without %s delivery fails with its error in the log stream, and catches up when it is back',
  async (action) => {
    const before = (await lake.failures()).length;
    await lake.allow(ALL.filter((other) => other !== action));
    // Calls made once per start of reading are repeated after this.
    if (/DescribeStream|GetShardIterator|ListShards/.test(action)) await local.restart();
    const held = await send();
    const failure = await eventually(async () => (await lake.failures())[before], 20_000);
    expect(failure.errorCode).toBe(CODES[action.split(':')[0] as string]);
    expect(failure.message).toContain(`is not authorized to perform: ${action} on resource: `);
    expect(failure.deliveryStreamARN).toBe(`arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/d`);
    expect(await delivered()).not.toContain(held);
    await lake.allow(ALL);
    await arrives(held);
  },
  60_000,
);

test('a shard that ends while its children may not be listed is read on when they may', async () => {
  await arrives(await send());
  await lake.allow(ALL.filter((other) => other !== 'kinesis:ListShards'));
  const before = (await lake.failures()).length;
  const { Shards = [] } = await lake.kinesis.send(
    new ListShardsCommand({ StreamName: 'events', ShardFilter: { Type: 'AT_LATEST' } }),
  );
  const ShardToSplit = Shards[0]?.ShardId;
  const half = String(2n ** 127n);
  await lake.kinesis.send(new SplitShardCommand({ StreamName: 'events', ShardToSplit, NewStartingHashKey: half }));
  const held = await send();
  await eventually(async () => (await lake.failures())[before], 20_000);
  await lake.allow(ALL);
  await arrives(held);
});

test('without logs:PutLogEvents nothing is logged, and delivery goes on', async () => {
  await lake.allow(ALL.filter((other) => other !== 'logs:PutLogEvents' && other !== 's3:PutObject'));
  const before = await lake.failures();
  const held = await send();
  await eventually(async () => local.faults.some((line) => line.includes('logs:PutLogEvents')), 20_000);
  expect(await lake.failures()).toEqual(before);
  await lake.allow(ALL.filter((other) => other !== 'logs:PutLogEvents'));
  await arrives(held);
  await lake.allow(ALL);
});

test('a role that stops trusting Firehose stops delivery, and a new stream with it is refused', async () => {
  const trust = (externalId: string) =>
    lake.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'delivery',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'firehose.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': externalId } },
          },
        }),
      }),
    );
  await trust('111122223333');
  const held = await send();
  await expect(lake.deliver('other', lake.destination())).rejects.toThrow(InvalidArgumentException);
  await eventually(async () => local.faults.some((line) => line.includes('sts:AssumeRole')), 20_000);
  expect(await delivered()).not.toContain(held);
  await trust(ACCOUNT);
  await arrives(held);
  const { DeliveryStreamDescription } = await lake.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'd' }),
  );
  expect(DeliveryStreamDescription?.DeliveryStreamStatus).toBe('ACTIVE');
});

test('with keys, the role needs kms:Decrypt for the stream and kms:GenerateDataKey for the bucket', async () => {
  const { KeyMetadata } = await local.kms.send(new CreateKeyCommand({}));
  const AWSKMSKeyARN = KeyMetadata?.Arn as string;
  const keyed = (actions: readonly string[]) => lake.allow(ALL, { actions, key: AWSKMSKeyARN });
  await keyed(['kms:Decrypt', 'kms:GenerateDataKey']);
  await lake.kinesis.send(
    new StartStreamEncryptionCommand({ StreamName: 'events', EncryptionType: 'KMS', KeyId: AWSKMSKeyARN }),
  );
  await lake.deliver(
    'keyed',
    lake.destination({ Prefix: 'keyed/', EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN } } }),
  );
  const keys = () => lake.keys('keyed/');
  for (const [action, code] of [
    ['kms:Decrypt', 'Kinesis.AccessDenied'],
    ['kms:GenerateDataKey', 'S3.KMS.AccessDenied'],
  ] as const) {
    await keyed(['kms:Decrypt', 'kms:GenerateDataKey'].filter((other) => other !== action));
    const before = (await keys()).length;
    const held = await eventually(() => send().catch(() => undefined));
    const failure = await eventually(async () => {
      const logged = await lake.failures();
      return logged.find(({ message }) => message.includes(`is not authorized to perform: ${action} on resource: `));
    }, 20_000);
    expect(failure.errorCode).toBe(code);
    expect((await keys()).length).toBe(before);
    await keyed(['kms:Decrypt', 'kms:GenerateDataKey']);
    await eventually(async () => (await keys()).length > before, 20_000);
    await arrives(held);
  }
}, 60_000);
