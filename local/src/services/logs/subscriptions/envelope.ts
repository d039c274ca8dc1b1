import { gzipSync } from 'node:zlib';

/** An event as subscribers get it. */
export interface SubscribedEvent {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** Whose events they are, and by which filter they come. */
export interface EnvelopeSource {
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly filterName: string;
}

/** What a record of Kinesis or Firehose takes for sure. */
const MAX_BYTES = 1_000_000;

/**
 * Events in the compressed envelopes that subscribers get ("Real-time processing of log data with subscriptions"): one, or as
 * many as it takes for each to fit into a record.
 */
export function envelopesOf(source: EnvelopeSource, events: readonly SubscribedEvent[]): Buffer[] {
  const packed = gzipSync(
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: source.owner,
      logGroup: source.logGroup,
      logStream: source.logStream,
      subscriptionFilters: [source.filterName],
      logEvents: events,
    }),
  );
  if (packed.length <= MAX_BYTES || events.length === 1) return [packed];
  const middle = events.length >>> 1;
  return [...envelopesOf(source, events.slice(0, middle)), ...envelopesOf(source, events.slice(middle))];
}

/** What a destination gets when a filter is put: whether it takes it shows that it can be reached. */
export function controlEnvelope(destination: string, now: number): Buffer {
  const message = `CWL CONTROL MESSAGE: Checking health of destination ${destination}.`;
  return gzipSync(
    JSON.stringify({
      messageType: 'CONTROL_MESSAGE',
      owner: 'CloudwatchLogs',
      logGroup: '',
      logStream: '',
      subscriptionFilters: [],
      logEvents: [{ id: '', timestamp: now, message }],
    }),
  );
}
