import type { Service } from '../../core/service';

export const s3: Service = {
  name: 's3',
  signingName: 's3',
  operations: [],
};
