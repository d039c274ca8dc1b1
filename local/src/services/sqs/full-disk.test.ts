import fs from 'node:fs';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture({ faults: /The disk of .* is full/ });

afterEach(() => jest.restoreAllMocks());

/** Sets the free space that the operating system reports. */
async function freeOnDisk(bytes: number): Promise<void> {
  const real = fs.statfsSync('/');
  jest.restoreAllMocks();
  jest.spyOn(fs, 'statfsSync').mockReturnValue({ ...real, bsize: 1, bavail: bytes } as never);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a message that a full disk refused is not received, and its next try is no duplicate', async () => {
  const sqs = new SQSClient({ ...local.config, maxAttempts: 1 });
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'jobs.fifo', Attributes: { FifoQueue: 'true' } }),
  );
  const send = (MessageBody: string) =>
    sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g', MessageDeduplicationId: MessageBody }),
    );
  const bodies = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body }) => Body);
  };
  await send('first');
  await freeOnDisk(0);
  await expect(send('second')).rejects.toThrow('disk of the local endpoint is full');
  await freeOnDisk(1e12);
  expect(await bodies()).toEqual(['first']);
  await send('second');
  await local.restart();
  expect(await bodies()).toEqual(['first', 'second']);
  sqs.destroy();
});
