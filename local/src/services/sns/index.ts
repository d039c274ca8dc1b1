import type { Service } from '../../core/service';

export const sns: Service = {
  name: 'sns',
  signingName: 'sns',
  query: { version: '2010-03-31', namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' },
  operations: [],
};
