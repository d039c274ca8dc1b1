import { namedGroup } from '../arn';
import * as is from '../constraints';
import { operation } from '../contract';
import { invalidParameter } from '../errors';
import { LogsState } from '../state';

export const putRetentionPolicy = operation('PutRetentionPolicy', {
  resource: namedGroup,
  handle: async ({ logGroupName, retentionInDays }, { cloud, caller }) => {
    if (!is.RETENTION_DAYS.includes(retentionInDays)) {
      throw invalidParameter(
        `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: ` +
          `Member must satisfy enum value set: [${is.RETENTION_DAYS.join(', ')}]`,
      );
    }
    await cloud.state(LogsState).updateGroup(caller, logGroupName, (group) => ({ ...group, retentionInDays }));
  },
});

export const deleteRetentionPolicy = operation('DeleteRetentionPolicy', {
  resource: namedGroup,
  handle: ({ logGroupName }, { cloud, caller }) =>
    cloud.state(LogsState).updateGroup(caller, logGroupName, ({ retentionInDays: _gone, ...group }) => group),
});
