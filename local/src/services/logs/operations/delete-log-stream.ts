import { streamArn } from '../arn';
import { operation } from '../contract';
import { LogsState } from '../state';

export const deleteLogStream = operation('DeleteLogStream', {
  resource: (input, { caller }) => streamArn(caller, input.logGroupName, input.logStreamName),
  handle: async ({ logGroupName, logStreamName }, { cloud, caller }) => {
    const state = cloud.state(LogsState);
    await state.transaction(() =>
      state.removeStream(caller, logGroupName, state.stream(caller, logGroupName, logStreamName)),
    );
    state.sweep();
  },
});
