import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../../core/cloud';
import { pageOfList } from '../../../core/paging';
import { parseQueueArn, queueUrl } from '../arn';
import { operation } from '../contract';
import { invalidParameter, invalidToken, resourceNotFound, unsupported } from '../errors';
import { publishGauges } from '../metrics';
import type { Queue } from '../queue';
import { redrivePolicyOf } from '../queue-attributes';
import { type QueueInfo, SqsState } from '../state';

/** Lists the queues whose dead letters go to this one. */
export const listDeadLetterSourceQueues = operation('ListDeadLetterSourceQueues', {
  handle: ({ QueueUrl, MaxResults = 1000, NextToken }, { state, caller }) => {
    const sources = sourcesOf(state, state.byUrl(caller, QueueUrl).info);
    const { items, nextToken } = pageOfList(sources, { token: NextToken, limit: MaxResults }, invalidToken);
    return { queueUrls: items.map((info) => queueUrl(caller, info)), NextToken: nextToken };
  },
});

/** A task that moves a dead-letter queue's messages, with its progress. */
interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  reason?: string;
}

/** Tasks of this process. A restart ends a task; moved messages stay moved, and the task can be started again. */
class MoveTasks {
  readonly tasks: MoveTask[] = [];
}

const PAUSE_MS = 1_000;

/** Moves dead letters back to their source queues, or to a chosen queue. */
export const startMessageMoveTask = operation('StartMessageMoveTask', {
  handle: ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }, { state, cloud }) => {
    const source = queueAt(state, SourceArn, 'SourceArn');
    if (DestinationArn !== undefined) queueAt(state, DestinationArn, 'DestinationArn');
    if (sourcesOf(state, source.info).length === 0)
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    const { tasks } = cloud.state(MoveTasks);
    if (tasks.some((task) => task.sourceArn === SourceArn && task.status === 'RUNNING'))
      throw unsupported(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: SourceArn })).toString('base64'),
      sourceArn: SourceArn,
      destinationArn: DestinationArn,
      perSecond: MaxNumberOfMessagesPerSecond,
      startedAt: cloud.clock.now(),
      toMove: source.movable().length,
      moved: 0,
      status: 'RUNNING',
    };
    tasks.unshift(task);
    void move(cloud, source, task);
    return { TaskHandle: task.handle };
  },
});

export const listMessageMoveTasks = operation('ListMessageMoveTasks', {
  handle: ({ SourceArn, MaxResults = 1 }, { state, cloud }) => {
    queueAt(state, SourceArn, 'SourceArn');
    const own = cloud.state(MoveTasks).tasks.filter(({ sourceArn }) => sourceArn === SourceArn);
    return {
      Results: own.slice(0, MaxResults).map((task) => ({
        ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn,
        DestinationArn: task.destinationArn,
        MaxNumberOfMessagesPerSecond: task.perSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        FailureReason: task.reason,
        StartedTimestamp: task.startedAt,
      })),
    };
  },
});

export const cancelMessageMoveTask = operation('CancelMessageMoveTask', {
  resource: ({ TaskHandle }) => sourceOf(TaskHandle),
  handle: ({ TaskHandle }, { cloud }) => {
    const task = cloud.state(MoveTasks).tasks.find(({ handle }) => handle === TaskHandle);
    if (task === undefined || task.status !== 'RUNNING')
      throw resourceNotFound('The task handle is not that of a running task.');
    task.status = 'CANCELLING';
    return { ApproximateNumberOfMessagesMoved: task.moved };
  },
});

async function move(cloud: Cloud, source: Queue, task: MoveTask): Promise<void> {
  const state = cloud.state(SqsState);
  try {
    for (let batch = source.movable(); batch.length > 0; batch = source.movable()) {
      for (const [number, message] of batch.slice(0, task.perSecond ?? batch.length)) {
        if (task.status === 'CANCELLING') {
          task.status = 'CANCELLED';
          return;
        }
        const target = task.destinationArn ?? message.sourceArn;
        if (target === undefined) throw new Error('CouldNotDetermineMessageSource');
        const destination = state.byArn(target);
        await destination.take(message, source.info.arn);
        await source.discard([number]);
        task.moved++;
        publishGauges(cloud, destination);
      }
      if (task.perSecond !== undefined) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
    }
    task.status = task.status === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
  } catch (error) {
    task.status = 'FAILED';
    task.reason = (error as Error).message;
  }
  publishGauges(cloud, source);
}

function queueAt(state: SqsState, arn: string, member: string): Queue {
  if (parseQueueArn(arn) === undefined)
    throw invalidParameter(
      `You must use this format to specify the ${member}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
    );
  if (state.find(arn) === undefined)
    throw resourceNotFound(`The resource that you specified for the ${member} parameter doesn't exist.`);
  return state.byArn(arn);
}

function sourcesOf(state: SqsState, queue: QueueInfo): QueueInfo[] {
  return [...state.list(queue, '')].filter(
    ({ attributes }) => redrivePolicyOf(attributes)?.deadLetterTargetArn === queue.arn,
  );
}

function sourceOf(handle: string): string {
  try {
    return String((JSON.parse(Buffer.from(handle, 'base64').toString()) as { sourceArn?: unknown }).sourceArn);
  } catch {
    throw invalidParameter('Value for parameter TaskHandle is invalid.');
  }
}
