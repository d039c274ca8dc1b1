import * as is from '../constraints';
import { operation } from '../contract';
import { invalidState, validation } from '../errors';
import { findOwnKey } from './usable-key';

const DAY_MS = 86_400_000;

export const scheduleKeyDeletion = operation('ScheduleKeyDeletion', {
  handle: async (input, context) => {
    const days = input.PendingWindowInDays ?? is.MAX_DELETION_DAYS;
    if (days < is.MIN_DELETION_DAYS || days > is.MAX_DELETION_DAYS) {
      throw validation(`PendingWindowInDays must be between ${is.MIN_DELETION_DAYS} and ${is.MAX_DELETION_DAYS}.`);
    }
    const { state, owner, key, arn } = await findOwnKey(input.KeyId, context);
    if (key.deletionTime !== undefined) throw invalidState(arn, 'pending deletion');
    const deletionTime = context.cloud.clock.now() + days * DAY_MS;
    await state.update(owner, key.keyId, (current) => ({ ...current, deletionTime, enabled: false }));
    return {
      KeyId: arn,
      DeletionDate: new Date(deletionTime),
      KeyState: 'PendingDeletion' as const,
      PendingWindowInDays: days,
    };
  },
});

/** Cancels a deletion; the key is then disabled, as on AWS. */
export const cancelKeyDeletion = operation('CancelKeyDeletion', {
  handle: async (input, context) => {
    const { state, owner, key, arn } = await findOwnKey(input.KeyId, context);
    if (key.deletionTime === undefined) throw invalidState(arn, 'not pending deletion');
    await state.update(owner, key.keyId, ({ deletionTime: _over, ...rest }) => rest);
    return { KeyId: arn };
  },
});
