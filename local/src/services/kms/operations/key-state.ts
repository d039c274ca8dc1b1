import { operation } from '../contract';
import { onKey, updateOwnKey } from './usable-key';

export const enableKey = operation('EnableKey', {
  permissions: onKey('EnableKey'),
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, enabled: true })),
});

export const disableKey = operation('DisableKey', {
  permissions: onKey('DisableKey'),
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, enabled: false })),
});

export const updateKeyDescription = operation('UpdateKeyDescription', {
  permissions: onKey('UpdateKeyDescription'),
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, description: input.Description })),
});
