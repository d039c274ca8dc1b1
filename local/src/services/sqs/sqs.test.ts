import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { eventually, localFixture, TestClock } from 'lakehouse-local/testing';

describe('SQS', () => {
  const clock = new TestClock();
  const local = localFixture({ clock });
  const { sqs } = local;

  const make = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl as string;
  const send = (QueueUrl: string, MessageBody: string, more: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (QueueUrl: string, more: object = {}): Promise<Message[]> =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
          ...more,
        }),
      )
    ).Messages ?? [];
  const attributesOf = async (QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: ReceiptHandle as string }));

  test('a queue is made once, found by name and prefix, and refuses another value of an attribute', async () => {
    const url = await make('orders', { VisibilityTimeout: '60' });
    expect(url).toBe(`${local.url}/000000000000/orders`);
    expect(await make('orders', { VisibilityTimeout: '60' })).toBe(url);
    await expect(make('orders', { VisibilityTimeout: '61' })).rejects.toThrow(/different value for attribute/);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders' }))).QueueUrl).toBe(url);
    await make('other');
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'ord' }))).QueueUrls).toEqual([url]);
    const first = await sqs.send(new ListQueuesCommand({ MaxResults: 1 }));
    const second = await sqs.send(new ListQueuesCommand({ MaxResults: 1, NextToken: first.NextToken }));
    expect([first.QueueUrls, second.QueueUrls]).toEqual([[url], [`${local.url}/000000000000/other`]]);
    expect(await attributesOf(url)).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
      VisibilityTimeout: '60',
      MessageRetentionPeriod: '345600',
      SqsManagedSseEnabled: 'true',
    });
    await expect(make('bad name')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(make('x', { NoSuch: '1' })).rejects.toMatchObject({ name: 'InvalidAttributeName' });
    await expect(make('x', { DelaySeconds: '901' })).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await expect(attributesOf(`${local.url}/000000000000/missing`)).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  test('a message is hidden from when it is received until its visibility timeout, and gone once it is deleted', async () => {
    const url = await make('visibility', { VisibilityTimeout: '30' });
    const sent = await send(url, 'hello', {
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'greeting' },
        bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) },
      },
    });
    const [message] = await receive(url);
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: 'hello' });
    expect(message?.MessageAttributes?.kind?.StringValue).toBe('greeting');
    expect([...(message?.MessageAttributes?.bytes?.BinaryValue ?? [])]).toEqual([1, 2, 255]);
    // SQS's client compares the digests of body and attributes by itself and fails where they differ.
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(await receive(url)).toEqual([]);
    expect(await attributesOf(url)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
    clock.advance(31_000);
    const [again] = await receive(url);
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
    // The first receipt is no longer the latest: deleting by it has no effect.
    await remove(url, message?.ReceiptHandle);
    clock.advance(31_000);
    const [third] = await receive(url);
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: third?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const [fourth] = await receive(url);
    await remove(url, fourth?.ReceiptHandle);
    clock.advance(60_000);
    expect(await receive(url)).toEqual([]);
    await expect(remove(url, 'nonsense')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  test('a delayed message comes when its delay is over; an expired one never', async () => {
    const url = await make('times', { DelaySeconds: '5', MessageRetentionPeriod: '60' });
    await send(url, 'delayed');
    await send(url, 'at once', { DelaySeconds: 0 });
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['at once']);
    clock.advance(5_000);
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['delayed']);
    clock.advance(61_000);
    expect(await receive(url)).toEqual([]);
    expect(await attributesOf(url)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
  });

  test('a receiver that waits gets a message as soon as it is sent', async () => {
    const url = await make('waiting');
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await send(url, 'now');
    expect((await waiting).map(({ Body }) => Body)).toEqual(['now']);
  });

  test('what is received too often goes to the dead-letter queue, and from there back to its source', async () => {
    const letters = await make('letters');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:letters',
      maxReceiveCount: 2,
    });
    const url = await make('source', { VisibilityTimeout: '10', RedrivePolicy });
    await send(url, 'poison');
    for (let round = 0; round < 2; round += 1) {
      expect(await receive(url)).toHaveLength(1);
      clock.advance(11_000);
    }
    expect(await receive(url)).toEqual([]);
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: letters }));
    expect(sources.queueUrls).toEqual([url]);
    expect(await attributesOf(letters)).toMatchObject({ ApproximateNumberOfMessages: '1' });
    const SourceArn = 'arn:aws:sqs:us-east-1:000000000000:letters';
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await eventually(async () => {
      const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
      return Results?.[0]?.Status === 'COMPLETED' && Results[0].ApproximateNumberOfMessagesMoved === 1;
    });
    const [back] = await receive(url);
    expect([back?.Body, back?.Attributes?.ApproximateReceiveCount]).toEqual(['poison', '1']);
    const refused = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:missing', maxReceiveCount: 1 };
    await expect(
      sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy: JSON.stringify(refused) } }),
      ),
    ).rejects.toThrow('Dead letter target does not exist.');
  });

  test('a FIFO queue keeps the order in a group, takes a duplicate once, and holds a group back while one is out', async () => {
    const url = await make('events.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    const put = (body: string, MessageGroupId: string) => send(url, body, { MessageGroupId });
    const first = await put('a1', 'a');
    const repeated = await put('a1', 'a');
    expect(repeated).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    await put('a2', 'a');
    await put('b1', 'b');
    const [one] = await receive(url, { MaxNumberOfMessages: 1 });
    expect(one?.Body).toBe('a1');
    // Group a is blocked by a1; b isn't.
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['b1']);
    await remove(url, one?.ReceiptHandle);
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['a2']);
    await expect(send(url, 'no group')).rejects.toMatchObject({ name: 'MissingParameter' });
    clock.advance(301_000);
    expect((await put('a1', 'a')).MessageId).not.toBe(first.MessageId);
  });

  test('a batch tells success and failure entry by entry, and refuses what is no batch', async () => {
    const url = await make('batches');
    const batch = (Entries: { Id: string; MessageBody: string }[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    const answer = await batch([
      { Id: 'good', MessageBody: 'fine' },
      { Id: 'bad', MessageBody: 'a\u0001b' },
    ]);
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(answer.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
    await expect(batch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    const twice = { Id: 'same', MessageBody: 'x' };
    await expect(batch([twice, twice])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
    await expect(
      batch(Array.from({ length: 11 }, (_none, index) => ({ Id: `${index}`, MessageBody: 'x' }))),
    ).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
  });

  test('queues, messages and receipts survive a restart; a purged or deleted queue holds nothing', async () => {
    const url = await make('durable', { VisibilityTimeout: '600' });
    await send(url, 'kept');
    await send(url, 'received');
    const received = await receive(url, { MaxNumberOfMessages: 1 });
    await local.restart();
    expect(await receive(url)).toHaveLength(1);
    await remove(url, received[0]?.ReceiptHandle);
    expect(await attributesOf(url)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl: url }))).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
    });
    expect(await attributesOf(url)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    await expect(receive(url)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  test('clients of the Query protocol are answered in XML', async () => {
    const ask = async (parameters: Record<string, string>) => {
      const response = await fetch(local.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: 'AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/sqs/aws4_request, Signature=x',
        },
        body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
      });
      return { status: response.status, text: await response.text() };
    };
    const made = await ask({
      Action: 'CreateQueue',
      QueueName: 'by-form',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '7',
    });
    expect(made.text).toContain(`<QueueUrl>${local.url}/000000000000/by-form</QueueUrl>`);
    const QueueUrl = `${local.url}/000000000000/by-form`;
    const attributes = await ask({ Action: 'GetQueueAttributes', QueueUrl, 'AttributeName.1': 'VisibilityTimeout' });
    expect(attributes.text).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>');
    await ask({ Action: 'SendMessage', QueueUrl, MessageBody: 'from a form' });
    expect((await ask({ Action: 'ReceiveMessage', QueueUrl })).text).toContain('<Body>from a form</Body>');
    const missing = await ask({ Action: 'GetQueueUrl', QueueName: 'missing' });
    expect(missing.status).toBe(400);
    expect(missing.text).toContain('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
  });
});
