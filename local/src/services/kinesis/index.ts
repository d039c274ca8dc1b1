import type { Service } from '../../core/service';

export const kinesis: Service = {
  name: 'kinesis',
  signingName: 'kinesis',
  target: 'Kinesis_20131202',
  operations: [],
};
