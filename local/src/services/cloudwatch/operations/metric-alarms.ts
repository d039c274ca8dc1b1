import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../../core/errors';
import type { Context } from '../../../core/operation';
import { toCreate } from '../../../core/permissions';
import { AlarmMonitor } from '../alarms/monitor';
import { alarmArn, alarmArns } from '../arn';
import { operation } from '../contract';
import { alarmNotFound, invalidFormat, validation } from '../errors';
import { page } from '../paging';
import { type Alarm, CloudWatchState } from '../state';
import { configOf } from './alarm-config';
import { tagMap } from './tags';

export const putMetricAlarm = operation('PutMetricAlarm', {
  // Creating an alarm with tags needs the permission to tag as well.
  permissions: ({ AlarmName, Tags }, { caller }) =>
    toCreate('cloudwatch', 'PutMetricAlarm', alarmArn(caller, AlarmName), Tags),
  handle: async (input, { state, cloud, caller }) => {
    const config = configOf(input, caller);
    cloud.state(AlarmMonitor).check(caller, config);
    const now = cloud.clock.now();
    await state.transaction(() => {
      const known = state.alarm(caller, input.AlarmName);
      state.putAlarm(caller, {
        state: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        stateUpdated: now,
        stateTransitioned: now,
        ...known,
        name: input.AlarmName,
        config,
        configUpdated: now,
      });
      if (known === undefined && input.Tags !== undefined) {
        state.tags.put(alarmArn(caller, input.AlarmName), tagMap(input.Tags));
      }
      state.addHistory(caller, {
        alarm: input.AlarmName,
        time: now,
        type: 'ConfigurationUpdate',
        summary: `Alarm "${input.AlarmName}" ${known === undefined ? 'created' : 'updated'}`,
        data: JSON.stringify({ version: '1.0', type: known === undefined ? 'Create' : 'Update', updatedAlarm: config }),
      });
    });
    cloud.state(AlarmMonitor).wake();
  },
});

export const describeAlarms = operation('DescribeAlarms', {
  resource: (_input, { caller }) => alarmArns(caller, ['*']),
  handle: async (input, { state, cloud, caller }) => {
    if (input.AlarmNames !== undefined && input.AlarmNamePrefix !== undefined) {
      throw validation('AlarmNames and AlarmNamePrefix can not be used together.');
    }
    if (input.AlarmTypes?.includes('MetricAlarm') === false || input.ParentsOfAlarmName !== undefined) {
      return { MetricAlarms: [], CompositeAlarms: [] };
    }
    await cloud.state(AlarmMonitor).evaluateAll();
    const names = input.AlarmNames === undefined ? undefined : new Set(input.AlarmNames);
    const wanted = (alarm: Alarm) =>
      (names?.has(alarm.name) ?? true) &&
      alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
      alarm.state === (input.StateValue ?? alarm.state) &&
      (input.ActionPrefix === undefined ||
        actionsOf(alarm).some((action) => action.startsWith(input.ActionPrefix as string)));
    const { items, nextToken: NextToken } = page(input.NextToken, input.MaxRecords, {
      items: (after) => state.listAlarms(caller, after),
      keyOf: (alarm) => alarm.name,
      matches: wanted,
    });
    return { MetricAlarms: items.map((alarm) => describe(alarm, caller)), CompositeAlarms: [], NextToken };
  },
});

export const describeAlarmsForMetric = operation('DescribeAlarmsForMetric', {
  resource: (_input, { caller }) => alarmArns(caller, ['*']),
  handle: async (input, { state, cloud, caller }) => {
    await cloud.state(AlarmMonitor).evaluateAll();
    const same = (wanted: unknown, own: unknown) => wanted === undefined || wanted === own;
    const wanted = ({ config }: Alarm) =>
      config.MetricName === input.MetricName &&
      config.Namespace === input.Namespace &&
      same(input.Statistic, config.Statistic) &&
      same(input.ExtendedStatistic, config.ExtendedStatistic) &&
      same(input.Period, config.Period) &&
      same(input.Unit, config.Unit) &&
      dimensionText(input.Dimensions) === dimensionText(config.Dimensions);
    const found = filter(state.listAlarms(caller), wanted);
    return { MetricAlarms: [...found].map((alarm) => describe(alarm, caller)) };
  },
});

/** Deletes alarms: all, or none if one is missing. Their history stays. */
export const deleteAlarms = operation('DeleteAlarms', {
  handle: async (input, { state, cloud, caller }) => {
    await state.transaction(() => {
      const unknown = input.AlarmNames.filter((name) => state.alarm(caller, name) === undefined);
      // AWS accepts a deletion of missing alarms alone, and refuses missing ones among existing ones.
      if (unknown.length === input.AlarmNames.length) return;
      for (const name of unknown) throw alarmNotFound(name);
      for (const name of input.AlarmNames) {
        state.removeAlarm(caller, name);
        state.addHistory(caller, {
          alarm: name,
          time: cloud.clock.now(),
          type: 'ConfigurationUpdate',
          summary: `Alarm "${name}" deleted`,
          data: JSON.stringify({ version: '1.0', type: 'Delete' }),
        });
      }
    });
    for (const name of input.AlarmNames) cloud.state(AlarmMonitor).forget(caller, name);
  },
});

/** Sets a state until the next evaluation, as on AWS. */
export const setAlarmState = operation('SetAlarmState', {
  resource: (input, { caller }) => alarmArns(caller, [input.AlarmName]),
  handle: async ({ AlarmName, StateValue, StateReason, StateReasonData }, { state, cloud, caller }) => {
    const alarm = state.alarm(caller, AlarmName);
    // AWS's error has no message.
    if (alarm === undefined) throw new AwsError('ResourceNotFound', '', { status: 404, queryCode: 'ResourceNotFound' });
    if (StateReasonData !== undefined) requireJson(StateReasonData);
    await cloud.state(AlarmMonitor).set(caller, alarm, StateValue, StateReason, StateReasonData);
  },
});

export const enableAlarmActions = operation('EnableAlarmActions', {
  handle: (input, context) => setActions(input.AlarmNames, true, context),
});

export const disableAlarmActions = operation('DisableAlarmActions', {
  handle: (input, context) => setActions(input.AlarmNames, false, context),
});

// Names without an alarm are skipped, as on AWS.
function setActions(names: readonly string[], enabled: boolean, { cloud, caller }: Context): Promise<void> {
  const state = cloud.state(CloudWatchState);
  return state.transaction(() => {
    for (const name of names) {
      const alarm = state.alarm(caller, name);
      if (alarm !== undefined) {
        state.putAlarm(caller, { ...alarm, config: { ...alarm.config, ActionsEnabled: enabled } });
      }
    }
  });
}

function describe(alarm: Alarm, caller: Context['caller']): MetricAlarm {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(caller, alarm.name),
    ...alarm.config,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configUpdated),
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateReasonData: alarm.reasonData,
    StateUpdatedTimestamp: new Date(alarm.stateUpdated),
    StateTransitionedTimestamp: new Date(alarm.stateTransitioned),
  };
}

function actionsOf({ config }: Alarm): string[] {
  return [...config.AlarmActions, ...config.OKActions, ...config.InsufficientDataActions];
}

function dimensionText(dimensions: readonly { Name?: string; Value?: string }[] = []): string {
  return JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort());
}

function* filter<T>(items: Iterable<T>, wanted: (item: T) => boolean): Generator<T> {
  for (const item of items) if (wanted(item)) yield item;
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw invalidFormat('StateReasonData is not valid JSON.');
  }
}
