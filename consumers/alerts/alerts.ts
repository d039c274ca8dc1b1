import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Context, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { documentsOf, fieldOf } from '../records';
import { KeyWords } from './key-words';

/** Key words to search for, and the topic to publish to. */
export interface AlertsOptions {
  readonly sns: Pick<SNSClient, 'send'>;
  readonly topicArn: string;
  readonly keyWords: readonly string[];
  /**
   * Fields of a record that an alert includes. Others, such as names and telephone numbers, don't belong in an inbox.
   */
  readonly fields: readonly string[];
}

/** A document that holds a key word. */
interface Match {
  readonly keyWords: string[];
  readonly fields: Record<string, string>;
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly arrivedAt: string;
}

/** Most documents that one message lists; it counts the others. A message has at most 256 KB. */
const LISTED = 20;
const VALUE_LENGTH = 200;

/**
 * Creates a handler that publishes one message for a batch with a match. A failed publish fails the batch, so that
 * Lambda retries it: an alert can arrive twice, but is never lost.
 */
export function alertsHandler({ sns, topicArn, keyWords, fields }: AlertsOptions) {
  const wanted = new KeyWords(keyWords);
  return async (event: KinesisStreamEvent, context: Pick<Context, 'functionName'>): Promise<void> => {
    const matches = event.Records.flatMap((record) => matchesOf(record, wanted, fields));
    if (matches.length === 0) return;
    const found = [...new Set(matches.flatMap((match) => match.keyWords))];
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        // Subjects are ASCII; key words may not be, so the subject has none.
        Subject: `${context.functionName}: ${matches.length} ${matches.length === 1 ? 'match' : 'matches'}`.slice(-100),
        Message: JSON.stringify({
          stream: event.Records[0]?.eventSourceARN,
          keyWords: found,
          total: matches.length,
          records: matches.slice(0, LISTED),
        }),
        // Attributes that subscriptions can filter by.
        MessageAttributes: { keyWords: { DataType: 'String.Array', StringValue: JSON.stringify(found) } },
      }),
    );
    console.log(`Published an alert of ${matches.length} of ${event.Records.length} records: ${found.join(', ')}`);
  };
}

function matchesOf(record: KinesisStreamRecord, wanted: KeyWords, fields: readonly string[]): Match[] {
  const { partitionKey, sequenceNumber, approximateArrivalTimestamp } = record.kinesis;
  return documentsOf(record).flatMap((document) => {
    const keyWords = wanted.in(document);
    if (keyWords.length === 0) return [];
    const told = fields.flatMap((field) => {
      const value = fieldOf(document, field);
      return value === undefined ? [] : [[field, String(value).slice(0, VALUE_LENGTH)] as const];
    });
    const arrivedAt = new Date(approximateArrivalTimestamp * 1000).toISOString();
    return [{ keyWords, fields: Object.fromEntries(told), partitionKey, sequenceNumber, arrivedAt }];
  });
}
