import type { Service } from '../../core/service';

export const cloudwatch: Service = {
  name: 'cloudwatch',
  signingName: 'monitoring',
  iamPrefix: 'cloudwatch',
  target: 'GraniteServiceVersion20100801',
  query: { version: '2010-08-01', namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
  operations: [],
};
