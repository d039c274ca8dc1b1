import * as is from '../constraints';
import { operation } from '../contract';
import { nextRotation } from '../state';
import { findKeyById, findOwnKey, requireUsable } from './usable-key';

export const getKeyRotationStatus = operation('GetKeyRotationStatus', {
  handle: async (input, context) => {
    const { key, arn } = await findKeyById(input.KeyId, context);
    const next = nextRotation(key);
    return {
      KeyId: arn,
      // A key that is pending deletion doesn't rotate.
      KeyRotationEnabled: key.rotation !== undefined && key.deletionTime === undefined,
      RotationPeriodInDays: key.rotation?.periodInDays,
      NextRotationDate: next === undefined ? undefined : new Date(next),
    };
  },
});

/** Enables rotation: the key gets new material every period; ciphertexts of earlier ones stay readable. */
export const enableKeyRotation = operation('EnableKeyRotation', {
  handle: async (input, context) => {
    const found = await findOwnKey(input.KeyId, context);
    requireUsable(found);
    const now = context.cloud.clock.now();
    await found.state.update(found.owner, found.key.keyId, (key) => ({
      ...key,
      rotation: {
        periodInDays: input.RotationPeriodInDays ?? key.rotation?.periodInDays ?? is.DEFAULT_ROTATION_DAYS,
        since: key.rotation?.since ?? now,
      },
    }));
  },
});

export const disableKeyRotation = operation('DisableKeyRotation', {
  handle: async (input, context) => {
    const found = await findOwnKey(input.KeyId, context);
    requireUsable(found);
    await found.state.update(found.owner, found.key.keyId, ({ rotation: _off, ...key }) => key);
  },
});
