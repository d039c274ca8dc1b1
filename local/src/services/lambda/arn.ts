import type { Context } from '../../core/operation';
import { arnOf, type Owner } from '../../core/owner';
import { invalidParameter, notFound } from './errors';

/** A function's account, region and name. */
export interface FunctionName extends Owner {
  readonly name: string;
}

/** A function as a caller names it, optionally with a version or alias. */
export interface FunctionReference extends FunctionName {
  readonly qualifier?: string;
}

export const functionArn = ({ name, ...owner }: FunctionName, qualifier?: string): string =>
  arnOf('lambda', owner, `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`);

export const mappingArn = (owner: Owner, uuid: string): string =>
  arnOf('lambda', owner, `event-source-mapping:${uuid}`);

const REFERENCE = /^(?:arn:aws:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([\w-]+)(?::(\$LATEST|[\w-]+))?$/;

/**
 * Parses a name, a partial or a whole ARN, each with or without a qualifier (Lambda's page "Invoke").
 * @throws AwsError `InvalidParameterValueException`; `ResourceNotFoundException` for an ARN of another region
 */
export function parseFunction({ accountId, region }: Owner, reference: string, Qualifier?: string): FunctionReference {
  const [, ownRegion = region, ownAccount = accountId, name, qualifier] = REFERENCE.exec(reference) ?? [];
  if (name === undefined) throw invalidParameter(`Invalid function name: ${reference}`);
  if (ownRegion !== region)
    throw notFound(`Functions from '${ownRegion}' are not reachable in this region ('${region}')`);
  if (qualifier !== undefined && Qualifier !== undefined && qualifier !== Qualifier)
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  const chosen = Qualifier ?? qualifier;
  return { accountId: ownAccount, region: ownRegion, name, ...(chosen !== undefined && { qualifier: chosen }) };
}

/** The function of an input, with its qualifier. */
export function namedFunction(
  { FunctionName, Qualifier }: { readonly FunctionName: string; readonly Qualifier?: string | undefined },
  { caller }: Context,
): string {
  const { qualifier, ...name } = parseFunction(caller, FunctionName, Qualifier);
  return functionArn(name, qualifier);
}

/** Resources of operations, by the input member that names them. */
export const resources = {
  UUID: ({ UUID }: { readonly UUID: string }, { caller }: Context) => mappingArn(caller, UUID),
  Resource: ({ Resource }: { readonly Resource: string }) => Resource,
  FunctionName: namedFunction,
};
