import type { Service } from '../../core/service';
import { contract } from './contract';
import { createLogStream } from './operations/create-log-stream';
import { deleteLogStream } from './operations/delete-log-stream';
import { describeLogStreams } from './operations/describe-log-streams';
import { filterLogEvents } from './operations/filter-log-events';
import { getLogEvents } from './operations/get-log-events';
import { associateKmsKey, disassociateKmsKey } from './operations/kms-key';
import {
  createLogGroup,
  deleteLogGroup,
  describeLogGroups,
  listLogGroups,
  putLogGroupDeletionProtection,
} from './operations/log-groups';
import { putLogEvents } from './operations/put-log-events';
import { deleteRetentionPolicy, putRetentionPolicy } from './operations/retention-policy';
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from './operations/tags';
import { LogsState } from './state';

export const logs: Service = {
  name: 'logs',
  signingName: 'logs',
  contract,
  operations: [
    createLogGroup,
    deleteLogGroup,
    describeLogGroups,
    listLogGroups,
    putLogGroupDeletionProtection,
    putRetentionPolicy,
    deleteRetentionPolicy,
    associateKmsKey,
    disassociateKmsKey,
    listTagsForResource,
    tagResource,
    untagResource,
    listTagsLogGroup,
    tagLogGroup,
    untagLogGroup,
    createLogStream,
    deleteLogStream,
    describeLogStreams,
    putLogEvents,
    getLogEvents,
    filterLogEvents,
  ],
  // Removal that an earlier run didn't get to the end of.
  start: (cloud) => cloud.state(LogsState).sweep(),
};
