import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type EventSourceMappingConfiguration, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { Aws } from '../aws.js';
import { type Part, part } from '../problem.js';
import type { Lakehouse } from '../settings.js';
import { RECENT_SECONDS } from './live.js';

/** A function that reads the stream, with its state and metrics. */
export interface ConsumerView {
  readonly functionName: string;
  /** The mapping's state, such as `Enabled`; `NO MAPPING` if none reads this stream. */
  readonly state: string;
  /** LastProcessingResult of the mapping, such as `OK`. */
  readonly lastResult: string;
  readonly batchSize: number;
  /** Length of its tumbling windows in seconds; 0 for none. */
  readonly windowSeconds: number;
  /** Metrics of the last minutes. */
  readonly metrics: Part<ConsumerMetrics>;
  readonly deadLetters: Part<{ readonly queueUrl: string; readonly count: number } | undefined>;
}

export interface ConsumerMetrics {
  readonly invocations: number;
  readonly errors: number;
  /** Last distance from the stream's end, in milliseconds; undefined if it read nothing. */
  readonly lagMs: number | undefined;
  readonly averageMs: number | undefined;
}

const METRICS = [
  ['Invocations', 'Sum'],
  ['Errors', 'Sum'],
  ['IteratorAge', 'Maximum'],
  ['Duration', 'Average'],
] as const;

/** Reads the state of every consumer of the stack. */
export function readConsumers(aws: Aws, lakehouse: Lakehouse): Promise<ConsumerView[]> {
  return Promise.all(lakehouse.consumers.map((name) => readConsumer(aws, lakehouse, name)));
}

async function readConsumer(aws: Aws, lakehouse: Lakehouse, functionName: string): Promise<ConsumerView> {
  const mapping = await mappingOf(aws, lakehouse, functionName);
  const [metrics, deadLetters] = await Promise.all([
    part(readMetrics(aws, functionName)),
    part(countDeadLetters(aws, mapping)),
  ]);
  return {
    functionName,
    state: mapping?.State ?? 'NO MAPPING',
    lastResult: mapping?.LastProcessingResult ?? '',
    batchSize: mapping?.BatchSize ?? 0,
    windowSeconds: mapping?.TumblingWindowInSeconds ?? 0,
    metrics,
    deadLetters,
  };
}

/** The event source mapping by which a function reads the stack's stream. */
export async function mappingOf(
  { lambda }: Aws,
  { streamName }: Lakehouse,
  functionName: string,
): Promise<EventSourceMappingConfiguration | undefined> {
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: functionName }),
  );
  return EventSourceMappings.find(({ EventSourceArn = '' }) => EventSourceArn.endsWith(`:stream/${streamName}`));
}

/** The queue of a mapping's on-failure destination; undefined without one. */
export async function deadLetterQueueOf(
  { sqs }: Aws,
  mapping: EventSourceMappingConfiguration | undefined,
): Promise<string | undefined> {
  const arn = mapping?.DestinationConfig?.OnFailure?.Destination;
  if (arn === undefined || arn.split(':')[2] !== 'sqs') return undefined;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: arn.split(':').pop() }));
  return QueueUrl;
}

async function countDeadLetters(aws: Aws, mapping: EventSourceMappingConfiguration | undefined) {
  const queueUrl = await deadLetterQueueOf(aws, mapping);
  if (queueUrl === undefined) return undefined;
  const { Attributes = {} } = await aws.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  // Letters in flight (received, not deleted) are still in the queue.
  const { ApproximateNumberOfMessages: visible = '0', ApproximateNumberOfMessagesNotVisible: read = '0' } = Attributes;
  return { queueUrl, count: Number(visible) + Number(read) };
}

async function readMetrics({ cloudwatch }: Aws, functionName: string): Promise<ConsumerMetrics> {
  const now = Date.now();
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - RECENT_SECONDS * 1000),
      EndTime: new Date(now + 60_000),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: METRICS.map(
        ([MetricName, Stat]): MetricDataQuery => ({
          Id: MetricName.toLowerCase(),
          MetricStat: {
            Stat,
            Period: 60,
            Metric: {
              Namespace: 'AWS/Lambda',
              MetricName,
              Dimensions: [{ Name: 'FunctionName', Value: functionName }],
            },
          },
        }),
      ),
    }),
  );
  const valuesOf = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
  const sum = (id: string) => valuesOf(id).reduce((total, value) => total + value, 0);
  return {
    invocations: sum('invocations'),
    errors: sum('errors'),
    lagMs: valuesOf('iteratorage')[0],
    averageMs: valuesOf('duration')[0],
  };
}
