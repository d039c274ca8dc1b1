import { randomUUID } from 'node:crypto';
import { streamArn } from '../arn';
import { operation } from '../contract';
import { streamExists } from '../errors';

export const createLogStream = operation('CreateLogStream', {
  resource: (input, { caller }) => streamArn(caller, input.logGroupName, input.logStreamName),
  handle: ({ logGroupName, logStreamName }, { state, cloud, caller }) =>
    state.transaction(() => {
      state.groups.require(caller, logGroupName);
      if (state.streams.get(caller, logGroupName, logStreamName) !== undefined) throw streamExists();
      state.streams.put(caller, [logGroupName, logStreamName], {
        id: randomUUID(),
        name: logStreamName,
        creationTime: cloud.clock.now(),
        storedBytes: 0,
      });
    }),
});
