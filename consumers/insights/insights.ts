import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { KinesisStreamTumblingWindowEvent } from 'aws-lambda';
import { documentsOf, fieldOf } from '../records';
import type { CounterTable } from './counter-table';
import { Counts, type CountsState } from './counts';

/** Field to count by, and destinations of the counts. */
export interface InsightsOptions {
  readonly cloudwatch: Pick<CloudWatchClient, 'send'>;
  /** The metrics' namespace. */
  readonly namespace: string;
  /** Field whose values are counted. */
  readonly field: string;
  /** Table of the counts. @default none */
  readonly counters?: Pick<CounterTable, 'add'>;
}

/** AWS's event has two members that the types lack: the stream's ARN, also without records, and the shard. */
type WindowEvent = KinesisStreamTumblingWindowEvent & { readonly eventSourceARN?: string; readonly shardId?: string };

/**
 * State that a window's invocations pass on ("Using Lambda to process records from Amazon Kinesis Data Streams":
 * tumbling windows).
 */
export interface State {
  readonly counts?: CountsState;
}

/** The handler's response to Lambda. */
export interface Answer {
  readonly state: State;
  readonly batchItemFailures: [];
}

/** Value for documents without the field, and for text that isn't JSON. */
const NONE = '(none)';
const UNREADABLE = '(unreadable)';

/**
 * Creates a handler that counts documents by a field's value. In a tumbling window the counts accumulate from batch to
 * batch, and the window's last invocation puts them as metrics at the window's start, one set per shard; their Sum is
 * the stream's count. Without a window each batch puts its own. Delivery is at least once, so a count can be too high
 * after a failure.
 */
export function insightsHandler({ cloudwatch, namespace, field, counters }: InsightsOptions) {
  return async (event: WindowEvent): Promise<Answer> => {
    const { state } = event as { state?: State };
    const counts = new Counts(state?.counts);
    for (const record of event.Records)
      for (const document of documentsOf(record)) counts.add(countedValue(document, field));
    const { window, isFinalInvokeForWindow, isWindowTerminatedEarly } = event;
    const ends = window === undefined || isFinalInvokeForWindow || isWindowTerminatedEarly;
    if (!ends) return { state: { counts: counts.state }, batchItemFailures: [] };
    if (counts.total > 0) {
      const at = window === undefined ? new Date() : new Date(window.start);
      // The table first, which ignores repetitions: metrics that are put again count again.
      if (window !== undefined)
        await counters?.add(field, counts.state, { shardId: event.shardId ?? '', start: window.start });
      const streamArn = event.eventSourceARN ?? event.Records[0]?.eventSourceARN ?? '';
      await cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: namespace,
          MetricData: metrics(counts, at, field, streamArn.split('/').pop() ?? ''),
        }),
      );
      console.log(`Counted ${counts.total} documents by ${field}: ${JSON.stringify(counts.state)}`);
    }
    return { state: {}, batchItemFailures: [] };
  };
}

function countedValue(document: unknown, field: string): string {
  if (typeof document !== 'object' || document === null) return UNREADABLE;
  const value = fieldOf(document, field);
  return value === undefined || value === null ? NONE : dimensionValue(String(value));
}

/** A dimension's value is 1 to 1,024 printable ASCII characters that don't begin with a colon ("Dimension"). */
function dimensionValue(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?').slice(0, 256);
  return plain.trim() === '' ? NONE : plain.replace(/^:/, '?');
}

/** The count of all documents by stream, and of each value. */
function metrics(counts: Counts, at: Date, field: string, streamName: string): MetricDatum[] {
  const stream = { Name: 'StreamName', Value: streamName };
  const common = { MetricName: 'Records', Unit: 'Count', Timestamp: at } as const;
  return [
    { ...common, Dimensions: [stream], Value: counts.total },
    ...counts.state.map(([value, count]) => ({
      ...common,
      Dimensions: [stream, { Name: field, Value: value }],
      Value: count,
    })),
  ];
}
