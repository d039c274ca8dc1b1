import { Contract } from '../../core/contract';
import type { StsState } from './state';

/** STS's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-sts'), StsState>('sts', {
  reservedTagCode: 'InvalidParameterValue',
  state: () => (require('./state') as typeof import('./state')).StsState,
  violationCode: 'ValidationError',
  limits: {
    arn: { min: 20, max: 2048 },
    DurationSeconds: { min: 900, max: 129_600 },
    'AssumeRoleRequest.DurationSeconds': { min: 900, max: 43_200 },
    ExternalId: { min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' },
    Key: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
    Name: { min: 2, max: 32, pattern: '[\\w+=,.@-]*' },
    'GetFederationTokenRequest.Policy': { min: 1, max: 2048 },
    Policy: { min: 1, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
    RoleArn: { min: 20, max: 2048 },
    RoleSessionName: { min: 2, max: 64, pattern: '[\\w+=,.@-]*' },
    SerialNumber: { min: 9, max: 256 },
    SourceIdentity: { min: 2, max: 64, pattern: '[\\w+=,.@-]*' },
    Tags: { max: 50 },
    TransitiveTagKeys: { max: 50, of: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' } },
    TokenCode: { min: 6, max: 6 },
    Value: { max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
    'AssumeRoleWithWebIdentityRequest.DurationSeconds': { min: 900, max: 43_200 },
    'AssumeRoleWithWebIdentityRequest.Policy': { min: 1, max: 2048 },
    WebIdentityToken: { min: 4, max: 20_000 },
  },
  ignores: {
    MinimumSessionTokenSize: 'session tokens here have one size',
    SerialNumber: 'codes of MFA devices are not checked',
    TokenCode: 'codes of MFA devices are not checked',
  },
  refuses: 'ProvidedContexts ProviderId',
  keeps: 'PolicyDescriptorType Tag',
});

export const { operation } = contract;
