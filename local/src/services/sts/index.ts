import type { Service } from '../../core/service';
import { assumeRole } from './operations/assume-role';
import { getCallerIdentity } from './operations/get-caller-identity';
import { getSessionToken } from './operations/get-session-token';

export const sts: Service = {
  name: 'sts',
  signingName: 'sts',
  query: { version: '2011-06-15', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  violationCode: 'ValidationError',
  operations: [getCallerIdentity, assumeRole, getSessionToken],
};
