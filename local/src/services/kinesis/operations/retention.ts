import type { Context } from '../../../core/operation';
import type { StreamReference } from '../arn';
import { DEFAULT_RETENTION_HOURS, MAX_RETENTION_HOURS } from '../constraints';
import { operation } from '../contract';
import { invalidArgument } from '../errors';
import { KinesisState } from '../state';
import type { StreamInfo } from '../stream-info';

export const increaseStreamRetentionPeriod = operation('IncreaseStreamRetentionPeriod', {
  handle: (request, context) =>
    setRetention(request, context, ({ name, retentionHours }) => {
      if (request.RetentionPeriodHours >= retentionHours) return;
      throw invalidArgument(
        `Requested retention period (${request.RetentionPeriodHours} hours) for stream ${name} can not be shorter ` +
          `than existing retention period (${retentionHours} hours). Use DecreaseRetentionPeriod API.`,
      );
    }),
});

export const decreaseStreamRetentionPeriod = operation('DecreaseStreamRetentionPeriod', {
  handle: (request, context) =>
    setRetention(request, context, ({ name, retentionHours }) => {
      if (request.RetentionPeriodHours <= retentionHours) return;
      throw invalidArgument(
        `Requested retention period (${request.RetentionPeriodHours} hours) for stream ${name} can not be longer ` +
          `than existing retention period (${retentionHours} hours). Use IncreaseRetentionPeriod API.`,
      );
    }),
});

async function setRetention(
  request: StreamReference & { readonly RetentionPeriodHours: number },
  { cloud, caller }: Context,
  check: (info: StreamInfo) => void,
): Promise<void> {
  const hours = request.RetentionPeriodHours;
  const state = cloud.state(KinesisState);
  state.find(request, caller);
  if (hours < DEFAULT_RETENTION_HOURS) {
    throw invalidArgument(
      `Minimum allowed retention period is ${DEFAULT_RETENTION_HOURS} hours. ` +
        `Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > MAX_RETENTION_HOURS) {
    throw invalidArgument(
      `Maximum allowed retention period is ${MAX_RETENTION_HOURS} hours. ` +
        `Requested retention period (${hours} hours) is too long.`,
    );
  }
  await state.update(request, caller, (info) => {
    check(info);
    return hours === info.retentionHours ? info : { ...info, retentionHours: hours };
  });
}
