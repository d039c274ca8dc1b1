import type { Cloud } from '../../../core/cloud';
import type { Caller } from '../../../core/operation';
import { operation } from '../contract';
import { invalidRequest, resourceNotFound } from '../errors';
import { AthenaState } from '../state';
import { toTagMap } from '../tag-map';

/** @throws AwsError `ResourceNotFoundException` */
function checkResource(cloud: Cloud, caller: Caller, arn: string): void {
  const [, kind, name = ''] = /^arn:aws:athena:[^:]*:\d*:(workgroup|datacatalog)\/(.+)$/.exec(arn) ?? [];
  if (kind === undefined) throw invalidRequest(`Invalid resource ARN: ${arn}`);
  const there =
    kind === 'workgroup'
      ? cloud.state(AthenaState).findWorkGroup(caller, name) !== undefined
      : name === 'AwsDataCatalog';
  if (!there) throw resourceNotFound(arn);
}

export const listTagsForResource = operation('ListTagsForResource', {
  permissions: (input) => [{ action: 'athena:ListTagsForResource', resource: input.ResourceARN }],
  handle: (input, { cloud, caller }) => {
    checkResource(cloud, caller, input.ResourceARN);
    const found = cloud.state(AthenaState).tagsOf(input.ResourceARN);
    return { Tags: Object.entries(found).map(([Key, Value]) => ({ Key, Value })) };
  },
});

export const tagResource = operation('TagResource', {
  permissions: (input) => [{ action: 'athena:TagResource', resource: input.ResourceARN }],
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    await state.transaction(() => {
      checkResource(cloud, caller, input.ResourceARN);
      const wanted = { ...state.tagsOf(input.ResourceARN), ...toTagMap(input.Tags) };
      if (Object.keys(wanted).length > 50) throw invalidRequest('A resource can have at most 50 tags.');
      state.putTags(input.ResourceARN, wanted);
    });
    return {};
  },
});

export const untagResource = operation('UntagResource', {
  permissions: (input) => [{ action: 'athena:UntagResource', resource: input.ResourceARN }],
  handle: async (input, { cloud, caller }) => {
    const state = cloud.state(AthenaState);
    await state.transaction(() => {
      checkResource(cloud, caller, input.ResourceARN);
      const left = Object.entries(state.tagsOf(input.ResourceARN)).filter(([name]) => !input.TagKeys.includes(name));
      state.putTags(input.ResourceARN, Object.fromEntries(left));
    });
    return {};
  },
});
