import type { Service } from '../../core/service';

export const firehose: Service = {
  name: 'firehose',
  signingName: 'firehose',
  target: 'Firehose_20150804',
  operations: [],
};
