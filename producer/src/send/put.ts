import { type KinesisClient, PutRecordsCommand, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { BodyWriter } from './body';
import type { Entry } from './entry';
import type { StreamId } from './stream-id';
import { shortenWire, UnknownWireFormat } from './wire';

/** Sends one PutRecords request, and returns each record's result, in order. @throws the SDK's errors */
export type Put = (entries: readonly Entry[], signal: AbortSignal) => Promise<readonly PutRecordsResultEntry[]>;

/**
 * Creates the function that puts to a Kinesis stream: by the short wire format, or by the SDK's if the client's is
 * unknown.
 */
export function createPut(client: KinesisClient, stream: StreamId): Put {
  const plain: Put = async (entries, abortSignal) => {
    const Records = entries.map(({ bytes, start, end, key }) => ({
      Data: bytes.subarray(start, end),
      PartitionKey: key,
    }));
    const answer = await client.send(new PutRecordsCommand({ ...stream, Records }), { abortSignal });
    return answer.Records ?? [];
  };
  const bodies = new BodyWriter(stream);
  let short = true;
  return async (entries, abortSignal) => {
    if (!short) return plain(entries, abortSignal);
    const command = new PutRecordsCommand({ ...stream, Records: [] });
    const body = bodies.write(entries);
    const records = shortenWire(command, body);
    try {
      await client.send(command, { abortSignal });
      bodies.release(body);
      return records();
    } catch (error) {
      if (!(error instanceof UnknownWireFormat)) throw error;
      short = false;
      return plain(entries, abortSignal);
    }
  };
}

/**
 * Puts of a dry run: each record counts as delivered. Waits for a turn of the event loop, as a socket does: promises
 * alone would keep signals and timers from being served.
 */
export const dryPut: Put = async (entries) => {
  await new Promise((resolve) => setImmediate(resolve));
  return entries.map(() => ({ ShardId: 'dry-run', SequenceNumber: '0' }));
};
