import type { Service } from '../../core/service';
import { contract } from './contract';
import { createDeliveryStream } from './operations/create-delivery-stream';
import { deleteDeliveryStream } from './operations/delete-delivery-stream';
import { describeDeliveryStream } from './operations/describe-delivery-stream';
import { startDeliveryStreamEncryption, stopDeliveryStreamEncryption } from './operations/encryption';
import { listDeliveryStreams } from './operations/list-delivery-streams';
import { putRecord, putRecordBatch } from './operations/put-records';
import { listTagsForDeliveryStream, tagDeliveryStream, untagDeliveryStream } from './operations/tags';
import { updateDestination } from './operations/update-destination';

export const firehose: Service = {
  name: 'firehose',
  signingName: 'firehose',
  contract,
  operations: [
    createDeliveryStream,
    describeDeliveryStream,
    listDeliveryStreams,
    deleteDeliveryStream,
    updateDestination,
    listTagsForDeliveryStream,
    tagDeliveryStream,
    untagDeliveryStream,
    startDeliveryStreamEncryption,
    stopDeliveryStreamEncryption,
    putRecord,
    putRecordBatch,
  ],
};
