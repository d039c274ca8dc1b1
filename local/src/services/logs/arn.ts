import type { Context, Permission } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';
import { invalidParameter } from './errors';

/** A log group's ARN without the `:*` that stands for its streams. */
export function groupArn(caller: Owner, name: string): string {
  return arnOf('logs', caller, `log-group:${name}`);
}

export function streamArn(caller: Owner, group: string, stream: string): string {
  return `${groupArn(caller, group)}:log-stream:${stream}`;
}

/**
 * The group's name from a name, an ARN, or an ARN with `:*`: different operations give and take different forms.
 * @throws AwsError `InvalidParameterException` if an ARN names no log group.
 */
export function groupNameOf(identifier: string): string {
  if (!identifier.startsWith('arn:')) return identifier;
  const name = /^arn:[^:]+:logs:[^:]*:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(identifier)?.[1];
  if (name === undefined) throw invalidParameter(`${identifier} is not the ARN of a log group.`);
  return name;
}

/**
 * The permission that an operation on one log group needs. AWS names the group by its streams, of which none is meant:
 * `…:log-group:<name>:log-stream:`.
 */
export const onGroup =
  (action: string) =>
  (input: { logGroupName?: string; logGroupIdentifier?: string }, { caller }: Context): Permission[] => [
    { action: `logs:${action}`, resource: streamArn(caller, groupNameFrom(input), '') },
  ];

/** The permission that an operation needs which is about all log groups. */
export const onAllGroups =
  (action: string) =>
  (_input: unknown, { caller }: Context): Permission[] => [
    { action: `logs:${action}`, resource: streamArn(caller, '', '') },
  ];

/**
 * The group that an input names either way.
 * @throws AwsError `InvalidParameterException` if it names none or two.
 */
export function groupNameFrom(input: { logGroupName?: string; logGroupIdentifier?: string }): string {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalidParameter('LogGroupName and LogGroupIdentifier cannot be used together.');
  }
  const identifier = logGroupName ?? logGroupIdentifier;
  if (identifier === undefined) throw invalidParameter('Either logGroupName or logGroupIdentifier must be specified.');
  return groupNameOf(identifier);
}
