import { streamArn } from '../arn';
import { operation } from '../contract';
import { streamExists } from '../errors';
import { LogsState } from '../state';

export const createLogStream = operation('CreateLogStream', {
  resource: (input, { caller }) => streamArn(caller, input.logGroupName, input.logStreamName),
  handle: async ({ logGroupName, logStreamName }, { cloud, caller }) => {
    const state = cloud.state(LogsState);
    await state.transaction(() => {
      state.group(caller, logGroupName);
      if (state.findStream(caller, logGroupName, logStreamName) !== undefined) throw streamExists();
      state.createStream(caller, logGroupName, logStreamName, cloud.clock.now());
    });
  },
});
