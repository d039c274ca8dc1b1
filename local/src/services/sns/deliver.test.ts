import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { localFixture } from 'lakehouse-local/testing';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alerts';
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

describe('what a topic sends to queues and functions', () => {
  const local = localFixture();
  const { sns, sqs } = local;

  beforeAll(async () => {
    await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  });

  /** A queue whose policy lets the topic send to it, subscribed. */
  const inbox = async (QueueName: string, Attributes: Record<string, string> = {}, allowed = true): Promise<string> => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn(QueueName),
      Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    if (allowed) await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await sns.send(
      new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: queueArn(QueueName), Attributes }),
    );
    return QueueUrl;
  };
  const received = async (QueueUrl: string): Promise<Message[]> =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          VisibilityTimeout: 0,
        }),
      )
    ).Messages ?? [];

  test('envelopes and raw messages, filtered by attributes and by the body; a queue that does not let the topic in gets none', async () => {
    const plain = await inbox('plain');
    const raw = await inbox('raw', { RawMessageDelivery: 'true' });
    const urgent = await inbox('urgent', { FilterPolicy: JSON.stringify({ level: ['urgent'] }) });
    const large = await inbox('large', {
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: JSON.stringify({ amount: [{ numeric: ['>', 100] }] }),
    });
    const letters = await inbox('letters', { FilterPolicy: JSON.stringify({ never: ['x'] }) });
    const closed = await inbox(
      'closed',
      { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('letters') }) },
      false,
    );
    await sns.send(
      new PublishCommand({
        TopicArn: TOPIC,
        Subject: 'Look',
        Message: '{"amount":101}',
        MessageAttributes: { level: { DataType: 'String', StringValue: 'urgent' } },
      }),
    );
    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: '{"amount":5}' }));
    const bodies = (await received(plain)).map(({ Body = '' }) => JSON.parse(Body) as Record<string, unknown>);
    expect(bodies).toMatchObject([
      {
        Type: 'Notification',
        TopicArn: TOPIC,
        Subject: 'Look',
        Message: '{"amount":101}',
        MessageAttributes: { level: { Type: 'String', Value: 'urgent' } },
      },
      { Message: '{"amount":5}' },
    ]);
    const [first] = await received(raw);
    expect(first?.Body).toBe('{"amount":101}');
    expect(first?.MessageAttributes?.level?.StringValue).toBe('urgent');
    expect(await received(urgent)).toHaveLength(1);
    expect(await received(large)).toHaveLength(1);
    expect(await received(closed)).toEqual([]);
    expect(await received(letters)).toHaveLength(2);
  });

  test('a function is invoked with the message, once its policy lets the topic', async () => {
    const role = await local.functionRole('alerted');
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'from-function' }));
    await local.function(
      'alerted',
      role,
      `exports.handler = async (event) => fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST',
         body: JSON.stringify({ QueueUrl: process.env.SEEN, MessageBody: event.Records[0].Sns.Message }),
         headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage',
           authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/sqs/aws4_request, Signature=x' } }).then(() => null);`,
      { Environment: { Variables: { SEEN: QueueUrl } } },
    );
    await local.lambda.send(
      new AddPermissionCommand({
        FunctionName: 'alerted',
        StatementId: 'topic',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: TOPIC,
      }),
    );
    const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:alerted';
    await sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'lambda', Endpoint }));
    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello function' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['hello function']);
  });
});
