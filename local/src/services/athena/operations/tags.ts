import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  TagResourceOutput,
  UntagResourceInput,
  UntagResourceOutput,
} from '@aws-sdk/client-athena';
import { type Context, operation } from '../../../core/operation';
import { list, string, structure } from '../../../core/shape';
import { arn, maxResults, nextToken, tagList } from '../constraints';
import { invalidRequest, resourceNotFound } from '../errors';
import { AthenaState } from '../state';

const onResource = (action: string) => (input: { ResourceARN: string }) => [
  { action: `athena:${action}`, resource: input.ResourceARN },
];

/** @throws AwsError `ResourceNotFoundException` unless the ARN is a workgroup's that exists. */
function checkResource(resource: string, { cloud, caller }: Context): void {
  const name = /^arn:aws:athena:[^:]+:\d{12}:workgroup\/(.+)$/.exec(resource)?.[1];
  if (name === undefined) throw invalidRequest(`Invalid ARN: ${resource}`);
  if (cloud.state(AthenaState).findWorkGroup(caller, name) === undefined) {
    throw resourceNotFound(`WorkGroup ${name} is not found.`, resource);
  }
}

export const listTagsForResource = operation<ListTagsForResourceInput, ListTagsForResourceOutput>({
  name: 'ListTagsForResource',
  input: structure({ ResourceARN: arn, NextToken: nextToken, MaxResults: maxResults(1000) }, 'ResourceARN'),
  permissions: onResource('ListTagsForResource'),
  handle: ({ ResourceARN }, context) => {
    checkResource(ResourceARN, context);
    return { Tags: context.cloud.state(AthenaState).tagsOf(ResourceARN) };
  },
});

export const tagResource = operation<TagResourceInput, TagResourceOutput>({
  name: 'TagResource',
  input: structure({ ResourceARN: arn, Tags: tagList }, 'ResourceARN Tags'),
  permissions: onResource('TagResource'),
  handle: async ({ ResourceARN, Tags }, context) => {
    const state = context.cloud.state(AthenaState);
    await state.transaction(() => {
      checkResource(ResourceARN, context);
      const kept = state.tagsOf(ResourceARN).filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      state.putTags(ResourceARN, [...kept, ...Tags]);
    });
    return {};
  },
});

export const untagResource = operation<UntagResourceInput, UntagResourceOutput>({
  name: 'UntagResource',
  input: structure({ ResourceARN: arn, TagKeys: list(string({ min: 1, max: 128 })) }, 'ResourceARN TagKeys'),
  permissions: onResource('UntagResource'),
  handle: async ({ ResourceARN, TagKeys }, context) => {
    const state = context.cloud.state(AthenaState);
    await state.transaction(() => {
      checkResource(ResourceARN, context);
      state.putTags(
        ResourceARN,
        state.tagsOf(ResourceARN).filter(({ Key }) => !TagKeys.includes(Key as string)),
      );
    });
    return {};
  },
});
