import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { eventually, localFixture } from 'lakehouse-local/testing';

const ACCOUNT = '000000000000';
const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}`;

interface EventRecord {
  readonly eventName: string;
  readonly s3: {
    readonly object: { readonly key: string; readonly sequencer: string };
    readonly configurationId: string;
  };
}

const local = localFixture();
const { s3: client, sqs, sns } = local;

const policy = (Action: string, Resource: string, bucket: string, service = 's3.amazonaws.com') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action,
        Resource,
        Condition: { ArnLike: { 'aws:SourceArn': bucket }, StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      },
    ],
  });

/**
 * Creates a queue that a bucket may send to. @param from ARN of the bucket, or another @returns a function for its
 * messages so far, without duplicates
 */
const queue = async (name: string, from: string, service?: string) => {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const Policy = policy('sqs:SendMessage', arn('sqs', name), from, service);
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const seen: unknown[] = [];
  return async () => {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
      );
      if (Messages.length === 0) return seen;
      seen.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown));
    }
  };
};

const records = async (read: () => Promise<unknown[]>) =>
  (await read()).flatMap((message) => (message as { Records?: EventRecord[] }).Records ?? []);

const configure = (Bucket: string, NotificationConfiguration: s3.NotificationConfiguration, more = {}) =>
  client.send(new s3.PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration, ...more }));

const newBucket = (Bucket: string) => client.send(new s3.CreateBucketCommand({ Bucket }));
const put = (Bucket: string, Key: string, Body = 'x') => client.send(new s3.PutObjectCommand({ Bucket, Key, Body }));

const filter = (prefix: string, suffix: string) => ({
  Key: {
    FilterRules: [
      { Name: 'prefix' as const, Value: prefix },
      { Name: 'suffix' as const, Value: suffix },
    ],
  },
});

test('a queue is told of what was put, copied, completed and deleted, by prefix and suffix, in AWS’s form', async () => {
  await newBucket('noted');
  const read = await queue('noted', 'arn:aws:s3:::noted');
  await configure('noted', {
    QueueConfigurations: [
      {
        Id: 'all',
        QueueArn: arn('sqs', 'noted'),
        Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:Delete'],
        Filter: filter('in/', '.json'),
      },
    ],
  });
  expect(await read()).toEqual([
    {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: expect.any(String),
      Bucket: 'noted',
      RequestId: expect.any(String),
      HostId: expect.any(String),
    },
  ]);
  await put('noted', 'in/a b+ü.json', 'body');
  await put('noted', 'in/a.txt');
  await put('noted', 'out/a.json');
  await client.send(new s3.CopyObjectCommand({ Bucket: 'noted', Key: 'in/copy.json', CopySource: 'noted/in/a.txt' }));
  const upload = { Bucket: 'noted', Key: 'in/parts.json' };
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand(upload));
  const { ETag } = await client.send(new s3.UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'part' }));
  await client.send(
    new s3.CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    }),
  );
  await client.send(
    new s3.DeleteObjectsCommand({
      Bucket: 'noted',
      Delete: { Objects: [{ Key: 'in/copy.json' }, { Key: 'in/never.json' }, { Key: 'in/a.txt' }] },
    }),
  );
  const all = await eventually(async () => {
    const found = await records(read);
    return found.length >= 5 && found;
  });
  const inOrder = [...all].sort((a, b) => (a.s3.object.sequencer < b.s3.object.sequencer ? -1 : 1));
  expect(inOrder.map(({ eventName, s3: { object } }) => [eventName, object.key])).toEqual([
    ['ObjectCreated:Put', 'in/a+b%2B%C3%BC.json'],
    ['ObjectCreated:Copy', 'in/copy.json'],
    ['ObjectCreated:CompleteMultipartUpload', 'in/parts.json'],
    ['ObjectRemoved:Delete', 'in/copy.json'],
    // Deleting a missing key sends an event, too.
    ['ObjectRemoved:Delete', 'in/never.json'],
  ]);
  expect(inOrder[0]).toEqual({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: `AWS:${ACCOUNT}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'all',
      bucket: {
        name: 'noted',
        ownerIdentity: { principalId: expect.stringMatching(/^A[0-9A-F]{13}$/) },
        arn: 'arn:aws:s3:::noted',
      },
      object: {
        key: 'in/a+b%2B%C3%BC.json',
        size: 4,
        eTag: '841a2d689ad86bd1611447453c22c6fc',
        sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
      },
    },
  });
});

test('with versions a marker and a deletion for good are told apart', async () => {
  await newBucket('versioned');
  await client.send(
    new s3.PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration: { Status: 'Enabled' } }),
  );
  const read = await queue('versioned', 'arn:aws:s3:::versioned');
  await configure('versioned', {
    QueueConfigurations: [{ QueueArn: arn('sqs', 'versioned'), Events: ['s3:ObjectRemoved:*'] }],
  });
  const { VersionId } = await put('versioned', 'k');
  const marker = await client.send(new s3.DeleteObjectCommand({ Bucket: 'versioned', Key: 'k' }));
  await client.send(new s3.DeleteObjectCommand({ Bucket: 'versioned', Key: 'k', VersionId }));
  const all = await eventually(async () => {
    const found = await records(read);
    return found.length >= 2 && found;
  });
  const told = new Map(all.map(({ eventName, s3: { object } }) => [eventName, object]));
  expect(told.get('ObjectRemoved:DeleteMarkerCreated')).toMatchObject({ key: 'k', versionId: marker.VersionId });
  expect(told.get('ObjectRemoved:Delete')).toMatchObject({ key: 'k', versionId: VersionId });
});

