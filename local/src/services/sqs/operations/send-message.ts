import { createHash } from 'node:crypto';
import type { MessageAttributeValue, SendMessageBatchRequestEntry, SendMessageRequest } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../../core/cloud';
import type { Caller, Strict } from '../../../core/operation';
import { inBatch } from '../arn';
import { operation } from '../contract';
import { batchTooLong, invalidMessageContents, invalidParameter, missingParameter } from '../errors';
import { publish, publishGauges } from '../metrics';
import { md5, md5OfAttributes, type NewMessage, type Queue, type Sent, sequenceNumberOf } from '../queue';
import { numberOf } from '../queue-attributes';
import { checkEntries, forEachEntry } from './batch';

type Message = Strict<Omit<SendMessageRequest, 'QueueUrl'> | Omit<SendMessageBatchRequestEntry, 'Id'>>;

/** Most bytes of a message or a batch (SQS's page "Amazon SQS message quotas"). */
const MAX_BATCH_BYTES = 1_048_576;
const MAX_ATTRIBUTES = 10;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what SQS refuses.
const REFUSED_CHARACTERS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
const DEDUPLICATION_ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

export const sendMessage = operation('SendMessage', {
  handle: async ({ QueueUrl, ...message }, { state, cloud, caller }) => {
    const queue = state.byUrl(caller, QueueUrl);
    const [sent] = await sendAll(cloud, queue, [newMessage(queue, message, caller)]);
    return answerOf(queue, message, sent as Sent);
  },
});

export const sendMessageBatch = operation('SendMessageBatch', {
  permissions: inBatch('SendMessage'),
  handle: async ({ QueueUrl, Entries }, { state, cloud, caller }) => {
    const queue = state.byUrl(caller, QueueUrl);
    checkEntries(Entries);
    const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > MAX_BATCH_BYTES) throw batchTooLong(bytes);
    return forEachEntry(Entries, async (entry) => {
      const [sent] = await sendAll(cloud, queue, [newMessage(queue, entry, caller)]);
      return answerOf(queue, entry, sent as Sent) as ReturnType<typeof answerOf> & { MessageId: string };
    });
  },
});

/** Sends checked messages, and publishes their metrics. */
export async function sendAll(cloud: Cloud, queue: Queue, messages: readonly NewMessage[]): Promise<Sent[]> {
  const sent = await queue.send(messages);
  for (const { body } of messages)
    publish(cloud, queue, {
      NumberOfMessagesSent: [1, 'Count'],
      SentMessageSize: [Buffer.byteLength(body), 'Bytes'],
    });
  publishGauges(cloud, queue);
  return sent;
}

function answerOf(queue: Queue, message: Message, { id, number }: Sent) {
  return {
    MessageId: id,
    MD5OfMessageBody: md5(message.MessageBody),
    MD5OfMessageAttributes: md5OfAttributes(message.MessageAttributes ?? {}),
    MD5OfMessageSystemAttributes: md5OfAttributes(message.MessageSystemAttributes ?? {}),
    ...(queue.isFifo && { SequenceNumber: sequenceNumberOf(number) }),
  };
}

function newMessage(queue: Queue, message: Message, caller: Caller): NewMessage {
  const { MessageBody: body, MessageAttributes: attributes = {}, MessageSystemAttributes = {} } = message;
  if (body === '') throw missingParameter('The request must contain the parameter MessageBody.');
  if (REFUSED_CHARACTERS.test(body)) throw invalidMessageContents();
  const most = numberOf(queue.info.attributes, 'MaximumMessageSize');
  if (sizeOf(message) > most)
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  checkMessageAttributes(attributes);
  for (const name of Object.keys(MessageSystemAttributes))
    if (name !== 'AWSTraceHeader') throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
  return {
    body,
    attributes,
    systemAttributes: MessageSystemAttributes,
    senderId: caller.roleArn === undefined ? caller.accountId : (caller.principalArn.split('/').pop() as string),
    delaySeconds: message.DelaySeconds,
    ...(queue.isFifo ? fifoMembers(queue, message) : standardMembers(message)),
  };
}

// A standard queue uses message groups only for fair sharing, not for ordering.
function standardMembers({ MessageDeduplicationId }: Message) {
  if (MessageDeduplicationId !== undefined)
    throw invalidParameter(
      `Value ${MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.`,
    );
  return {};
}

function fifoMembers(queue: Queue, message: Message) {
  const { MessageGroupId: groupId, MessageBody: body, DelaySeconds } = message;
  if (groupId === undefined) throw missingParameter('The request must contain the parameter MessageGroupId.');
  if (!DEDUPLICATION_ID.test(groupId))
    throw invalidParameter(`Value ${groupId} for parameter MessageGroupId is invalid.`);
  if (DelaySeconds !== undefined && DelaySeconds > 0)
    throw invalidParameter(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  const byContent = queue.info.attributes.ContentBasedDeduplication === 'true';
  const deduplicationId =
    message.MessageDeduplicationId ?? (byContent ? createHash('sha256').update(body).digest('hex') : undefined);
  if (deduplicationId === undefined)
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  if (!DEDUPLICATION_ID.test(deduplicationId))
    throw invalidParameter(`Value ${deduplicationId} for parameter MessageDeduplicationId is invalid.`);
  return { groupId, deduplicationId };
}

/** Checks message attributes (SQS's page "Amazon SQS message metadata"). */
function checkMessageAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): void {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES)
    throw invalidParameter(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType = '', StringValue, BinaryValue }] of entries) {
    const wellNamed = /^[\w.-]{1,256}$/.test(name) && !/^(aws|amazon)\./i.test(name) && !/^\.|\.$|\.\./.test(name);
    if (!wellNamed) throw invalidParameter(`The message attribute name '${name}' is invalid.`);
    if (!/^(String|Number|Binary)(\..{1,256})?$/.test(DataType))
      throw invalidParameter(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (value === undefined || value.length === 0)
      throw invalidParameter(
        `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    if (DataType.startsWith('Number') && !Number.isFinite(Number(StringValue)))
      throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

function sizeOf({ MessageBody, MessageAttributes = {} }: Message): number {
  let bytes = Buffer.byteLength(MessageBody);
  for (const [name, { DataType = '', StringValue = '', BinaryValue }] of Object.entries(MessageAttributes))
    bytes += Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0);
  return bytes;
}
