import { AwsError } from '../../../core/errors';
import type { Context } from '../../../core/operation';
import { page } from '../../../core/paging';
import { fromTagList, mergeTags, tagList, withoutTags } from '../../../core/tags';
import { tableNameIn } from '../arn';
import { operationOf } from '../contract';
import { arnNotFound, limitExceeded, resourceNotFound, validation } from '../errors';
import { DynamoState } from '../state';
import type { Table } from '../table';

/** Tags per page ("ListTagsOfResource"). */
const PAGE = 100;

interface OnResource {
  readonly ResourceArn?: string;
}

/** Checks an ARN in DynamoDB's order: permission first, then the resource. */
function checkArn(action: string, arn: string | undefined, { caller }: Context, rest: () => void = () => {}): string {
  if (arn === undefined) throw validation('Invalid TableArn');
  if (!/^.+:.+:.+:.+:.+:.+\/.+$/.test(arn))
    throw new AwsError(
      'AccessDeniedException',
      `User: ${caller.principalArn} is not authorized to perform: dynamodb:${action} on resource: ${arn === '' ? '*' : arn}`,
    );
  rest();
  if (!/^arn:aws:dynamodb:.+:\d+:table\/[^/]{2}[^/]+$/.test(arn))
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  return arn;
}

function required(member: string, value: unknown): void {
  if (value === undefined)
    throw validation(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
}

function tableAt(arn: string, { cloud, caller }: Context, missing = arnNotFound): Table {
  const table = cloud.state(DynamoState).find(caller, tableNameIn(arn) ?? '');
  if (table === undefined || table.info.arn !== arn) throw missing(arn);
  return table;
}

export const tagResource = operationOf<
  OnResource & { readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] },
  undefined
>('TagResource', {
  handle: async ({ ResourceArn, Tags }, context) => {
    const arn = checkArn('TagResource', ResourceArn, context, () => required('tags', Tags));
    if (Tags?.length === 0) throw validation('Atleast one Tag needs to be provided as Input.');
    const { state } = context;
    await state.change(() => {
      const { info } = tableAt(arn, context);
      const tooMany = () => limitExceeded('Tag limit exceeded: a table has 50 tags at most.');
      state.put({ ...info, tags: mergeTags(info.tags, fromTagList(Tags), tooMany) });
    });
  },
});

export const untagResource = operationOf<OnResource & { readonly TagKeys?: readonly string[] }, undefined>(
  'UntagResource',
  {
    handle: async ({ ResourceArn, TagKeys }, context) => {
      const arn = checkArn('UntagResource', ResourceArn, context, () => required('tagKeys', TagKeys));
      if (TagKeys?.length === 0) throw validation('Atleast one Tag Key needs to be provided as Input.');
      const { state } = context;
      await state.change(() => {
        const { info } = tableAt(arn, context, resourceNotFound);
        state.put({ ...info, tags: withoutTags(info.tags, TagKeys ?? []) });
      });
    },
  },
);

export const listTagsOfResource = operationOf<OnResource & { readonly NextToken?: string }, object>(
  'ListTagsOfResource',
  {
    handle: ({ ResourceArn, NextToken }, context) => {
      const arn = checkArn('ListTagsOfResource', ResourceArn, context);
      const tags = tagList(tableAt(arn, context).info.tags);
      const { items, nextToken } = page(
        {
          items: (after) => tags.filter(({ Key }) => after === undefined || Key > after),
          keyOf: ({ Key }) => Key,
          token: NextToken,
          limit: PAGE,
        },
        () => validation('Invalid NextToken'),
      );
      return { Tags: items, ...(nextToken !== undefined && { NextToken: nextToken }) };
    },
  },
);
