/**
 * The environment that synth, terraform and the SDK clients run with. LAKEHOUSE_ENV=local gets the embedded endpoint's
 * address, credentials and region where none are set, so that `LAKEHOUSE_ENV=local npm run plan` is all it takes; any other
 * environment is left as it is.
 */
export function cycleEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env.LAKEHOUSE_ENV !== 'local') return env;
  return {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    // Without it the credential chains ask an instance's metadata service, which a laptop doesn't have.
    AWS_EC2_METADATA_DISABLED: 'true',
    ...env,
  };
}
