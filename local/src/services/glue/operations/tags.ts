import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { isOf, parseArn } from '../../../core/owner';
import { operation } from '../contract';
import { entityNotFound, invalidInput } from '../errors';
import { GlueState } from '../state';

/** @throws AwsError `EntityNotFoundException` for a missing database or table, or one of another region */
function checkResource(cloud: Cloud, caller: Caller, arn: string): void {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'glue') throw invalidInput(`Invalid resource ARN: ${arn}`);
  const [, database, table] = /^(?:database|table)\/([^/]+)(?:\/([^/]+))?$/.exec(parsed.resource) ?? [];
  const state = cloud.state(GlueState);
  if (!isOf(caller, parsed)) throw entityNotFound();
  if (database === undefined || state.databases.get(caller, database) === undefined) throw entityNotFound();
  if (table !== undefined && state.tables.get(caller, database, table) === undefined) throw entityNotFound();
}

export const getTags = operation('GetTags', {
  handle: (input, { state, cloud, caller }) => {
    checkResource(cloud, caller, input.ResourceArn);
    return { Tags: { ...state.tags.of(input.ResourceArn) } };
  },
});

export const tagResource = operation('TagResource', {
  handle: (input, { state, cloud, caller }) =>
    state.transaction(() => {
      checkResource(cloud, caller, input.ResourceArn);
      const tooMany = () => invalidInput('A resource can have at most 50 tags.');
      state.tags.add(input.ResourceArn, input.TagsToAdd, tooMany);
    }),
});

export const untagResource = operation('UntagResource', {
  handle: (input, { state, cloud, caller }) =>
    state.transaction(() => {
      checkResource(cloud, caller, input.ResourceArn);
      state.tags.withdraw(input.ResourceArn, input.TagsToRemove);
    }),
});
