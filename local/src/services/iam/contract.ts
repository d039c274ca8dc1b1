import { Contract } from '../../core/contract';
import type { IamState } from './state';

/** IAM's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-iam'), IamState>('iam', {
  reservedTagCode: 'InvalidInput',
  state: () => (require('./state') as typeof import('./state')).IamState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  violationCode: 'ValidationError',
  limits: {
    AssumeRolePolicyDocument: { min: 1, max: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
    Description: { max: 1000, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*' },
    EntityFilter: { values: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
    InstanceProfileName: { min: 1, max: 128, pattern: '[\\w+=,.@-]+' },
    Key: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
    Marker: { min: 1, max: 2048 },
    MaxItems: { min: 1, max: 1000 },
    MaxSessionDuration: { min: 3600, max: 43_200 },
    Path: { min: 1, max: 512, pattern: '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)' },
    PathPrefix: { min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' },
    PermissionsBoundary: { min: 20, max: 2048 },
    PolicyArn: { min: 20, max: 2048 },
    PolicyDocument: { min: 1, max: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
    PolicyName: { min: 1, max: 128, pattern: '[\\w+=,.@-]+' },
    PolicyUsageFilter: { values: ['PermissionsPolicy', 'PermissionsBoundary'] },
    RoleName: { min: 1, max: 64, pattern: '[\\w+=,.@-]+' },
    Scope: { values: ['All', 'AWS', 'Local'] },
    TagKeys: { max: 50, of: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' } },
    Tags: { max: 50 },
    UserName: { min: 1, max: 64, pattern: '[\\w+=,.@-]+' },
    Value: { max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
    VersionId: { pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' },
  },
});

export const { operation } = contract;
