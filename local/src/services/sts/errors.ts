import { AwsError } from '../../core/errors';

export const forbidden = (message: string) => new AwsError('AccessDenied', message, { status: 403 });
export const validationError = (message: string) => new AwsError('ValidationError', message);
export const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message);
export const packedPolicyTooLarge = (percent: number) =>
  new AwsError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
export const invalidToken = (message: string) => new AwsError('InvalidIdentityToken', message);
export const tokenExpired = (seconds: number, expiry: number) =>
  new AwsError(
    'ExpiredTokenException',
    `Token expired: current date/time ${seconds} must be before the expiration date/time${expiry}`,
  );
/** The error for credentials that STS issued and no longer takes. */
export const badSessionToken = (code: string, queryCode: string, how: string) =>
  new AwsError(code, `The security token included in the request is ${how}`, { queryCode, status: 403 });
