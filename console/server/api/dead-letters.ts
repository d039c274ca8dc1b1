import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Aws } from '../aws.js';
import { NotFound } from '../problem.js';
import type { Lakehouse } from '../settings.js';
import { deadLetterQueueOf, mappingOf } from './consumers.js';
import { eventOf, type StoredRecord } from './lambda-event.js';

/**
 * A batch that a consumer gave up; it holds the records' position in the stream, not their data ("Configuring
 * on-failure destinations").
 */
export interface DeadLetter {
  readonly id: string;
  readonly at: string;
  /** Reason, such as `RetryAttemptsExhausted`. */
  readonly condition: string;
  readonly attempts: number;
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  readonly records: number;
}

/** The fields of a message's body that are used here. */
interface LetterBody {
  readonly timestamp?: string;
  readonly requestContext?: { readonly condition?: string; readonly approximateInvokeCount?: number };
  readonly KinesisBatchInfo?: {
    readonly shardId?: string;
    readonly startSequenceNumber?: string;
    readonly endSequenceNumber?: string;
    readonly batchSize?: number;
  };
}

/** Result of invoking the function again with a letter's records. */
export interface Redriven {
  readonly records: number;
  /** Error of the repeated invocation; undefined on success, when the letter is deleted. */
  readonly error: string | undefined;
}

const MOST_LETTERS = 50;
/** Visibility timeout of letters that are read, in seconds: for as long, other readers don't see them. */
const READ_SECONDS = 3;
/** Consecutive empty answers of GetRecords that count as the end of the records. */
const EMPTY_READS = 5;

/** The dead letters of the stack's consumers: reads them, and invokes the function with their records again. */
export class DeadLetters {
  /** Letters by their last receive: deleting one needs its receipt handle. */
  private readonly received = new Map<string, Message>();

  constructor(
    private readonly aws: Aws,
    private readonly lakehouse: Lakehouse,
  ) {}

  /** Lists the letters in a consumer's queue, oldest first, at most 50. They stay in the queue. */
  async list(functionName: string): Promise<DeadLetter[]> {
    const QueueUrl = await this.queueOf(functionName);
    if (QueueUrl === undefined) return [];
    const found = new Map<string, Message>();
    while (found.size < MOST_LETTERS) {
      const { Messages = [] } = await this.aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: READ_SECONDS }),
      );
      const known = found.size;
      for (const message of Messages) found.set(message.MessageId ?? '', message);
      if (found.size === known) break;
    }
    for (const [id, message] of found) this.received.set(id, message);
    return [...found.values()].map(letterOf).sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  /**
   * Reads a letter's records from the stream again and invokes the function with them, as its mapping would. Other
   * consumers and the delivery don't receive them again. Deletes the letter on success.
   * @throws NotFound if the letter is gone, or its records have outlived the stream's retention
   */
  async redrive(functionName: string, id: string): Promise<Redriven> {
    const message = this.letter(id);
    const mapping = await mappingOf(this.aws, this.lakehouse, functionName);
    const letter = letterOf(message);
    const records = await this.recordsOf(letter);
    const event = eventOf(records, letter.shardId, mapping);
    const answer = await this.aws.lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const error = failureIn(answer.FunctionError, answer.Payload);
    if (error === undefined) await this.discard(functionName, id);
    return { records: records.length, error };
  }

  /** The records of a letter, as text. */
  async texts(id: string): Promise<string[]> {
    const records = await this.recordsOf(letterOf(this.letter(id)));
    return records.map(({ Data }) => Buffer.from(Data ?? []).toString('utf8'));
  }

  /** Deletes a letter. */
  async discard(functionName: string, id: string): Promise<void> {
    const QueueUrl = await this.queueOf(functionName);
    const { ReceiptHandle } = this.letter(id);
    await this.aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    this.received.delete(id);
  }

  private letter(id: string): Message {
    const message = this.received.get(id);
    if (message === undefined) throw new NotFound('This dead letter is not there any more.', 'Read the queue again.');
    return message;
  }

  private async queueOf(functionName: string): Promise<string | undefined> {
    return deadLetterQueueOf(this.aws, await mappingOf(this.aws, this.lakehouse, functionName));
  }

  private async recordsOf(letter: DeadLetter): Promise<StoredRecord[]> {
    const { shardId, startSequenceNumber, endSequenceNumber } = letter;
    const end = BigInt(endSequenceNumber);
    const { ShardIterator } = await this.aws.kinesis.send(
      new GetShardIteratorCommand({
        StreamName: this.lakehouse.streamName,
        ShardId: shardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        StartingSequenceNumber: startSequenceNumber,
      }),
    );
    const found: StoredRecord[] = [];
    let iterator = ShardIterator;
    for (let empty = 0; iterator !== undefined && empty < EMPTY_READS; ) {
      const page = await this.aws.kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1_000 }));
      const records = page.Records ?? [];
      if (records.length === 0) empty += 1;
      const within = records.filter(({ SequenceNumber = '0' }) => BigInt(SequenceNumber) <= end);
      found.push(...within);
      if (within.length < records.length || within.some(({ SequenceNumber }) => SequenceNumber === endSequenceNumber))
        break;
      iterator = page.NextShardIterator;
    }
    if (found.length === 0)
      throw new NotFound(
        'The records of this letter are not in the stream any more.',
        'They have outlived its retention. If delivery had them, they are in the table.',
      );
    return found;
  }
}

function letterOf({ MessageId = '', Body = '{}' }: Message): DeadLetter {
  const { timestamp = '', requestContext = {}, KinesisBatchInfo: batch = {} } = parsed(Body);
  return {
    id: MessageId,
    at: timestamp,
    condition: requestContext.condition ?? 'unknown',
    attempts: requestContext.approximateInvokeCount ?? 0,
    shardId: batch.shardId ?? '',
    startSequenceNumber: batch.startSequenceNumber ?? '0',
    endSequenceNumber: batch.endSequenceNumber ?? '0',
    records: batch.batchSize ?? 0,
  };
}

function parsed(body: string): LetterBody {
  try {
    return JSON.parse(body) as LetterBody;
  } catch {
    return {};
  }
}

/** An invocation's failure: the function's error, or the records that it reports as failed. */
function failureIn(functionError: string | undefined, payload: Uint8Array | undefined): string | undefined {
  const text = Buffer.from(payload ?? []).toString('utf8');
  const answer = (text === '' ? null : JSON.parse(text)) as {
    errorMessage?: string;
    batchItemFailures?: unknown[];
  } | null;
  if (functionError !== undefined) return answer?.errorMessage ?? functionError;
  const failures = answer?.batchItemFailures ?? [];
  return failures.length === 0 ? undefined : `It reports ${failures.length} of the records as failed.`;
}
