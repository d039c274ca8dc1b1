import { cycleEnvironment } from './environment';

test('on this machine nobody is who they are elsewhere, and the endpoint is found by itself', () => {
  const mine = {
    LAKEHOUSE_ENV: 'local',
    AWS_PROFILE: 'production',
    AWS_ACCESS_KEY_ID: 'AKIAMINE',
    AWS_SECRET_ACCESS_KEY: 'mine',
    AWS_SESSION_TOKEN: 'mine too',
    AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/mine',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    AWS_REGION: 'eu-west-1',
    PATH: '/bin',
  };
  expect(cycleEnvironment(mine)).toEqual({
    LAKEHOUSE_ENV: 'local',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'eu-west-1',
    PATH: '/bin',
  });
});

test('an endpoint that is named is kept; on AWS the environment is left as it is', () => {
  const elsewhere = { LAKEHOUSE_ENV: 'local', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  expect(cycleEnvironment(elsewhere).AWS_ENDPOINT_URL).toBe('http://127.0.0.1:9');
  const prod = { LAKEHOUSE_ENV: 'prod', AWS_PROFILE: 'production' };
  expect(cycleEnvironment(prod)).toBe(prod);
});
