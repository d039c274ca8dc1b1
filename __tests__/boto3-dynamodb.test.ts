import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestEndpoint } from 'lakehouse-local/testing/endpoint';

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;

/** boto3's resources write expressions, decimals and sets by themselves. */
(hasBoto3 ? test : test.skip)(
  "Python's boto3 queries DynamoDB by its conditions, and gets exact decimals",
  async () => {
    const endpoint = await startTestEndpoint();
    try {
      const env = {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        AWS_ENDPOINT_URL: endpoint.url,
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
    } finally {
      await endpoint.close();
    }
  },
  60_000,
);
