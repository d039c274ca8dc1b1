import type { Service } from '../../core/service';
import { getCallerIdentity } from './operations/get-caller-identity';

export const sts: Service = {
  name: 'sts',
  signingName: 'sts',
  query: { version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  operations: [getCallerIdentity],
};
