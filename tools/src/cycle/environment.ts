import { devNull } from 'node:os';

/** Variables of an AWS identity: with them Terraform would act as a real caller, or ask AWS for one. */
const IDENTITY =
  /^AWS_(PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_\w+|CONTAINER_AUTHORIZATION_\w+)$/;

/**
 * The environment of synth, terraform and the SDK clients. LAKEHOUSE_ENV=local gets the embedded endpoint's address and
 * region if they aren't set, so that `LAKEHOUSE_ENV=local npm run plan` suffices, and always credentials that belong to
 * no account; any other environment stays unchanged.
 */
export function cycleEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env.LAKEHOUSE_ENV !== 'local') return env;
  return {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_REGION: 'us-east-1',
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !IDENTITY.test(name))),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    // No shared config: its profiles can name roles, credential processes, and `ignore_configured_endpoint_urls`, which
    // sends calls to AWS.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // No instance metadata: the credential chains would wait for a service that a laptop doesn't have.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Makes an environment this process's own: SDK clients read endpoint, region, credentials and profile from it. */
export function adoptEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  Object.assign(process.env, env);
}
