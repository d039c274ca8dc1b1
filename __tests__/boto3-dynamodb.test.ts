import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localFixture } from 'lakehouse-local/testing';

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;

const local = localFixture();

/** boto3's resources write expressions, decimals and sets by themselves. */
(hasBoto3 ? test : test.skip)(
  "Python's boto3 queries DynamoDB by its conditions, and gets exact decimals",
  async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      AWS_ENDPOINT_URL: local.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
    };
    const { stdout } = await promisify(execFile)('python3', [join(__dirname, 'fixtures/boto3-dynamodb.py')], { env });
    const price = '12.3456789012345678901234567890123456';
    expect(JSON.parse(stdout)).toEqual({
      found: [8, 6, 4].map((number) => [number, { parts: ['2'] }, '00ff', price]),
      updated: ['Paris', '10'],
      error: ['ConditionalCheckFailedException', 'The conditional request failed'],
      scanned: 2,
      items: 60,
    });
  },
  60_000,
);
