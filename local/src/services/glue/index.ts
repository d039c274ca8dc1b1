import type { Service } from '../../core/service';

export const glue: Service = {
  name: 'glue',
  signingName: 'glue',
  target: 'AWSGlue',
  operations: [],
};
