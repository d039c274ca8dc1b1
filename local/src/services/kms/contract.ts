import { Contract } from '../../core/contract';
import type { KmsState } from './state';

/** KMS's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-kms'), KmsState>('kms', {
  reservedTagCode: 'TagException',
  state: () => (require('./state') as typeof import('./state')).KmsState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  limits: {
    AliasName: { min: 1, max: 256, pattern: '[a-zA-Z0-9:/_-]+' },
    CiphertextBlob: { min: 1, max: 6144 },
    CustomKeyStoreId: { min: 1, max: 64 },
    Description: { max: 8192 },
    DestinationEncryptionAlgorithm: {
      values: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'],
    },
    DestinationKeyId: { min: 1, max: 2048 },
    EncryptionAlgorithm: { values: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'] },
    GrantId: { min: 1, max: 128 },
    GrantToken: { min: 1, max: 8192 },
    GrantTokens: { max: 10, of: { min: 1, max: 8192 } },
    GranteePrincipal: { min: 1, max: 256, pattern: '[\\w+=,.@:/-]+' },
    'ListGrantsRequest.GranteePrincipal': {},
    KeyId: { min: 1, max: 2048 },
    KeySpec: { values: ['AES_256', 'AES_128'] },
    'CreateKeyRequest.KeySpec': {},
    KeyUsage: { values: ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] },
    Limit: { min: 1, max: 1000 },
    'ListGrantsRequest.Limit': { min: 1, max: 100 },
    'ListRetirableGrantsRequest.Limit': { min: 1, max: 100 },
    Marker: { min: 1, max: 1024, pattern: '[\\u0020-\\u00FF]*' },
    Name: { min: 1, max: 256, pattern: '[a-zA-Z0-9:/_-]+' },
    NumberOfBytes: { min: 1, max: 1024 },
    Operations: {
      of: {
        values: [
          'Decrypt',
          'Encrypt',
          'GenerateDataKey',
          'GenerateDataKeyWithoutPlaintext',
          'ReEncryptFrom',
          'ReEncryptTo',
          'CreateGrant',
          'RetireGrant',
          'DescribeKey',
        ],
      },
    },
    Origin: { values: ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] },
    PendingWindowInDays: { min: 1, max: 365 },
    Plaintext: { min: 1, max: 4096 },
    Policy: { min: 1, max: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
    PolicyName: { min: 1, max: 128, pattern: '\\w+' },
    RetiringPrincipal: { min: 1, max: 256, pattern: '[\\w+=,.@:/-]+', required: true },
    'CreateGrantRequest.RetiringPrincipal': { min: 1, max: 256, pattern: '[\\w+=,.@:/-]+' },
    RotationPeriodInDays: { min: 90, max: 2560 },
    SourceEncryptionAlgorithm: { values: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'] },
    SourceKeyId: { min: 1, max: 2048 },
    TagKey: { min: 1, max: 128 },
    TagKeys: { of: { min: 1, max: 128 } },
    TagValue: { max: 256 },
    TargetKeyId: { min: 1, max: 2048 },
    XksKeyId: { min: 1, max: 128 },
  },
  keeps: 'RecipientInfo',
  ignores: {
    GrantTokens: 'a grant is effective at once',
    'ListKeyPoliciesRequest.Limit': 'a key has one policy, named default',
    'ListKeyPoliciesRequest.Marker': 'a key has one policy, named default',
  },
  refuses: 'DryRunModifiers GranteeServicePrincipal RetiringServicePrincipal XksKeyId',
});

export const { operation } = contract;
