import type { Context } from '../../../core/operation';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidArgument, streamNotActive } from '../errors';
import { publish } from '../metrics';
import { type DeliveryStream, FirehoseState } from '../state';

export const putRecord = operation('PutRecord', {
  handle: async ({ DeliveryStreamName, Record }, context) => {
    const stream = directPutStream(DeliveryStreamName, context);
    const [id] = await put(stream, [Record.Data as Buffer], context);
    return { RecordId: id, Encrypted: stream.encryption !== undefined };
  },
});

export const putRecordBatch = operation('PutRecordBatch', {
  handle: async ({ DeliveryStreamName, Records }, context) => {
    const stream = directPutStream(DeliveryStreamName, context);
    const data = Records.map(({ Data }) => Data as Buffer);
    const bytes = data.reduce((sum, { length }) => sum + length, 0);
    if (bytes > is.MAX_BATCH_BYTES) throw invalidArgument('Records size exceeds 4 MB limit');
    const ids = await put(stream, data, context);
    return {
      FailedPutCount: 0,
      Encrypted: stream.encryption !== undefined,
      RequestResponses: ids.map((RecordId) => ({ RecordId })),
    };
  },
});

function directPutStream(name: string, { cloud, caller }: Context): DeliveryStream {
  const stream = cloud.state(FirehoseState).get(caller, name);
  if (stream.type !== 'DirectPut') {
    throw invalidArgument('This operation is not permitted on KinesisStreamAsSource delivery stream type.');
  }
  if (stream.status !== 'ACTIVE') throw streamNotActive(name, caller.accountId, stream.status);
  return stream;
}

async function put(stream: DeliveryStream, data: readonly Buffer[], { cloud }: Context): Promise<string[]> {
  const ids = await cloud.state(FirehoseState).records.put(stream.id, data);
  publish(cloud, stream, {
    IncomingRecords: [data.length, 'Count'],
    IncomingBytes: [data.reduce((sum, { length }) => sum + length, 0), 'Bytes'],
    IncomingPutRequests: [1, 'Count'],
  });
  cloud.state(FirehoseState).dataPlane.put(stream);
  return ids;
}
