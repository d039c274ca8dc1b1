import { AwsError } from '../../core/errors';

export const noSuchRole = (name: string) => noSuchEntity(`The role with name ${name} cannot be found.`);
export const noSuchRolePolicy = (name: string) => noSuchEntity(`The role policy with name ${name} cannot be found.`);
export const noSuchPolicy = (arn: string) => noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
export const noSuchPolicyVersion = (arn: string, version: string) =>
  noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
export const noSuchUser = (name: string) => noSuchEntity(`The user with name ${name} cannot be found.`);
export const notAttached = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);
export const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, { status: 404 });

export const roleExists = (name: string) => exists(`Role with name ${name} already exists.`);
export const policyExists = (name: string) =>
  exists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
const exists = (message: string) => new AwsError('EntityAlreadyExists', message, { status: 409 });

export const mustDeletePolicies = () => deleteConflict('Cannot delete entity, must delete policies first.');
export const mustDetachPolicies = () => deleteConflict('Cannot delete entity, must detach all policies first.');
export const policyIsAttached = () => deleteConflict('Cannot delete a policy attached to entities.');
export const policyHasVersions = () =>
  deleteConflict(
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  );
export const defaultVersion = () => deleteConflict('Cannot delete the default version of a policy.');
const deleteConflict = (message: string) => new AwsError('DeleteConflict', message, { status: 409 });

export const limitExceeded = (message: string) => new AwsError('LimitExceeded', message, { status: 409 });
export const invalidInput = (message: string) => new AwsError('InvalidInput', message);

/** @param reason the part that AWS adds at the end, such as `because no identity-based policy allows the s3:PutObject action`. */
export function accessDenied(user: string, action: string, resource: string, reason?: string): AwsError {
  const prefix = action.slice(0, action.indexOf(':'));
  const shown = prefix === 's3' ? `"${resource}"` : resource;
  const message = `User: ${user} is not authorized to perform: ${action} on resource: ${shown}${reason === undefined ? '' : ` ${reason}`}`;
  // The services of the XML protocols call it AccessDenied, those of JSON AccessDeniedException.
  if (['s3', 'iam', 'sts'].includes(prefix)) return new AwsError('AccessDenied', message, { status: 403 });
  if (prefix === 'sns') return new AwsError('AuthorizationError', message, { status: 403 });
  return new AwsError('AccessDeniedException', message, { queryCode: 'AccessDenied' });
}
