import { gzipSync } from 'node:zlib';

/** An event in an envelope. */
export interface SubscribedEvent {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** Owner, group, stream and filters of an envelope's events. */
export interface EnvelopeSource {
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly filterName: string;
}

/** Most bytes of an envelope: fits into any record of Kinesis or Firehose. */
const MAX_BYTES = 1_000_000;

/**
 * Packs events into the compressed envelopes of subscriptions ("Real-time processing of log data with subscriptions"),
 * as many as needed for each to fit into a record.
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

/** The test message that a destination gets when a filter is put. */
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
