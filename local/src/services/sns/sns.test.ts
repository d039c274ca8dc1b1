import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { localFixture, policy } from 'lakehouse-local/testing';

const local = localFixture();
const { sns } = local;

async function makeTopic(Name: string): Promise<string> {
  return (await sns.send(new CreateTopicCommand({ Name }))).TopicArn ?? '';
}

test('a topic is made once, keeps attributes and tags, and is gone when deleted', async () => {
  const TopicArn = await makeTopic('news');
  expect(TopicArn).toBe('arn:aws:sns:us-east-1:000000000000:news');
  expect(await makeTopic('news')).toBe(TopicArn);
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'News' }));
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes).toMatchObject({ TopicArn, DisplayName: 'News', Owner: '000000000000', SubscriptionsPending: '0' });
  expect(JSON.parse(Attributes?.Policy ?? '')).toMatchObject({ Statement: [{ Resource: TopicArn }] });
  await sns.send(
    new TagResourceCommand({
      ResourceArn: TopicArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await sns.send(new UntagResourceCommand({ ResourceArn: TopicArn, TagKeys: ['a'] }));
  expect((await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags).toEqual([
    { Key: 'b', Value: '2' },
  ]);
  expect((await sns.send(new ListTopicsCommand({}))).Topics).toContainEqual({ TopicArn });
  await sns.send(new DeleteTopicCommand({ TopicArn }));
  await expect(sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toThrow(NotFoundException);
});

test('e-mail waits for a confirmation that never comes; a queue needs none', async () => {
  const TopicArn = await makeTopic('subscribed');
  const mail = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com', ReturnSubscriptionArn: true }),
  );
  const queue = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q' }),
  );
  const attributesOf = async (SubscriptionArn: string | undefined) =>
    (await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
  expect(await attributesOf(mail.SubscriptionArn)).toMatchObject({ PendingConfirmation: 'true', Protocol: 'email' });
  expect(await attributesOf(queue.SubscriptionArn)).toMatchObject({ PendingConfirmation: 'false' });
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions?.map((subscription) => subscription.SubscriptionArn).sort()).toEqual(
    ['PendingConfirmation', queue.SubscriptionArn].sort(),
  );
  await expect(sns.send(new UnsubscribeCommand({ SubscriptionArn: mail.SubscriptionArn }))).rejects.toThrow(
    InvalidParameterException,
  );
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: queue.SubscriptionArn }));
  await expect(attributesOf(queue.SubscriptionArn)).rejects.toThrow(NotFoundException);
});

test.each([
  ['sqs', 'arn:aws:sqs:us-east-1::::', 'SQS endpoint ARN'],
  ['sqs', 'arn:none:sqs:us-east-1:000000000000:q', 'SQS endpoint ARN'],
  ['lambda', 'arn:aws:lambda:us-east-1:000000000000:q', 'Lambda endpoint ARN'],
  ['firehose', 'arn:aws:firehose:us-east-1:000000000000:q', 'Firehose endpoint ARN'],
])('a subscription by %s is refused for %s', async (Protocol, Endpoint, problem) => {
  const subscribed = sns.send(new SubscribeCommand({ TopicArn: await makeTopic('strict'), Protocol, Endpoint }));
  await expect(subscribed).rejects.toThrow(`Invalid parameter: ${problem}`);
});

test('messages are taken by a topic that is there, within their limits', async () => {
  const TopicArn = await makeTopic('published');
  const publish = (more: object) => sns.send(new PublishCommand({ TopicArn, Message: 'hello', ...more }));
  const answer = await publish({ MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } });
  expect(answer.MessageId).toMatch(/^[0-9a-f-]{36}$/);
  await expect(publish({ TopicArn: `${TopicArn}x` })).rejects.toThrow(NotFoundException);
  await expect(publish({ Message: 'x'.repeat(262_145) })).rejects.toThrow(InvalidParameterException);
  await expect(publish({ MessageStructure: 'json', Message: '{}' })).rejects.toThrow(InvalidParameterException);
});

test("a role publishes by its own policy or by the topic's, unless the topic's denies it", async () => {
  const TopicArn = await makeTopic('guarded');
  const roleArn = await local.role('publisher');
  const { sns: asRole } = await local.assume(roleArn);
  const publish = () => asRole.send(new PublishCommand({ TopicArn, Message: 'hello' }));
  const setPolicy = (...statements: object[]) =>
    sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policy(...statements) }),
    );
  const refused = (reason: string) => ({
    name: 'AuthorizationErrorException',
    message: `User: ${roleArn.replace('iam', 'sts').replace('role', 'assumed-role')}/me is not authorized to perform: SNS:Publish on resource: ${TopicArn} ${reason}`,
  });
  await expect(publish()).rejects.toMatchObject(
    refused('because no identity-based policy allows the SNS:Publish action'),
  );
  const statement = { Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'SNS:Publish', Resource: TopicArn };
  await setPolicy(statement);
  await publish();
  await local.permit('publisher', { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' });
  await setPolicy({ ...statement, Effect: 'Deny', Principal: '*' });
  await expect(publish()).rejects.toMatchObject(refused('with an explicit deny in a resource-based policy'));
  await expect(setPolicy({ ...statement, Principal: undefined })).rejects.toThrow(InvalidParameterException);
});

test('a topic of another region or account is out of reach', async () => {
  const get = (TopicArn: string) => sns.send(new GetTopicAttributesCommand({ TopicArn }));
  await expect(get('arn:aws:sns:eu-west-1:000000000000:news')).rejects.toThrow('Invalid parameter: TopicArn');
  await expect(get('arn:aws:sns:us-east-1:111122223333:news')).rejects.toMatchObject({
    name: 'AuthorizationErrorException',
  });
});

test.each([
  ['http', 'https://example.com', 'Endpoint must match the specified protocol'],
  ['email', 'nobody', 'Email address'],
  ['pigeon', 'home', 'Amazon SNS does not support this protocol string: pigeon'],
])('%s does not reach %s', async (Protocol, Endpoint, problem) => {
  const TopicArn = await makeTopic('unreached');
  const subscribe = sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  await expect(subscribe).rejects.toThrow(`Invalid parameter: ${problem}`);
});
