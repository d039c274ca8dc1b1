import { operation } from '../contract';
import { updateOwnKey } from './usable-key';

export const enableKey = operation('EnableKey', {
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, enabled: true })),
});

export const disableKey = operation('DisableKey', {
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, enabled: false })),
});

export const updateKeyDescription = operation('UpdateKeyDescription', {
  handle: (input, context) => updateOwnKey(input.KeyId, context, (key) => ({ ...key, description: input.Description })),
});
