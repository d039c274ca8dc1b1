import type { Service } from '../../core/service';

export const kms: Service = {
  name: 'kms',
  signingName: 'kms',
  target: 'TrentService',
  operations: [],
};
