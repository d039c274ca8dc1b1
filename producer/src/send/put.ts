import { type KinesisClient, PutRecordsCommand, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { BodyWriter } from './body';
import type { Entry } from './entry';
import type { StreamId } from './stream-id';
import { shortenWire, UnknownWireFormat } from './wire';

/** Sends one PutRecords request, and answers with each record's result, in order. Throws what the SDK throws. */
export type Put = (entries: readonly Entry[], signal: AbortSignal) => Promise<readonly PutRecordsResultEntry[]>;

/** Puts to a stream of Kinesis: the short way, or the SDK's own if its wire format is not the one expected. */
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

/** Puts nowhere: a dry run, where each record counts as delivered. It waits for a turn of the event loop, as a socket does:
 * promises alone would keep signals and timers from ever being served. */
export const dryPut: Put = async (entries) => {
  await new Promise((resolve) => setImmediate(resolve));
  return entries.map(() => ({ ShardId: 'dry-run', SequenceNumber: '0' }));
};
