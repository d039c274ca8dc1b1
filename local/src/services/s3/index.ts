import type { Service } from '../../core/service';
import { bucketIn } from './arn';
import { contract } from './contract';
import { Notifier } from './notifications/notifier';
import { operations, rest } from './rest';
import { S3State } from './state';

export const s3: Service = {
  name: 's3',
  signingName: 's3',
  contract,
  operations,
  rest,
  start: async (cloud) => {
    const state = cloud.state(S3State);
    await state.recover();
    cloud.state(Notifier).start();
  },
  resourcePolicy: (cloud, { resource }) => {
    const bucket = bucketIn(resource);
    const document = bucket === undefined ? undefined : cloud.state(S3State).buckets.get(bucket)?.documents.policy;
    return document === undefined ? undefined : { documents: [document] };
  },
};
