import { streamArn } from '../arn';
import { operation } from '../contract';
import { streamExists } from '../errors';

export const createLogStream = operation('CreateLogStream', {
  resource: (input, { caller }) => streamArn(caller, input.logGroupName, input.logStreamName),
  handle: ({ logGroupName, logStreamName }, { state, cloud, caller }) =>
    state.transaction(() => {
      state.group(caller, logGroupName);
      if (state.findStream(caller, logGroupName, logStreamName) !== undefined) throw streamExists();
      state.createStream(caller, logGroupName, logStreamName, cloud.clock.now());
    }),
});
