import { streamArn } from '../arn';
import { operation } from '../contract';

export const deleteLogStream = operation('DeleteLogStream', {
  resource: (input, { caller }) => streamArn(caller, input.logGroupName, input.logStreamName),
  handle: async ({ logGroupName, logStreamName }, { state, caller }) => {
    await state.transaction(() =>
      state.removeStream(caller, logGroupName, state.stream(caller, logGroupName, logStreamName)),
    );
    state.sweep();
  },
});
