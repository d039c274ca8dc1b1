import { AwsError } from '../../core/errors';

export const notFound = (message: string) => new AwsError('NotFoundException', message);
export const keyNotFound = (arn: string) => notFound(`Key '${arn}' does not exist`);
export const aliasNotFound = (arn: string) => notFound(`Alias ${arn} is not found.`);
export const invalidKeyId = (reference: string) => notFound(`Invalid keyId '${reference}'`);
export const grantNotFound = (id: string) => notFound(`Grant ${id} is not found.`);
export const invalidArn = (arn: string) => new AwsError('InvalidArnException', `${arn} is not a valid ARN`);
export const noAliasHere = () =>
  new AwsError('InvalidArnException', 'Key Aliases are not supported for this operation.');
export const invalidPrincipal = () => new AwsError('InvalidArnException', 'ARN does not refer to a valid principal.');
export const invalidGrantToken = () => new AwsError('InvalidGrantTokenException', 'The grant token is not valid.');
// One error for missing and forbidden keys: it must not reveal whether the key exists.
export const notAccessible = (user: string) =>
  new AwsError(
    'AccessDeniedException',
    `User: ${user} is not authorized to access this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  );
export const unknownCiphertextKey = () =>
  new AwsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  );
export const aliasExists = (arn: string) =>
  new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
export const invalidAliasName = (message: string) => new AwsError('InvalidAliasNameException', message);
export const reservedAlias = () =>
  new AwsError('NotAuthorizedException', 'Reserved alias: names that begin with alias/aws/ belong to AWS services.');
export const disabled = (arn: string) => new AwsError('DisabledException', `${arn} is disabled.`);
export const invalidState = (arn: string, state: string) =>
  new AwsError('KMSInvalidStateException', `${arn} is ${state}.`);
// No message, as on AWS: reasons would help to probe ciphertexts.
export const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '');
export const incorrectKey = () =>
  new AwsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  );
export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocumentException', message);
export const unsupported = (message: string) => new AwsError('UnsupportedOperationException', message);
export const validation = (message: string) => new AwsError('ValidationException', message);
export const tooManyTags = () => new AwsError('TagException', 'Too many tags');
export const duplicateTags = () => new AwsError('TagException', 'Duplicate tag keys');
export const invalidMarker = () => new AwsError('InvalidMarkerException', 'Could not deserialize marker');
export const awsManaged = (arn: string) =>
  new AwsError('AccessDeniedException', `${arn} is an AWS managed key: only AWS may change it.`);
export const dryRun = () =>
  new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.', {
    status: 412,
  });
