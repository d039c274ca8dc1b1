import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lakeFixture } from 'lakehouse-local/testing/athena';

/** The endpoint with an SDK of another language, which has its own signatures, parsers and error names. */

const lake = lakeFixture({ each: true, enforceLimits: false });
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;
if (!hasBoto3)
  process.stderr.write('\n*** The endpoint is NOT tested with boto3: `pip install boto3` for that. ***\n\n');

/** Runs a program of the fixtures against an endpoint. @returns what it printed */
async function python(program: string, url: string): Promise<unknown> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  const { stdout } = await promisify(execFile)('python3', [join(__dirname, 'fixtures', program)], { env });
  return JSON.parse(stdout);
}

(hasBoto3 ? test : test.skip)(
  "Python's boto3 streams, lists and queries, and raises each service's own exceptions",
  async () => {
    await lake.table('people', { name: 'string' });
    await lake.parquet('people/part.parquet', "SELECT 'Ada' AS name UNION ALL SELECT 'Grace'");
    expect(await python('boto3-client.py', lake.url)).toEqual({
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
  },
  60_000,
);

(hasBoto3 ? test : test.skip)(
  "boto3 drives Lambda and SQS, and handlers after AWS's examples run: partial responses and tumbling windows",
  async () => {
    expect(await python('boto3-consumers.py', lake.url)).toEqual({
      partial: ['seen a', 'seen bad', 'seen bad', 'seen c'],
      windows: 3,
      mapping: 'Enabled',
      answer: { state: { x: 1 } },
      sent: 3,
      attributes: ['0', '1', '2'],
      left: '2',
      errors: [
        ['ResourceNotFoundException', 404],
        ['ResourceConflictException', 409],
        ['InvalidParameterValueException', 400],
        ['QueueDoesNotExist', 400],
        ['ReceiptHandleIsInvalid', 404],
      ],
    });
  },
  60_000,
);

/** boto3's resources write expressions, decimals and sets by themselves. */
(hasBoto3 ? test : test.skip)(
  "Python's boto3 queries DynamoDB by its conditions, and gets exact decimals",
  async () => {
    const price = '12.3456789012345678901234567890123456';
    expect(await python('boto3-dynamodb.py', lake.url)).toEqual({
      found: [8, 6, 4].map((number) => [number, { parts: ['2'] }, '00ff', price]),
      updated: ['Paris', '10'],
      error: ['ConditionalCheckFailedException', 'The conditional request failed'],
      scanned: 2,
      items: 60,
    });
  },
  60_000,
);
