import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';

export const putRetentionPolicy = operation('PutRetentionPolicy', {
  handle: async ({ logGroupName, retentionInDays }, { state, caller }) => {
    if (!is.RETENTION_DAYS.includes(retentionInDays)) {
      throw invalidParameter(
        `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: ` +
          `Member must satisfy enum value set: [${is.RETENTION_DAYS.join(', ')}]`,
      );
    }
    await state.updateGroup(caller, logGroupName, (group) => ({ ...group, retentionInDays }));
  },
});

export const deleteRetentionPolicy = operation('DeleteRetentionPolicy', {
  handle: ({ logGroupName }, { state, caller }) =>
    state.updateGroup(caller, logGroupName, ({ retentionInDays: _gone, ...group }) => group),
});
