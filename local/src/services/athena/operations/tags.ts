import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { isOf, parseArn } from '../../../core/owner';
import { fromTagList, tagList } from '../../../core/tags';
import { operation } from '../contract';
import { invalidRequest, resourceNotFound } from '../errors';
import { AthenaState } from '../state';

/** @throws AwsError `ResourceNotFoundException` */
function checkResource(cloud: Cloud, caller: Caller, arn: string): void {
  const parsed = parseArn(arn);
  const [, kind, name = ''] = /^(workgroup|datacatalog)\/(.+)$/.exec(parsed?.resource ?? '') ?? [];
  if (parsed?.service !== 'athena' || kind === undefined) throw invalidRequest(`Invalid resource ARN: ${arn}`);
  const state = cloud.state(AthenaState);
  const found = kind === 'workgroup' ? state.findWorkGroup(caller, name) : state.findDataCatalog(caller, name);
  if (found === undefined || !isOf(caller, parsed)) throw resourceNotFound(arn);
}

export const listTagsForResource = operation('ListTagsForResource', {
  handle: (input, { state, cloud, caller }) => {
    checkResource(cloud, caller, input.ResourceARN);
    return { Tags: tagList(state.tags.of(input.ResourceARN)) };
  },
});

export const tagResource = operation('TagResource', {
  handle: (input, { state, cloud, caller }) =>
    state.transaction(() => {
      checkResource(cloud, caller, input.ResourceARN);
      const tooMany = () => invalidRequest('A resource can have at most 50 tags.');
      state.tags.add(input.ResourceARN, fromTagList(input.Tags), tooMany);
    }),
});

export const untagResource = operation('UntagResource', {
  handle: (input, { state, cloud, caller }) =>
    state.transaction(() => {
      checkResource(cloud, caller, input.ResourceARN);
      state.tags.withdraw(input.ResourceARN, input.TagKeys);
    }),
});
