import { setTimeout as sleep } from 'node:timers/promises';
import { GetMetricDataCommand, ListMetricsCommand, type Metric } from '@aws-sdk/client-cloudwatch';
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { QueryRows } from '../query/athena';
import { formatRows } from '../query/format';
import { counted } from '../shared/counted';
import { ToolError } from '../shared/errors';
import type { DemoClients } from './clients';
import type { Watch } from './watch';

/** The queue that receives alerts: a subscriber of the alarm topic, as an on-call tool would be. */
export interface AlertInbox {
  readonly queueUrl: string;
  /** Deletes the subscription and the queue. */
  readonly remove: () => Promise<void>;
}

/** The fields of a published alert that the demo reads. */
interface Alert {
  readonly keyWords: string[];
  readonly total: number;
  readonly records: { readonly fields: { readonly uuid?: string; readonly status?: string } }[];
}

/** Subscribes a queue to the topic, filtered to alerts: alarms notify the topic too. */
export async function openInbox({ sqs, sns }: DemoClients, topicArn: string): Promise<AlertInbox> {
  const { QueueUrl: queueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'demo-alert-inbox' }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes?.QueueArn;
  if (queueUrl === undefined || arn === undefined) throw new ToolError('SQS made no queue for the alerts.');
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { Policy } }));
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: arn,
      Attributes: { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ keyWords: [{ exists: true }] }) },
      ReturnSubscriptionArn: true,
    }),
  );
  const remove = async () => {
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  };
  return { queueUrl, remove };
}

/**
 * Waits until the alerts name exactly the records that SQL finds with a key word, and shows the first.
 * @param expected uuids that SQL finds
 */
export async function showAlerts(
  { clients, signal, timeoutMs, say }: Watch,
  { queueUrl: QueueUrl }: AlertInbox,
  expected: ReadonlySet<string>,
): Promise<void> {
  const told = new Set<string>();
  let first: Alert | undefined;
  const deadline = Date.now() + timeoutMs;
  while (told.size < expected.size && Date.now() < deadline) {
    signal.throwIfAborted();
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }),
    );
    for (const { Body, ReceiptHandle } of Messages) {
      const alert = JSON.parse(Body ?? '{}') as Alert;
      first ??= alert;
      for (const { fields } of alert.records) told.add(fields.uuid ?? '');
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  const differ = [...told].some((uuid) => !expected.has(uuid)) || told.size !== expected.size;
  if (differ)
    throw new ToolError(
      `after ${timeoutMs / 1000} s the alerts name ${told.size} records, and SQL finds ${expected.size} with a key word`,
    );
  if (first !== undefined) say(`An alert, as it came into a queue that subscribes to the topic:\n${shown(first)}`);
  say(`The alerts name ${counted(told.size, 'record')}, the same that SQL finds with a key word.`);
}

/** Waits until the metrics equal SQL's counts, and shows them. @param counts value and count, as SQL gives them */
export async function showCounts(watch: Watch, namespace: string, field: string, counts: QueryRows) {
  const expected = JSON.stringify(counts.rows);
  const deadline = Date.now() + watch.timeoutMs;
  let found: (readonly [string, string])[] = [];
  while (JSON.stringify(found) !== expected && Date.now() < deadline) {
    watch.signal.throwIfAborted();
    await sleep(500);
    found = await countsOf(watch.clients, namespace, field);
  }
  watch.say(`Records by ${field}, as counted in CloudWatch (${namespace}):`);
  watch.say(formatRows({ ...counts, rows: found }, 'table').trimEnd());
  if (JSON.stringify(found) !== expected)
    throw new ToolError(
      `after ${watch.timeoutMs / 1000} s CloudWatch counts ${JSON.stringify(found)}, and SQL ${expected}`,
    );
  watch.say('SQL counts the same.');
}

/** The sum of each value's metric over the last hour, in the order of the values. */
async function countsOf({ cloudwatch }: DemoClients, Namespace: string, field: string) {
  const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace, MetricName: 'Records' }));
  const countedValue = ({ Dimensions = [] }: Metric) => Dimensions.find(({ Name }) => Name === field)?.Value;
  const counted = Metrics.filter((metric) => countedValue(metric) !== undefined);
  if (counted.length === 0) return [];
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      MetricDataQueries: counted.map((metric, index) => ({
        Id: `m${index}`,
        MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' },
      })),
    }),
  );
  return MetricDataResults.map(({ Id = '', Values = [] }): [string, string] => {
    const value = countedValue(counted[Number(Id.slice(1))] ?? {}) ?? '';
    return [value, String(Values.reduce((sum, count) => sum + count, 0))];
  }).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** An alert as JSON, with the first of its records. */
function shown(alert: Alert): string {
  return JSON.stringify({ ...alert, records: alert.records.slice(0, 1) }, undefined, 2).replace(/^/gm, '  ');
}
