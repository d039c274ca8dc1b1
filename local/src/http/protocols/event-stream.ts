import { Readable } from 'node:stream';
import type { EventStreamCodec } from '@smithy/eventstream-codec';
import { AwsError } from '../../core/errors';
import type { HttpResponse } from '../../core/http';
import { JsonOutput } from '../../core/json-text';

/** An operation's continuing output: each event is a structure with one member, named after its type. */
export type EventStream = AsyncIterable<Readonly<Record<string, unknown>>>;

/** Encoding of an event's payload. */
export interface EventPayload {
  readonly contentType: string;
  readonly encode: (value: unknown) => Uint8Array;
}

let codec: EventStreamCodec | undefined;

/** Lazy import: the SDK's core comes with it, a tenth of a start's code. */
function codecOf(): EventStreamCodec {
  const sdk = require('@smithy/eventstream-codec') as typeof import('@smithy/eventstream-codec');
  codec ??= new sdk.EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
  return codec;
}

/** The output's event stream member, if any. */
export function eventStreamOf(output: unknown): EventStream | undefined {
  if (typeof output !== 'object' || output === null || output instanceof JsonOutput) return undefined;
  for (const member of Object.values(output)) {
    if (typeof member === 'object' && member !== null && Symbol.asyncIterator in member) return member as EventStream;
  }
  return undefined;
}

/**
 * Renders AWS's event stream encoding: an initial response, then a message per event, or for the error that ends it.
 */
export function renderEventStream(events: EventStream, payload: EventPayload, requestId: string): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': requestId },
    body: Readable.from(messages(events, payload), { objectMode: false }),
  };
}

async function* messages(events: EventStream, payload: EventPayload): AsyncGenerator<Buffer> {
  yield message('event', 'initial-response', {}, payload);
  try {
    for await (const event of events) {
      for (const [type, value] of Object.entries(event)) yield message('event', type, value, payload);
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    yield message('exception', error.code, { message: error.message }, payload);
  }
}

function message(kind: 'event' | 'exception', type: string, value: unknown, payload: EventPayload): Buffer {
  const header = (text: string) => ({ type: 'string' as const, value: text });
  const encoded = codecOf().encode({
    headers: {
      ':message-type': header(kind),
      [kind === 'event' ? ':event-type' : ':exception-type']: header(type),
      ':content-type': header(payload.contentType),
    },
    body: payload.encode(value),
  });
  return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}
