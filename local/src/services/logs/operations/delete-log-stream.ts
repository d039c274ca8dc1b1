import type { DeleteLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { streamArn } from '../arn';
import * as is from '../constraints';
import { LogsState } from '../state';

export const deleteLogStream = operation<DeleteLogStreamRequest, void>({
  name: 'DeleteLogStream',
  input: structure({ logGroupName: is.logGroupName, logStreamName: is.logStreamName }, 'logGroupName logStreamName'),
  permissions: (input, { caller }) => [
    { action: 'logs:DeleteLogStream', resource: streamArn(caller, input.logGroupName, input.logStreamName) },
  ],
  handle: async ({ logGroupName, logStreamName }, { cloud, caller }) => {
    const state = cloud.state(LogsState);
    await state.transaction(() =>
      state.removeStream(caller, logGroupName, state.stream(caller, logGroupName, logStreamName)),
    );
    state.sweep();
  },
});
