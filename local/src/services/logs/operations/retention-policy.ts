import type { DeleteRetentionPolicyRequest, PutRetentionPolicyRequest } from '@aws-sdk/client-cloudwatch-logs';
import { operation } from '../../../core/operation';
import { integer, structure } from '../../../core/shape';
import { onGroup } from '../arn';
import * as is from '../constraints';
import { invalidParameter } from '../errors';
import { LogsState } from '../state';

export const putRetentionPolicy = operation<PutRetentionPolicyRequest, void>({
  name: 'PutRetentionPolicy',
  input: structure({ logGroupName: is.logGroupName, retentionInDays: integer() }, 'logGroupName retentionInDays'),
  permissions: onGroup('PutRetentionPolicy'),
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

export const deleteRetentionPolicy = operation<DeleteRetentionPolicyRequest, void>({
  name: 'DeleteRetentionPolicy',
  input: structure({ logGroupName: is.logGroupName }, 'logGroupName'),
  permissions: onGroup('DeleteRetentionPolicy'),
  handle: ({ logGroupName }, { cloud, caller }) =>
    cloud.state(LogsState).updateGroup(caller, logGroupName, ({ retentionInDays: _gone, ...group }) => group),
});
