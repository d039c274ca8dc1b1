import type { SNSClient } from '@aws-sdk/client-sns';
import { batchOf, RecordingClient } from '../testing';
import { alertsHandler } from './alerts';
import { KeyWords } from './key-words';

const event = (fields: object) => JSON.stringify({ uuid: 'u', status: 'Active', name: 'Ada', ...fields });

describe('key words', () => {
  const found = (document: unknown, ...words: string[]) => new KeyWords(words).in(document);

  test('are whole words of values, whatever their case; names of fields are none', () => {
    expect(found({ status: 'canceled' }, 'Canceled')).toEqual(['Canceled']);
    expect(found({ status: 'Inactive' }, 'Active')).toEqual([]);
    expect(found({ note: 'It is INACTIVE, active.' }, 'Active')).toEqual(['Active']);
    expect(found({ status: 'Active' }, 'status')).toEqual([]);
    expect(found({ a: [{ b: 'card declined' }], c: 42 }, 'card declined', '42', '4')).toEqual(['card declined', '42']);
    expect(found('no JSON: Überfall!', 'überfall')).toEqual(['überfall']);
  });

  test('take time that grows with the text alone, however deep it nests and however often a word almost stands there', () => {
    const started = performance.now();
    expect(found(JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)), 'x')).toEqual([]);
    // A megabyte, the most that a record holds unless its stream is set to more.
    expect(found('ab'.repeat(500_000), 'ab')).toEqual([]);
    expect(found('a'.repeat(1_000_000), `${'a'.repeat(100)}b`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('the handler of alerts', () => {
  let sns: RecordingClient;
  let log: jest.SpyInstance;
  beforeEach(() => {
    sns = new RecordingClient();
    log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(() => log.mockRestore());
  const handle = (...texts: string[]) =>
    alertsHandler({
      sns: sns as unknown as SNSClient,
      topicArn: 'arn:aws:sns:us-east-1:000000000000:alarms',
      keyWords: ['Canceled', 'Fraud'],
      fields: ['uuid', 'status'],
    })(batchOf(...texts), { functionName: 'lake-alerts' });

  test('publishes one message a batch, with the chosen fields and nothing else of a record', async () => {
    await handle(event({}), event({ uuid: 'c', status: 'Canceled' }), 'fraud, and no JSON');
    expect(sns.sent).toHaveLength(1);
    const { Message, ...rest } = sns.sent[0] as { Message: string };
    expect(rest).toEqual({
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:alarms',
      Subject: 'lake-alerts: 2 matches',
      MessageAttributes: { keyWords: { DataType: 'String.Array', StringValue: '["Canceled","Fraud"]' } },
    });
    expect(JSON.parse(Message)).toMatchObject({
      keyWords: ['Canceled', 'Fraud'],
      total: 2,
      records: [
        {
          keyWords: ['Canceled'],
          fields: { uuid: 'c', status: 'Canceled' },
          sequenceNumber: '1',
          partitionKey: 'key-1',
        },
        { keyWords: ['Fraud'], fields: {}, sequenceNumber: '2' },
      ],
    });
    expect(Message).not.toContain('Ada');
  });

  test('publishes nothing of a batch without a match, and finds a match among packed documents', async () => {
    await handle(event({}), event({}));
    expect(sns.sent).toEqual([]);
    await handle(`${event({})}\n${event({ uuid: 'second', status: 'Canceled' })}\n`);
    expect(sns.sent[0]).toMatchObject({ Subject: 'lake-alerts: 1 match' });
  });

  test('a message stays below what SNS takes, however much matches', async () => {
    await handle(...Array.from({ length: 500 }, () => event({ uuid: 'x'.repeat(10_000), status: 'Canceled' })));
    const { Message } = sns.sent[0] as { Message: string };
    expect(JSON.parse(Message)).toMatchObject({ total: 500 });
    expect(Message.length).toBeLessThan(16_000);
  });

  test('a publish that fails fails the batch', async () => {
    sns.failure = new Error('Throttling');
    await expect(handle(event({ status: 'Canceled' }))).rejects.toThrow('Throttling');
  });
});
