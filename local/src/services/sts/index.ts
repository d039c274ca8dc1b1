import type { Service } from '../../core/service';
import { contract } from './contract';
import { assumeRole } from './operations/assume-role';
import { getCallerIdentity } from './operations/get-caller-identity';
import { getSessionToken } from './operations/get-session-token';
import { StsState } from './state';

export const sts: Service = {
  name: 'sts',
  signingName: 'sts',
  contract,
  operations: [getCallerIdentity, assumeRole, getSessionToken],
  resolveCaller: (cloud, credential) => cloud.state(StsState).callerOf(credential),
};
