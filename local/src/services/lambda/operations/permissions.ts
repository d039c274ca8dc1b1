import { rootArn } from '../../../core/owner';
import { functionArn, parseFunction } from '../arn';
import { operation } from '../contract';
import { conflict, notFound } from '../errors';
import { type FunctionInfo, type LambdaState, newRevision } from '../state';

interface Statement {
  readonly Sid: string;
  readonly [part: string]: unknown;
}

interface Policy {
  readonly Version: string;
  readonly Id: string;
  readonly Statement: readonly Statement[];
}

/** Lets a service or an account invoke the function (Lambda's page "Viewing resource-based IAM policies in Lambda"). */
export const addPermission = operation('AddPermission', {
  handle: async (input, { state, caller }) => {
    const { qualifier = '', ...name } = parseFunction(caller, input.FunctionName, input.Qualifier);
    const { StatementId: Sid, Action, Principal, SourceArn, SourceAccount } = input;
    const conditions = {
      ...(SourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
      ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    };
    const statement: Statement = {
      Sid,
      Effect: 'Allow',
      Principal: principalOf(Principal),
      Action,
      Resource: functionArn(name, qualifier === '' ? undefined : qualifier),
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    };
    await state.transaction(() => {
      const info = state.get(name);
      const policy = policyOf(info, qualifier);
      if (policy.Statement.some((known) => known.Sid === Sid))
        throw conflict(
          `The statement id (${Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      setPolicy(state, info, qualifier, { ...policy, Statement: [...policy.Statement, statement] });
    });
    return { Statement: JSON.stringify(statement) };
  },
});

export const removePermission = operation('RemovePermission', {
  handle: async ({ FunctionName, Qualifier, StatementId }, { state, caller }) => {
    const { qualifier = '', ...name } = parseFunction(caller, FunctionName, Qualifier);
    await state.transaction(() => {
      const info = state.get(name);
      const policy = policyOf(info, qualifier);
      const Statement = policy.Statement.filter(({ Sid }) => Sid !== StatementId);
      if (Statement.length === policy.Statement.length)
        throw notFound(`Statement ${StatementId} is not found in resource policy.`);
      setPolicy(state, info, qualifier, { ...policy, Statement });
    });
  },
});

export const getPolicy = operation('GetPolicy', {
  handle: ({ FunctionName, Qualifier }, { state, caller }) => {
    const { qualifier = '', ...name } = parseFunction(caller, FunctionName, Qualifier);
    const Policy = state.get(name).policies[qualifier];
    if (Policy === undefined) throw notFound('The resource you requested does not exist.');
    return { Policy, RevisionId: newRevision() };
  },
});

function policyOf(info: FunctionInfo, qualifier: string): Policy {
  const text = info.policies[qualifier];
  return text === undefined ? { Version: '2012-10-17', Id: 'default', Statement: [] } : (JSON.parse(text) as Policy);
}

function setPolicy(state: LambdaState, info: FunctionInfo, qualifier: string, policy: Policy): void {
  const { [qualifier]: _old, ...policies } = info.policies;
  const kept = policy.Statement.length === 0 ? policies : { ...policies, [qualifier]: JSON.stringify(policy) };
  state.put({ ...info, policies: kept });
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: rootArn(principal) };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
