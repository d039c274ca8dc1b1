import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLakehouse } from '../server/settings';

const CLI = join(__dirname, '../dist/server/cli.js');

test('the command says what is missing: no outputs file', () => {
  const start = () => execFileSync(process.execPath, [CLI, '--outputs', 'no-such-file.json'], { stdio: 'pipe' });
  expect(start).toThrow(/There is no no-such-file\.json\. Apply the stack first/);
});

describe('of two lakehouses in one file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-command-'));
  const file = join(folder, 'outputs.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  const outputs = (stream: string, account = '000000000000') => ({
    kinesis_stream_name: stream,
    kinesis_stream_arn: `arn:aws:kinesis:us-east-1:${account}:stream/${stream}`,
  });
  writeFileSync(file, JSON.stringify({ 'lakehouse-local': outputs('a'), 'lakehouse-local-iot': outputs('b') }));
  const said = (env: Record<string, string>): string => {
    const variables = { PATH: process.env.PATH, ...env };
    const done = spawnSync(process.execPath, [CLI, '--outputs', file], { env: variables, encoding: 'utf8' });
    return `${done.status} ${done.stderr}`;
  };

  test('the variables of the tools choose one; else it is asked for', () => {
    expect(said({})).toMatch(/^64 .*these stacks: lakehouse-local, lakehouse-local-iot\. Say which one with --stack/);
    expect(said({ LAKEHOUSE_ENV: 'local', LAKEHOUSE_APP_NAME: 'iot' })).toMatch(
      /^4 .*stack lakehouse-local-iot has no output/,
    );
    expect(said({ LAKEHOUSE_ENV: 'local', LAKEHOUSE_APP_NAME: 'typo' })).toMatch(
      /^4 .*APP_NAME say lakehouse-local-typo/,
    );
  });

  test('events are sent to lakehouses of local and dev, whatever their second name, and a local one has an endpoint', () => {
    const whole = {
      delivery_stream_name: 'd',
      lake_bucket_name: 'b',
      table_prefix: 't/',
      glue_database_name: 'd',
      glue_table_name: 't',
      athena_workgroup_name: 'w',
    };
    const read = (stack: string, account: string, env: NodeJS.ProcessEnv = {}) => {
      writeFileSync(file, JSON.stringify({ [stack]: { ...outputs('s', account), ...whole } }));
      return readLakehouse(file, undefined, env);
    };
    const maySend = (stack: string) => read(stack, '111122223333').maySend;
    expect(['lakehouse-dev', 'lakehouse-dev-iot', 'lakehouse-prod', 'lakehouse-prod-dev'].map(maySend)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const local = '000000000000';
    expect(() => read('lakehouse-local-iot', local)).toThrow(
      /is on the embedded endpoint: start that \(npm run local\)/,
    );
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    expect(read('lakehouse-local-iot', local, env)).toMatchObject({ maySend: true, endpoint: env.AWS_ENDPOINT_URL });
  });
});
