import type { Service } from '../../core/service';
import { contract } from './contract';
import { createAlias, deleteAlias, listAliases, updateAlias } from './operations/aliases';
import { createKey } from './operations/create-key';
import { generateDataKey, generateDataKeyWithoutPlaintext, generateRandom } from './operations/data-keys';
import { cancelKeyDeletion, scheduleKeyDeletion } from './operations/deletion';
import { describeKey } from './operations/describe-key';
import { decrypt, encrypt, reEncrypt } from './operations/encryption';
import { createGrant, listGrants, listRetirableGrants, retireGrant, revokeGrant } from './operations/grants';
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from './operations/key-policy';
import { disableKey, enableKey, updateKeyDescription } from './operations/key-state';
import { listKeys } from './operations/list-keys';
import { disableKeyRotation, enableKeyRotation, getKeyRotationStatus } from './operations/rotation';
import { listResourceTags, tagResource, untagResource } from './operations/tags';
import { KmsState } from './state';

export const kms: Service = {
  name: 'kms',
  signingName: 'kms',
  contract,
  operations: [
    createKey,
    describeKey,
    listKeys,
    enableKey,
    disableKey,
    updateKeyDescription,
    scheduleKeyDeletion,
    cancelKeyDeletion,
    getKeyPolicy,
    putKeyPolicy,
    listKeyPolicies,
    getKeyRotationStatus,
    enableKeyRotation,
    disableKeyRotation,
    listResourceTags,
    tagResource,
    untagResource,
    createAlias,
    updateAlias,
    deleteAlias,
    listAliases,
    createGrant,
    listGrants,
    listRetirableGrants,
    revokeGrant,
    retireGrant,
    encrypt,
    decrypt,
    reEncrypt,
    generateDataKey,
    generateDataKeyWithoutPlaintext,
    generateRandom,
  ],
  start: (cloud) => cloud.state(KmsState).removeExpired(),
  resourcePolicy: (cloud, { resource }) => {
    const documents = cloud.state(KmsState).policiesOf(resource);
    // Without the key policy's consent no IAM policy gives anyone the use of a key.
    return documents === undefined ? undefined : { documents, mustAgree: true };
  },
};
