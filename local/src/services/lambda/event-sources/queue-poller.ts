import type { Message } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { parseQueueArn } from '../../sqs/arn';
import { deleteMessage } from '../../sqs/operations/delete-message';
import { receiveMessage } from '../../sqs/operations/receive-message';
import { functionArn } from '../arn';
import { FunctionRuntime, roleOf } from '../runtime/pool';
import { LambdaState, type Mapping } from '../state';
import { pause } from './batch';
import { filterOf } from './filter';

/** Most messages of one receive, and its wait in seconds. */
const RECEIVED = 10;
const WAIT_SECONDS = 1;

/**
 * Runs one mapping over a queue (Lambda's page "Using Lambda with Amazon SQS"): messages of a successful invocation are
 * deleted, others become visible again after their visibility timeout, and move to the dead-letter queue by the queue's
 * own redrive policy.
 */
export class QueuePoller {
  lastResult = 'No records processed';
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private readonly url: string;

  constructor(
    private readonly cloud: Cloud,
    private readonly mapping: Mapping,
  ) {
    const { accountId, name } = parseQueueArn(mapping.sourceArn) ?? { accountId: '', name: '' };
    this.url = `http://localhost/${accountId}/${name}`;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let troubles = 0; !signal.aborted; ) {
      try {
        const messages = await this.batch();
        if (messages.length > 0) await this.process(messages);
        troubles = 0;
      } catch (error) {
        this.lastResult = `PROBLEM: ${(error as Error).message}`;
        if (!(error instanceof AwsError)) this.cloud.options.log(`Event source mapping ${this.mapping.uuid}: ${error}`);
        await pause(Math.min(++troubles, 8), signal);
      }
    }
  }

  private async batch(): Promise<Message[]> {
    const { BatchSize, MaximumBatchingWindowInSeconds } = this.mapping.settings;
    const messages: Message[] = [];
    const deadline = performance.now() + MaximumBatchingWindowInSeconds * 1000;
    do {
      const { Messages } = await this.cloud.call(
        receiveMessage,
        {
          QueueUrl: this.url,
          MaxNumberOfMessages: Math.min(RECEIVED, BatchSize - messages.length),
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        },
        this.role(),
      );
      messages.push(...(Messages ?? []));
    } while (
      messages.length > 0 &&
      messages.length < BatchSize &&
      performance.now() < deadline &&
      !this.stopping.signal.aborted
    );
    return messages;
  }

  private async process(messages: readonly Message[]): Promise<void> {
    const matches = filterOf(this.mapping.settings.FilterCriteria);
    const wanted = messages.filter((message) => matches(() => filtered(this.toRecord(message))));
    const failed = wanted.length === 0 ? new Set<string>() : await this.invoke(wanted);
    for (const { MessageId = '', ReceiptHandle = '' } of messages)
      if (!failed.has(MessageId))
        await this.cloud.call(deleteMessage, { QueueUrl: this.url, ReceiptHandle }, this.role());
  }

  /** @returns ids of the failed messages */
  private async invoke(messages: readonly Message[]): Promise<Set<string>> {
    const { function: reference, settings } = this.mapping;
    const version = this.cloud.state(LambdaState).version(reference);
    const payload = Buffer.from(JSON.stringify({ Records: messages.map((message) => this.toRecord(message)) }));
    const invokedArn = functionArn(reference, reference.qualifier);
    const { outcome } = await this.cloud.state(FunctionRuntime).invoke(version, { payload, invokedArn });
    const all = new Set(messages.map(({ MessageId = '' }) => MessageId));
    this.lastResult = outcome.ok ? 'OK' : 'PROBLEM: Function call failed';
    if (!outcome.ok) return all;
    if (settings.FunctionResponseTypes?.includes('ReportBatchItemFailures') !== true) return new Set();
    const answer = JSON.parse(outcome.payload.toString('utf8')) as { batchItemFailures?: unknown } | null;
    const failures = answer?.batchItemFailures ?? [];
    if (!Array.isArray(failures)) return all;
    const ids = failures.map((one) => String((one as { itemIdentifier?: unknown } | null)?.itemIdentifier));
    return ids.every((id) => all.has(id)) ? new Set(ids) : all;
  }

  private toRecord(message: Message) {
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body ?? '',
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          {
            dataType: DataType,
            ...(StringValue !== undefined && { stringValue: StringValue }),
            ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
          },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.mapping.sourceArn,
      awsRegion: this.mapping.region,
    };
  }

  private role(): Caller {
    return roleOf(this.cloud, this.cloud.state(LambdaState).version(this.mapping.function));
  }
}

/** Parses a body for filters: patterns match members of JSON, or plain text. */
function filtered(record: { readonly body: string }): unknown {
  try {
    return { ...record, body: JSON.parse(record.body) as unknown };
  } catch {
    return record;
  }
}
