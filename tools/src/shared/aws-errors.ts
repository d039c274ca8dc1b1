import { messageOf } from './errors';

/** The message of a failed AWS call, with what to do where the SDK's message doesn't say. */
export function awsErrorText(error: unknown, env: NodeJS.ProcessEnv): string {
  const endpoint = env.AWS_ENDPOINT_URL;
  if (isRefused(error) && endpoint !== undefined) {
    const start =
      env.LAKEHOUSE_ENV === 'local' ? ': start the endpoint with "npm run local"' : ', which AWS_ENDPOINT_URL names';
    return `nothing answers at ${endpoint}${start}.`;
  }
  const name = error instanceof Error ? error.name : '';
  const profile = env.AWS_PROFILE;
  if (name === 'CredentialsProviderError' && profile !== undefined) {
    return `the profile "${profile}" (AWS_PROFILE) has no credentials: name one that "aws configure list-profiles" shows, or log in with it.`;
  }
  if (name === 'CredentialsProviderError') {
    return 'no AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID, or LAKEHOUSE_ENV=local for the embedded endpoint.';
  }
  if (messageOf(error) === 'Region is missing') {
    const ofProfile = profile === undefined ? '' : `, and the profile "${profile}" (AWS_PROFILE) names none`;
    return `no region is set${ofProfile}: set AWS_REGION, or a profile that "aws configure list-profiles" shows.`;
  }
  if (name === 'ExpiredTokenException' || name === 'ExpiredToken')
    return 'the AWS credentials have expired: log in again.';
  return messageOf(error);
}

/** Whether the connection was refused; a name with several addresses gives one error that holds one per address. */
function isRefused(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown[]; cause?: unknown };
  return code === 'ECONNREFUSED' || (errors ?? []).some(isRefused) || (cause !== undefined && isRefused(cause));
}
