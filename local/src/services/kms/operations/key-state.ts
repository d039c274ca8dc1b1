import type { DisableKeyRequest, EnableKeyRequest, UpdateKeyDescriptionRequest } from '@aws-sdk/client-kms';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import * as is from '../constraints';
import { onKey, updateOwnKey } from './usable-key';

export const enableKey = operation<EnableKeyRequest, void>({
  name: 'EnableKey',
  input: structure({ KeyId: is.keyId }, 'KeyId'),
  permissions: onKey('EnableKey'),
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, enabled: true })),
});

export const disableKey = operation<DisableKeyRequest, void>({
  name: 'DisableKey',
  input: structure({ KeyId: is.keyId }, 'KeyId'),
  permissions: onKey('DisableKey'),
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, enabled: false })),
});

export const updateKeyDescription = operation<UpdateKeyDescriptionRequest, void>({
  name: 'UpdateKeyDescription',
  input: structure({ KeyId: is.keyId, Description: is.description }, 'KeyId Description'),
  permissions: onKey('UpdateKeyDescription'),
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, description: input.Description })),
});
