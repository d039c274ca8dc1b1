import type { CreateLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs';
import { operation } from '../../../core/operation';
import { structure } from '../../../core/shape';
import { streamArn } from '../arn';
import * as is from '../constraints';
import { streamExists } from '../errors';
import { LogsState } from '../state';

export const createLogStream = operation<CreateLogStreamRequest, void>({
  name: 'CreateLogStream',
  input: structure({ logGroupName: is.logGroupName, logStreamName: is.logStreamName }, 'logGroupName logStreamName'),
  permissions: (input, { caller }) => [
    { action: 'logs:CreateLogStream', resource: streamArn(caller, input.logGroupName, input.logStreamName) },
  ],
  handle: async ({ logGroupName, logStreamName }, { cloud, caller }) => {
    const state = cloud.state(LogsState);
    await state.transaction(() => {
      state.group(caller, logGroupName);
      if (state.findStream(caller, logGroupName, logStreamName) !== undefined) throw streamExists();
      state.createStream(caller, logGroupName, logStreamName, cloud.clock.now());
    });
  },
});
