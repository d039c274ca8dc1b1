import { AwsError } from '../../core/errors';

export const noSuchRole = (name: string) => noSuchEntity(`The role with name ${name} cannot be found.`);
export const noSuchRolePolicy = (name: string) => noSuchEntity(`The role policy with name ${name} cannot be found.`);
export const noSuchPolicy = (arn: string) => noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
export const noSuchPolicyVersion = (arn: string, version: string) =>
  noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
export const policyNotFound = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);
export const noSuchProfile = (name: string) => noSuchEntity(`Instance Profile ${name} cannot be found.`);
export const noSuchUser = (name: string) => noSuchEntity(`The user with name ${name} cannot be found.`);
export const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, { status: 404 });

export const roleExists = (name: string) => exists(`Role with name ${name} already exists.`);
export const policyExists = (name: string) =>
  exists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
export const profileExists = (name: string) => exists(`Instance Profile ${name} already exists.`);
const exists = (message: string) => new AwsError('EntityAlreadyExists', message, { status: 409 });

export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocument', message);

export const mustDeletePolicies = () => deleteConflict('Cannot delete entity, must delete policies first.');
export const mustDetachPolicies = () => deleteConflict('Cannot delete entity, must detach all policies first.');
export const mustRemoveRoles = () =>
  deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
export const policyIsAttached = () => deleteConflict('Cannot delete a policy attached to entities.');
export const policyHasVersions = () =>
  deleteConflict(
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  );
export const defaultVersion = () => deleteConflict('Cannot delete the default version of a policy.');
const deleteConflict = (message: string) => new AwsError('DeleteConflict', message, { status: 409 });

export const limitExceeded = (message: string) => new AwsError('LimitExceeded', message, { status: 409 });
export const unparsedArn = () => new AwsError('ValidationError', 'Invalid ARN:  Could not be parsed!');
export const invalidInput = (message: string) => new AwsError('InvalidInput', message);

/** A service's wording of AccessDenied, where it differs from the JSON services' common one. */
interface Wording {
  readonly code?: string;
  readonly queryCode?: string;
  readonly status?: number;
  readonly action?: (action: string) => string;
  readonly resource?: (resource: string, action: string) => string;
  /** The whole message, for a service with its own. */
  readonly message?: (action: string) => string;
}

const WORDINGS: Readonly<Record<string, Wording>> = {
  s3: { code: 'AccessDenied', status: 403, resource: (resource) => `"${resource}"` },
  iam: { code: 'AccessDenied', status: 403, resource: entityOf },
  sts: { code: 'AccessDenied', status: 403 },
  sns: { code: 'AuthorizationError', status: 403, action: (action) => action.replace('sns:', 'SNS:') },
  cloudwatch: { queryCode: 'AccessDenied', status: 403 },
  athena: {
    message: (action) =>
      `You are not authorized to perform: ${action} on the resource. After your AWS administrator or you have updated your permissions, please try again.`,
  },
};

/**
 * @param reason AWS's addition at the end, such as `because no identity-based policy allows the s3:PutObject action`
 */
export function accessDenied(user: string, action: string, resource: string, reason?: string): AwsError {
  const wording = WORDINGS[action.slice(0, action.indexOf(':'))] ?? {};
  const named = (text: string) => (wording.action === undefined ? text : text.replace(action, wording.action(action)));
  const shown = wording.resource?.(resource, action) ?? resource;
  const why = reason === undefined ? '' : ` ${named(reason)}`;
  const message =
    wording.message?.(action) ??
    `User: ${user} is not authorized to perform: ${named(action)} on resource: ${shown}${why}`;
  const { code = 'AccessDeniedException', queryCode, status } = wording;
  return new AwsError(code, message, { queryCode, status });
}

// IAM names most resources by kind and name, and existing policies by ARN.
function entityOf(arn: string, action: string): string {
  const [, kind, path, name] = /^arn:aws:iam::\w+:(role|policy|user|instance-profile)\/(.*\/)?([^/]*)$/.exec(arn) ?? [];
  if (kind === undefined || (kind === 'role' && /^iam:(CreateRole|ListRoles|PassRole|TagRole|UntagRole)$/.test(action)))
    return arn;
  if (action === 'iam:ListPolicies') return `policy path /${path ?? ''}`;
  return kind === 'policy' && action !== 'iam:CreatePolicy' ? `policy ${arn}` : `${kind} ${name}`;
}
