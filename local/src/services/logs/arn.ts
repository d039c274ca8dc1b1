import { AwsError } from '../../core/errors';
import type { Context } from '../../core/operation';
import { arnOf, isOf, type Owner, parseArn } from '../../core/owner';
import { groupNotFound, invalidParameter } from './errors';

/** A log group's ARN without the `:*` for its streams. */
export function groupArn(caller: Owner, name: string): string {
  return arnOf('logs', caller, `log-group:${name}`);
}

export function streamArn(caller: Owner, group: string, stream: string): string {
  return `${groupArn(caller, group)}:log-stream:${stream}`;
}

/** ARN of a destination of subscription filters. */
export function destinationArn(caller: Owner, name: string): string {
  return arnOf('logs', caller, `destination:${name}`);
}

/**
 * The group's name from a name, an ARN, or an ARN with `:*`: operations differ in the forms that they take.
 * @throws AwsError `InvalidParameterException` if an ARN isn't a log group's, `ResourceNotFoundException` if it is
 * another region's
 */
export function groupNameOf(identifier: string, owner: Owner): string {
  if (!identifier.startsWith('arn:')) return identifier;
  const name = /^arn:[^:]+:logs:[^:]*:\d{12}:log-group:([^:]+)(?::\*)?$/.exec(identifier)?.[1];
  if (name === undefined) throw invalidParameter(`${identifier} is not the ARN of a log group.`);
  if (!isOf(owner, parseArn(identifier) as Owner)) throw groupNotFound();
  return name;
}

/** Resource of a log group's permissions, in AWS's form with an empty stream name: `…:log-stream:`. */
export const namedGroup = (
  input: { logGroupName?: string; logGroupIdentifier?: string },
  { caller }: Pick<Context, 'caller'>,
): string => streamArn(caller, groupNameFrom(input, caller), '');

/** Resource of operations on no particular log group: all of them. */
export const allGroups = (_input: unknown, { caller }: Pick<Context, 'caller'>): string => streamArn(caller, '', '');

/**
 * The group of an input, by name or identifier.
 * @throws AwsError `InvalidParameterException` if it gives neither, `ValidationException` if both
 */
export function groupNameFrom(input: { logGroupName?: string; logGroupIdentifier?: string }, owner: Owner): string {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw new AwsError('ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  }
  const identifier = logGroupName ?? logGroupIdentifier;
  if (identifier === undefined) throw invalidParameter('Either logGroupName or logGroupIdentifier must be specified.');
  return groupNameOf(identifier, owner);
}

/** Resources of operations, by the input member that names them. */
export const resources = { logGroupName: namedGroup, logGroupIdentifier: namedGroup };
