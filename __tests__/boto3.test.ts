import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AthenaFixture } from '../local/src/testing/athena';

/** The endpoint by an SDK of another language, which signs, parses and names errors in its own way. */

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;
if (!hasBoto3)
  process.stderr.write('\n*** The endpoint is NOT tested with boto3: `pip install boto3` for that. ***\n\n');

(hasBoto3 ? test : test.skip)(
  "Python's boto3 streams, lists and queries, and raises each service's own exceptions",
  async () => {
    const fixture = await AthenaFixture.start();
    try {
      await fixture.table('people', { name: 'string' });
      await fixture.parquet('people/part.parquet', "SELECT 'Ada' AS name UNION ALL SELECT 'Grace'");
      const env = {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        AWS_ENDPOINT_URL: fixture.endpoint.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_DEFAULT_REGION: 'us-east-1',
      };
      const { stdout } = await promisify(execFile)('python3', [join(__dirname, 'fixtures/boto3-client.py')], { env });
      expect(JSON.parse(stdout)).toEqual({
        data: ['event 0', 'event 1', 'event 2'],
        keys: ['people/part.parquet'],
        body: 'not Parquet',
        rows: [['name'], ['Ada'], ['Grace']],
        errors: [
          ['ResourceNotFoundException', 'kinesis', 400],
          ['ResourceInUseException', 'kinesis', 400],
          ['InvalidArgumentException', 'kinesis', 400],
          ['NoSuchKey', 's3', 404],
          ['NoSuchBucket', 's3', 404],
          ['EntityNotFoundException', 'glue', 400],
          ['InvalidRequestException', 'athena', 400],
          ['ResourceNotFoundException', 'firehose', 400],
          ['NoSuchEntityException', 'iam', 404],
        ],
      });
    } finally {
      await fixture.close();
    }
  },
  60_000,
);
