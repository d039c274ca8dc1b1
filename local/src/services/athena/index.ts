import type { Service } from '../../core/service';

export const athena: Service = {
  name: 'athena',
  signingName: 'athena',
  target: 'AmazonAthena',
  operations: [],
};
