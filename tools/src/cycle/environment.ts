import { devNull } from 'node:os';

/** Variables of a caller's identity, by which Terraform would act as somebody, or ask AWS who it is. */
const IDENTITY =
  /^AWS_(PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_\w+|CONTAINER_AUTHORIZATION_\w+)$/;

/**
 * The environment that synth, terraform and the SDK clients run with. LAKEHOUSE_ENV=local gets the embedded endpoint's
 * address and region where none are set, so that `LAKEHOUSE_ENV=local npm run plan` is all it takes, and credentials that
 * are nobody's in any case; any other environment is left as it is.
 */
export function cycleEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env.LAKEHOUSE_ENV !== 'local') return env;
  return {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_REGION: 'us-east-1',
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !IDENTITY.test(name))),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    // Profiles there can name roles, credential processes, and `ignore_configured_endpoint_urls`, which sends calls to AWS.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // Without it the credential chains ask an instance's metadata service, which a laptop doesn't have.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Makes an environment this process's own: SDK clients read endpoint, region, credentials and profile from there. */
export function adoptEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  Object.assign(process.env, env);
}
