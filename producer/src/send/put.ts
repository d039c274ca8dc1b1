import { type KinesisClient, PutRecordsCommand, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { Entry } from './entry';

/** Sends one PutRecords request, and answers with each record's result, in order. Throws what the SDK throws. */
export type Put = (entries: readonly Entry[], signal: AbortSignal) => Promise<readonly PutRecordsResultEntry[]>;

/** Puts to a stream of Kinesis. */
export function createPut(client: KinesisClient, streamName: string): Put {
  return async (entries, abortSignal) => {
    const Records = entries.map(({ data, key }) => ({ Data: data, PartitionKey: key }));
    const answer = await client.send(new PutRecordsCommand({ StreamName: streamName, Records }), { abortSignal });
    return answer.Records ?? [];
  };
}

/** Puts nowhere: a dry run, where each record counts as delivered. */
export const dryPut: Put = async (entries) => entries.map(() => ({ ShardId: 'dry-run', SequenceNumber: '0' }));
