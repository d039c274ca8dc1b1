import { CreateEventSourceMappingCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventually, localFixture, WrongClock } from 'lakehouse-local/testing';
import { putTexts, streamArn } from 'lakehouse-local/testing/kinesis';
import { REPORTING } from 'lakehouse-local/testing/lambda';

const HOUR_MS = 3_600_000;
const clock = new WrongClock();
const local = localFixture({ clock, each: true });

test.each([
  ['an hour forward', HOUR_MS],
  ['an hour back', -HOUR_MS],
])(
  'a mapping that starts at LATEST while the clock is %s and right again after tells what comes after it, and nothing else',
  async (_name, error) => {
    clock.error = 0;
    const { kinesis, lambda, sqs } = local;
    await local.stream('events');
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'seen' }));
    const code = `${REPORTING}exports.handler = async (event) => { await tell(texts(event)); };`;
    const role = await local.functionRole('consumers');
    await local.function('reader', role, code, { Environment: { Variables: { SEEN: QueueUrl } } });
    await putTexts(kinesis, 'events', ['earlier']);
    clock.error = error;
    const { UUID } = await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'reader',
        EventSourceArn: streamArn('events'),
        StartingPosition: 'LATEST',
        Enabled: false,
      }),
    );
    await putTexts(kinesis, 'events', ['wrong']);
    clock.error = 0;
    await putTexts(kinesis, 'events', ['right']);
    await local.restart();
    await putTexts(kinesis, 'events', ['after']);
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    const seen: string[] = [];
    await eventually(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      for (const { Body = '' } of Messages) seen.push(...(JSON.parse(Body) as string[]));
      return seen.includes('after');
    }, 15_000);
    expect(seen).toEqual(['wrong', 'right', 'after']);
  },
  30_000,
);
