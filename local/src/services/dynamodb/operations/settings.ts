import { operationOf } from '../contract';
import { validation } from '../errors';
import type { TableInfo } from '../table';
import { fillExpiries } from '../tables/backfill';

interface TableInput {
  readonly TableName: string;
}

const DAY_MS = 86_400_000;
const RECOVERY_DAYS = 35;
/** Expiry entries that one commit clears. */
const CLEARED_AT_ONCE = 2000;

export const updateTimeToLive = operationOf<
  TableInput & { readonly TimeToLiveSpecification: { readonly Enabled: boolean; readonly AttributeName: string } },
  object
>('UpdateTimeToLive', {
  handle: async ({ TableName, TimeToLiveSpecification: wanted }, { state, caller }) => {
    if (wanted.AttributeName === '')
      throw validation('TimeToLiveSpecification.AttributeName must be at least 1 character long');
    const table = await state.change(() => {
      const { info } = state.active(caller, TableName);
      const enabled = info.timeToLive?.enabled === true;
      if (wanted.Enabled === enabled) throw validation(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
      if (!wanted.Enabled && wanted.AttributeName !== info.timeToLive?.attribute)
        throw validation(
          `TimeToLive is active on a different AttributeName: current AttributeName is ${info.timeToLive?.attribute}`,
        );
      const timeToLive = { attribute: wanted.AttributeName, enabled: wanted.Enabled, filling: wanted.Enabled };
      return state.put({ ...info, timeToLive });
    });
    const { info } = table;
    state.work(async () => {
      if (wanted.Enabled) return fillExpiries(state, info);
      while (await state.change(() => state.expiries.clear(info.number, CLEARED_AT_ONCE)));
    });
    return { TimeToLiveSpecification: { Enabled: wanted.Enabled, AttributeName: wanted.AttributeName } };
  },
});

export const describeTimeToLive = operationOf<TableInput, object>('DescribeTimeToLive', {
  handle: ({ TableName }, { state, caller }) => {
    const { timeToLive } = state.named(caller, TableName).info;
    if (timeToLive?.enabled !== true) return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
    return { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive.attribute } };
  },
});

export const describeContinuousBackups = operationOf<TableInput, object>('DescribeContinuousBackups', {
  handle: ({ TableName }, { state, caller }) => {
    return { ContinuousBackupsDescription: describeBackups(state.named(caller, TableName).info, state.now()) };
  },
});

export const updateContinuousBackups = operationOf<
  TableInput & {
    readonly PointInTimeRecoverySpecification: {
      readonly PointInTimeRecoveryEnabled: boolean;
      readonly RecoveryPeriodInDays?: number;
    };
  },
  object
>('UpdateContinuousBackups', {
  handle: async ({ TableName, PointInTimeRecoverySpecification: wanted }, { state, caller }) => {
    const { info } = await state.change(() => {
      const { recovery, ...rest } = state.active(caller, TableName).info;
      if (!wanted.PointInTimeRecoveryEnabled) return state.put(rest);
      const days = wanted.RecoveryPeriodInDays ?? recovery?.days ?? RECOVERY_DAYS;
      return state.put({ ...rest, recovery: { days, since: recovery?.since ?? state.now() } });
    });
    return { ContinuousBackupsDescription: describeBackups(info, state.now()) };
  },
});

/** The setting as AWS describes it. Restoring from it isn't implemented. */
function describeBackups({ recovery }: TableInfo, now: number): object {
  const description =
    recovery === undefined
      ? { PointInTimeRecoveryStatus: 'DISABLED' }
      : {
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: recovery.days,
          EarliestRestorableDateTime: Math.max(recovery.since, now - recovery.days * DAY_MS) / 1000,
          LatestRestorableDateTime: now / 1000,
        };
  return { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: description };
}

/** Quotas of an account in us-east-1 ("Service, account, and table quotas"); none is enforced here. */
export const describeLimits = operationOf<object, object>('DescribeLimits', {
  handle: () => ({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  }),
});

/** Returns this endpoint, for clients with endpoint discovery. */
export const describeEndpoints = operationOf<object, object>('DescribeEndpoints', {
  handle: (_input, { caller }) => ({
    Endpoints: [{ Address: new URL(caller.endpoint ?? 'http://127.0.0.1').host, CachePeriodInMinutes: 1440 }],
  }),
});
