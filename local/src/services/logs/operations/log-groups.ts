import type { LogGroup as SdkLogGroup } from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from '../../../core/operation';
import { toCreate } from '../../../core/permissions';
import { allGroups, groupArn, groupNameOf, streamArn } from '../arn';
import { operation } from '../contract';
import { deletionProtected, groupExists, invalidParameter } from '../errors';
import { page } from '../paging';
import { type LogGroup, LogsState } from '../state';
import { requireKey } from './kms-key';

export const createLogGroup = operation('CreateLogGroup', {
  // Creating a group with tags needs the permission to tag as well.
  permissions: ({ logGroupName, tags }, { caller }) =>
    toCreate('logs', 'CreateLogGroup', streamArn(caller, logGroupName, ''), tags),
  handle: async (input, { state, cloud, caller }) => {
    if (input.kmsKeyId !== undefined) await requireKey(cloud, caller, input.kmsKeyId);
    await state.transaction(() => {
      if (state.groups.get(caller, input.logGroupName) !== undefined) throw groupExists();
      state.groups.put(caller, [input.logGroupName], {
        name: input.logGroupName,
        creationTime: cloud.clock.now(),
        logGroupClass: input.logGroupClass ?? 'STANDARD',
        kmsKeyId: input.kmsKeyId,
        deletionProtectionEnabled: input.deletionProtectionEnabled,
        tags: input.tags ?? {},
      });
    });
  },
});

export const deleteLogGroup = operation('DeleteLogGroup', {
  handle: async ({ logGroupName }, { state, caller }) => {
    await state.transaction(() => {
      if (state.groups.require(caller, logGroupName).deletionProtectionEnabled === true) throw deletionProtected();
      state.removeGroup(caller, logGroupName);
    });
    state.sweep();
  },
});

export const putLogGroupDeletionProtection = operation('PutLogGroupDeletionProtection', {
  handle: ({ logGroupIdentifier, deletionProtectionEnabled }, { state, caller }) =>
    state.updateGroup(caller, groupNameOf(logGroupIdentifier, caller), (group) => ({
      ...group,
      deletionProtectionEnabled,
    })),
});

export const describeLogGroups = operation('DescribeLogGroups', {
  resource: allGroups,
  handle: (input, context) => {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers: identifiers } = input;
    if (prefix !== undefined && pattern !== undefined) {
      throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    }
    const names =
      identifiers === undefined ? undefined : new Set(identifiers.map((each) => groupNameOf(each, context.caller)));
    const { items, nextToken } = page(input.nextToken, input.limit, {
      items: (after) => context.state.groups.listStarting(context.caller, [], prefix, after),
      keyOf: (group) => group.name,
      matches: (group) =>
        (names?.has(group.name) ?? true) &&
        (pattern === undefined || group.name.includes(pattern)) &&
        (input.logGroupClass ?? group.logGroupClass) === group.logGroupClass,
    });
    const described = items.map((group) => describe(group, context));
    // A search by pattern omits details, as on AWS.
    const brief = ({ storedBytes: _bytes, deletionProtectionEnabled: _protected, ...rest }: SdkLogGroup) => rest;
    return { logGroups: pattern === undefined ? described : described.map(brief), nextToken };
  },
});

export const listLogGroups = operation('ListLogGroups', {
  resource: allGroups,
  handle: (input, { state, caller }) => {
    const { logGroupNamePattern: pattern, logGroupClass } = input;
    const { items, nextToken } = page(input.nextToken, input.limit, {
      items: (after) => state.groups.listStarting(caller, [], undefined, after),
      keyOf: (group) => group.name,
      matches: (group) =>
        (pattern === undefined || matchesOne(group.name, pattern)) &&
        (logGroupClass ?? group.logGroupClass) === group.logGroupClass,
    });
    const logGroups = items.map(({ name, logGroupClass }) => ({
      logGroupName: name,
      logGroupArn: groupArn(caller, name),
      logGroupClass,
    }));
    return { logGroups, nextToken };
  },
});

/** Whether a name has one of ListLogGroups' alternatives, which `|` separates: a substring, or after `^` a prefix. */
function matchesOne(name: string, pattern: string): boolean {
  return pattern
    .split('|')
    .some((each) => (each.startsWith('^') ? name.startsWith(each.slice(1)) : name.includes(each)));
}

function describe(group: LogGroup, { cloud, caller }: Context): SdkLogGroup {
  let storedBytes = 0;
  for (const stream of cloud.state(LogsState).streams.list(caller, [group.name])) storedBytes += stream.storedBytes;
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    retentionInDays: group.retentionInDays,
    metricFilterCount: [...cloud.state(LogsState).metricFilters.list(caller, [group.name])].length,
    arn: `${groupArn(caller, group.name)}:*`,
    storedBytes,
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.logGroupClass,
    logGroupArn: groupArn(caller, group.name),
    deletionProtectionEnabled: group.deletionProtectionEnabled ?? false,
  };
}