test('functions and topics are told, of what services write too; a restart loses nothing', async () => {
  await newBucket('many');
  const role = await local.functionRole('noted', ['*']);
  await local.function(
    'noted',
    role,
    `exports.handler = async ({ Records }) => { for (const { s3 } of Records)
       await fetch(process.env.AWS_ENDPOINT_URL + '/many/seen/' + encodeURIComponent(s3.object.key), { method: 'PUT', body: s3.configurationId,
         headers: { authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/s3/aws4_request, Signature=x', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }); };`,
  );
  await local.lambda.send(
    new AddPermissionCommand({
      FunctionName: 'noted',
      StatementId: 's3',
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      SourceArn: 'arn:aws:s3:::many',
      SourceAccount: ACCOUNT,
    }),
  );
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'many' }));
  await sns.send(
    new SetTopicAttributesCommand({
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: policy('SNS:Publish', TopicArn, 'arn:aws:s3:::many'),
    }),
  );
  const read = await queue('of-topic', TopicArn, 'sns.amazonaws.com');
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: arn('sqs', 'of-topic'),
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  await configure('many', {
    LambdaFunctionConfigurations: [
      {
        Id: 'function',
        LambdaFunctionArn: arn('lambda', 'function:noted'),
        Events: ['s3:ObjectCreated:Put'],
        Filter: filter('in/', ''),
      },
    ],
    TopicConfigurations: [{ Id: 'topic', TopicArn, Events: ['s3:ObjectCreated:*'], Filter: filter('seen/', '') }],
  });
  const keys = Array.from({ length: 20 }, (_none, index) => String(index));
  await Promise.all(keys.map((key) => put('many', `in/${key}`)));
  // The function's own put sends an event, too.
  const told = async () => new Set((await records(read)).map(({ s3: { object } }) => object.key));
  await eventually(async () => (await told()).size === 20, 20_000);
  await Promise.all(keys.map((key) => put('many', `seen/direct/${key}`)));
  await local.restart();
  await eventually(async () => (await told()).size === 40);
}, 40_000);

test('destinations are asked when a configuration is put, and it comes back with its ids', async () => {
  await newBucket('asked');
  const events: s3.Event[] = ['s3:ObjectCreated:*'];
  const rejects = (configuration: s3.NotificationConfiguration, message: RegExp, name = 'InvalidArgument') =>
    expect(configure('asked', configuration)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  const unable = /Unable to validate the following destination configurations/;
  await rejects({ QueueConfigurations: [{ QueueArn: arn('sqs', 'none'), Events: events }] }, unable);
  await rejects({ TopicConfigurations: [{ TopicArn: arn('sns', 'none'), Events: events }] }, unable);
  await rejects(
    { LambdaFunctionConfigurations: [{ LambdaFunctionArn: arn('lambda', 'function:none'), Events: events }] },
    unable,
  );
  await queue('of-others', 'arn:aws:s3:::another');
  const QueueArn = arn('sqs', 'of-others');
  await rejects({ QueueConfigurations: [{ QueueArn, Events: events }] }, unable);
  await rejects({ EventBridgeConfiguration: {} }, /EventBridgeConfiguration/, 'NotImplemented');
  await rejects({ QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectAcl:Put'] }] }, /ObjectAcl/, 'NotImplemented');
  await rejects({ QueueConfigurations: [{ QueueArn, Events: ['s3:Nothing' as s3.Event] }] }, /not supported/);
  await rejects({ QueueConfigurations: [{ QueueArn: `${QueueArn}.fifo`, Events: events }] }, unable);
  await rejects(
    {
      QueueConfigurations: [
        { QueueArn, Events: events },
        { QueueArn, Events: ['s3:ObjectCreated:Put'] },
      ],
    },
    /Configurations overlap/,
  );
  await rejects(
    {
      QueueConfigurations: [
        { QueueArn, Events: events, Filter: filter('a/', '') },
        { QueueArn, Events: events, Filter: filter('a/b', '.x') },
      ],
    },
    /ambiguously defined/,
  );
  // Stored without a check if the request says so; then nothing is sent, and only the event is lost.
  await configure(
    'asked',
    { QueueConfigurations: [{ QueueArn, Events: events, Filter: filter('<&>', '') }] },
    { SkipDestinationValidation: true },
  );
  const kept = await client.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket: 'asked' }));
  expect(kept.QueueConfigurations).toEqual([
    {
      Id: expect.stringMatching(/^[\w-]{10,}$/),
      QueueArn,
      Events: events,
      Filter: {
        Key: {
          FilterRules: [
            { Name: 'Prefix', Value: '<&>' },
            { Name: 'Suffix', Value: '' },
          ],
        },
      },
    },
  ]);
  await put('asked', '<&>');
  await configure('asked', {});
  expect(
    (await client.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket: 'asked' }))).QueueConfigurations,
  ).toBeUndefined();
});
