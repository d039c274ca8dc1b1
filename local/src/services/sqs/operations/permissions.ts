import { rootArn } from '../../../core/owner';
import { operation } from '../contract';
import { invalidParameter } from '../errors';

interface Policy {
  readonly Version: string;
  readonly Id?: string;
  readonly Statement: readonly { readonly Sid?: string }[];
}

/** Adds a statement to the queue's policy, under its label. */
export const addPermission = operation('AddPermission', {
  handle: async ({ QueueUrl, Label, AWSAccountIds, Actions }, { state, caller }) => {
    const { info } = state.byUrl(caller, QueueUrl);
    const policy = policyOf(info.attributes.Policy, info.arn);
    if (policy.Statement.some(({ Sid }) => Sid === Label))
      throw invalidParameter(`Value ${Label} for parameter Label is invalid. Reason: Already exists.`);
    const principals = AWSAccountIds.map(rootArn);
    const actions = Actions.map((action) => `SQS:${action}`);
    const statement = {
      Sid: Label,
      Effect: 'Allow',
      Principal: { AWS: principals.length === 1 ? principals[0] : principals },
      Action: actions.length === 1 ? actions[0] : actions,
      Resource: info.arn,
    };
    const Policy = JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
    await state.transaction(() => state.put({ ...info, attributes: { ...info.attributes, Policy } }));
  },
});

export const removePermission = operation('RemovePermission', {
  handle: async ({ QueueUrl, Label }, { state, caller }) => {
    const { info } = state.byUrl(caller, QueueUrl);
    const policy = policyOf(info.attributes.Policy, info.arn);
    const Statement = policy.Statement.filter(({ Sid }) => Sid !== Label);
    if (Statement.length === policy.Statement.length)
      throw invalidParameter(
        `Value ${Label} for parameter Label is invalid. Reason: can't find label on existing policy.`,
      );
    const Policy = Statement.length === 0 ? '' : JSON.stringify({ ...policy, Statement });
    await state.transaction(() => state.put({ ...info, attributes: { ...info.attributes, Policy } }));
  },
});

function policyOf(text: string | undefined, arn: string): Policy {
  if (text === undefined || text === '') return { Version: '2012-10-17', Id: `${arn}/SQSDefaultPolicy`, Statement: [] };
  const policy = JSON.parse(text) as Policy;
  return { ...policy, Statement: [policy.Statement].flat() };
}
