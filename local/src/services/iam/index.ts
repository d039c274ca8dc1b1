import type { Service } from '../../core/service';

export const iam: Service = {
  name: 'iam',
  signingName: 'iam',
  query: { version: '2010-05-08', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  operations: [],
};
