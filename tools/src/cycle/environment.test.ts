import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cycleEnvironment } from './environment';

test('on this machine nobody is who they are elsewhere, and the endpoint is found by itself', () => {
  const mine = {
    LAKEHOUSE_ENV: 'local',
    AWS_PROFILE: 'production',
    AWS_ACCESS_KEY_ID: 'AKIAMINE',
    AWS_SECRET_ACCESS_KEY: 'mine',
    AWS_SESSION_TOKEN: 'mine too',
    AWS_CONFIG_FILE: '/mine',
    AWS_SHARED_CREDENTIALS_FILE: '/mine',
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
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
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

describe("which host AWS's SDK takes", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lakehouse-profile-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A request's host is printed in place of sending it. */
  const PRINT_HOST = `
    const { KinesisClient, ListStreamsCommand } = require('@aws-sdk/client-kinesis');
    const requestHandler = { handle: (request) => { console.log(request.hostname); process.exit(); } };
    new KinesisClient({ region: 'us-east-1', requestHandler }).send(new ListStreamsCommand({})).catch((error) => console.log(String(error)));`;
  const hostFor = (config: string, env: NodeJS.ProcessEnv): string => {
    const path = join(folder, 'config');
    writeFileSync(path, config);
    const mine = { PATH: process.env.PATH, AWS_CONFIG_FILE: path, AWS_SHARED_CREDENTIALS_FILE: path, ...env };
    const options = {
      env: cycleEnvironment(mine),
      cwd: __dirname,
      encoding: 'utf8' as const,
      stdio: ['ignore', 'pipe', 'ignore'] as const,
    };
    return execFileSync(process.execPath, ['-e', PRINT_HOST], { ...options, stdio: [...options.stdio] }).trim();
  };
  const keys = 'aws_access_key_id = mine\naws_secret_access_key = mine\n';
  const CONFIGS: readonly string[] = [
    `[default]\n${keys}endpoint_url = http://elsewhere.example\n`,
    `[default]\n${keys}services = s\n[services s]\nkinesis =\n  endpoint_url = http://elsewhere.example\n`,
    `[default]\n${keys}ignore_configured_endpoint_urls = true\n`,
    `[profile work]\n${keys}ignore_configured_endpoint_urls = true\nendpoint_url = http://elsewhere.example\n`,
  ];

  test.each(CONFIGS)('a local stack is asked on this machine whatever the file says: %j', (config) => {
    expect(hostFor(config, { LAKEHOUSE_ENV: 'local', AWS_PROFILE: 'work' })).toBe('127.0.0.1');
  });

  test('without that the file decides', () => {
    const endpoint = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    expect(hostFor(CONFIGS[2] as string, endpoint)).toBe('kinesis.us-east-1.amazonaws.com');
    expect(hostFor(CONFIGS[0] as string, {})).toBe('elsewhere.example');
  });
});
