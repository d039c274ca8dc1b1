import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  type ExtendedS3DestinationConfiguration,
  type ProcessorParameter,
  PutRecordBatchCommand,
  UpdateDestinationCommand,
} from '@aws-sdk/client-firehose';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { ACCOUNT, BUCKET, Lake, ROLE } from 'lakehouse-local/testing/delivery';

const ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:`;

const local = localFixture({ faults: /^Delivery stream \w+: (Lambda|DynamicPartitioning|Kinesis\.ResourceNotFound)/ });
const lake = new Lake(local);
let role: string;

beforeAll(async () => {
  await lake.build({ id: 'string', n: 'int' });
  role = await local.functionRole('function', ['logs:*']);
  await mayInvoke('Allow');
});

const mayInvoke = (Effect: 'Allow' | 'Deny') =>
  local.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'delivery',
      PolicyName: 'invoke',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect, Action: 'lambda:InvokeFunction', Resource: `${ARN}*` }],
      }),
    }),
  );

/** Code of a handler that returns a result for each record, by its text. */
const handler = (ofText: string) => `
  exports.handler = async (event) => ({ records: event.records.map((record) => {
    const text = Buffer.from(record.data, 'base64').toString();
    const out = (text) => Buffer.from(text).toString('base64');
    return { recordId: record.recordId, ...(${ofText})(text, out, event, record) };
  }) });`;

const processing = (FunctionName: string, parameters: Readonly<Record<string, string>> = {}) => {
  const all = { LambdaArn: ARN + FunctionName, BufferIntervalInSeconds: '0', NumberOfRetries: '0', ...parameters };
  return {
    Enabled: true,
    Processors: [
      {
        Type: 'Lambda' as const,
        Parameters: Object.entries(all).map(
          ([ParameterName, ParameterValue]): ProcessorParameter => ({
            ParameterName: ParameterName as ProcessorParameter['ParameterName'],
            ParameterValue,
          }),
        ),
      },
    ],
  };
};

/** Creates a delivery stream that writes a function's results, below prefixes of its own. */
const deliver = async (
  name: string,
  parameters: Readonly<Record<string, string>> = {},
  more: Partial<ExtendedS3DestinationConfiguration> = {},
  fromKinesis = true,
) => {
  await lake.deliver(
    name,
    {
      RoleARN: ROLE,
      BucketARN: `arn:aws:s3:::${BUCKET}`,
      Prefix: `${name}/data/`,
      ErrorOutputPrefix: `${name}/error/`,
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
      ProcessingConfiguration: processing(name, parameters),
      ...more,
    },
    fromKinesis,
  );
};

const putDirect = (DeliveryStreamName: string, records: readonly string[]) =>
  lake.firehose.send(
    new PutRecordBatchCommand({ DeliveryStreamName, Records: records.map((text) => ({ Data: Buffer.from(text) })) }),
  );

const texts = async (prefix: string) => {
  const bodies = await Promise.all((await lake.keys(prefix)).map((key) => lake.body(key)));
  return bodies.map(String).sort();
};

const errorsOf = async (name: string, count: number) =>
  eventually(async () => {
    const lines = (await texts(`${name}/error/processing-failed/`)).flatMap((text) => text.trim().split('\n'));
    return lines.length >= count && lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }, 20_000);

const raw = (text: string) => Buffer.from(text).toString('base64');

test('records are changed, dropped or put aside, one by one; the source is backed up as it came', async () => {
  await local.function(
    'changes',
    role,
    handler(`(text, out, event, record) =>
      text === 'drop' ? { result: 'Dropped' } :
      text === 'fail' ? { result: 'ProcessingFailed', data: record.data } :
      text === 'ask' ? { result: 'Ok', data: out(JSON.stringify({ ...event, records: [record] }) + '\\n') } :
      { result: 'Ok', data: out(text.toUpperCase() + '\\n') }`),
  );
  await deliver(
    'changes',
    {},
    {
      S3BackupMode: 'Enabled',
      S3BackupConfiguration: {
        RoleARN: ROLE,
        BucketARN: `arn:aws:s3:::${BUCKET}`,
        Prefix: 'changes/source/',
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
      },
    },
  );
  await lake.put(['a', 'drop', 'fail', 'b', 'ask']);
  const [failed] = await errorsOf('changes', 1);
  expect(failed).toEqual({
    attemptsMade: 1,
    arrivalTimestamp: expect.any(Number),
    errorCode: 'Lambda.ProcessingFailedStatus',
    errorMessage: 'ProcessingFailed status set for record',
    attemptEndingTimestamp: expect.any(Number),
    rawData: raw('fail'),
    lambdaArn: `${ARN}changes`,
  });
  const data = await eventually(async () => {
    const all = (await texts('changes/data/')).join('');
    return all.includes('records') && all;
  });
  const lines = data.trim().split('\n');
  expect(lines.slice(0, 2)).toEqual(['A', 'B']);
  expect(JSON.parse(lines[2] ?? '')).toEqual({
    invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    deliveryStreamArn: `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/changes`,
    sourceKinesisStreamArn: `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/events`,
    region: 'us-east-1',
    records: [
      {
        recordId: expect.stringMatching(/^\d{62}$/),
        approximateArrivalTimestamp: expect.any(Number),
        data: raw('ask'),
        kinesisRecordMetadata: {
          sequenceNumber: expect.stringMatching(/^\d{56}$/),
          subsequenceNumber: 0,
          partitionKey: expect.any(String),
          shardId: 'shardId-000000000000',
          approximateArrivalTimestamp: expect.any(Number),
        },
      },
    ],
  });
  await eventually(async () => (await texts('changes/source/')).join('') === 'adropfailbask');
  const { cloudwatch: metrics } = local;
  await eventually(async () => {
    const { Datapoints = [] } = await metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Firehose',
        MetricName: 'SucceedProcessing.Records',
        Dimensions: [{ Name: 'DeliveryStreamName', Value: 'changes' }],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0) === 4;
  });
});

test('partition keys come from the function, beside those of a query', async () => {
  await local.function(
    'keys',
    role,
    handler(`(text) => ({ result: 'Ok', data: Buffer.from(text).toString('base64'),
      ...(JSON.parse(text).team && { metadata: { partitionKeys: { team: JSON.parse(text).team, other: 'x' } } }) })`),
  );
  await deliver(
    'keys',
    {},
    {
      Prefix: 'keys/data/!{partitionKeyFromLambda:team}/!{partitionKeyFromQuery:id}/',
      ErrorOutputPrefix: 'keys/error/!{firehose:error-output-type}/',
      DynamicPartitioningConfiguration: { Enabled: true },
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [
          ...processing('keys').Processors,
          {
            Type: 'MetadataExtraction',
            Parameters: [
              { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{id: .id}' },
              { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
            ],
          },
        ],
      },
    },
  );
  await lake.put(['{"id":1,"team":"red"}', '{"id":2,"team":"blue"}', '{"id":3}']);
  await lake.objects('keys/data/red/1/', 1);
  await lake.objects('keys/data/blue/2/', 1);
  const [key = ''] = await lake.objects('keys/error/metadata-extraction-failed/', 1);
  expect(JSON.parse(String(await lake.body(key)))).toMatchObject({ rawData: raw('{"id":3}') });
});

test('what a function changed is converted to Parquet', async () => {
  await local.function(
    'converts',
    role,
    handler(`(text, out) => ({ result: 'Ok', data: out(JSON.stringify({ id: text, n: text.length })) })`),
  );
  await deliver(
    'converts',
    {},
    lake.destination({
      Prefix: 'converts/data/',
      ErrorOutputPrefix: 'converts/error/',
      ProcessingConfiguration: processing('converts'),
    }),
  );
  await lake.put(['abc']);
  const [key = ''] = await lake.objects('converts/data/', 1);
  expect(String((await lake.body(key)).subarray(0, 4))).toBe('PAR1');
  expect(await lake.keys('converts/error/')).toEqual([]);
});

test.each([
  ['throws', `exports.handler = async () => { throw new Error('no'); };`, {}, 'Lambda.FunctionError', 2],
  [
    'hangs',
    `exports.handler = () => new Promise(() => setInterval(() => {}, 1000));`,
    { Timeout: 1 },
    'Lambda.FunctionError',
    2,
  ],
  ['toolarge', `exports.handler = async () => 'x'.repeat(7 * 1024 * 1024);`, {}, 'Lambda.FunctionError', 2],
  ['unreadable', `exports.handler = async () => 'what?';`, {}, 'Lambda.JsonProcessingException', 1],
  [
    'strangers',
    handler(`(text, out) => ({ recordId: 'other', result: 'Ok', data: out(text) })`),
    {},
    'Lambda.MissingRecordId',
    1,
  ],
  ['unknown', handler(`(text, out) => ({ result: 'Fine', data: out(text) })`), {}, 'Lambda.JsonProcessingException', 1],
] as const)(
  'a function that %s puts its records aside, and the next ones are processed',
  async (name, code, more, errorCode, attemptsMade) => {
    await local.function(name, role, code, more);
    await local.function(`${name}-mended`, role, handler(`(text, out) => ({ result: 'Ok', data: out(text) })`));
    await deliver(name, { NumberOfRetries: '1' }, {}, false);
    await putDirect(name, ['one', 'two']);
    const errors = await errorsOf(name, 2);
    expect(errors.map(({ rawData }) => rawData).sort()).toEqual([raw('one'), raw('two')]);
    for (const error of errors) expect(error).toMatchObject({ errorCode, attemptsMade });
    await lake.firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName: name,
        CurrentDeliveryStreamVersionId: '1',
        DestinationId: 'destinationId-000000000001',
        ExtendedS3DestinationUpdate: { ProcessingConfiguration: processing(`${name}-mended`) },
      }),
    );
    await putDirect(name, ['three']);
    await eventually(async () => (await texts(`${name}/data/`)).join('') === 'three');
  },
  40_000,
);

test('one record that comes back twice fails alone', async () => {
  await local.function(
    'twice',
    role,
    `exports.handler = async ({ records }) => ({ records: [records[0], ...records].map(({ recordId, data }) => ({ recordId, data, result: 'Ok' })) });`,
  );
  await deliver('twice', {}, {}, false);
  await putDirect('twice', ['a', 'b', 'c']);
  expect((await errorsOf('twice', 1)).map(({ errorCode, rawData }) => [errorCode, rawData])).toEqual([
    ['Lambda.DuplicatedRecordId', raw('a')],
  ]);
  await eventually(async () => (await texts('twice/data/')).join('') === 'bc');
});

test('a function that is gone, or that the role may not invoke, holds up nothing', async () => {
  await local.function('gone', role, handler(`(text, out) => ({ result: 'Ok', data: out(text) })`));
  await deliver('gone', {}, {}, false);
  await mayInvoke('Deny');
  await putDirect('gone', ['denied']);
  expect((await errorsOf('gone', 1))[0]).toMatchObject({
    errorCode: 'Lambda.InvokeAccessDenied',
    rawData: raw('denied'),
  });
  await mayInvoke('Allow');
  await local.lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
  await putDirect('gone', ['missing']);
  expect((await errorsOf('gone', 2)).map(({ errorCode }) => errorCode)).toContain('Lambda.ResourceNotFound');
  await local.function('gone', role, handler(`(text, out) => ({ result: 'Ok', data: out(text) })`));
  await putDirect('gone', ['there']);
  await eventually(async () => (await texts('gone/data/')).join('') === 'there');
});

test('records gather for an invocation by size or time, and wait through a restart', async () => {
  await local.function(
    'gathers',
    role,
    handler(`(text, out, event) => ({ result: 'Ok', data: out(text.slice(0, 1) + event.records.length + ' ') })`),
  );
  await deliver('gathers', { BufferIntervalInSeconds: '900', BufferSizeInMBs: '0.2' }, {}, false);
  await putDirect('gathers', ['a', 'b']);
  await local.restart();
  await putDirect('gathers', ['c', 'd']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await lake.keys('gathers/')).toEqual([]);
  await putDirect('gathers', [`e${'x'.repeat(220_000)}`, 'f']);
  await eventually(async () => (await texts('gathers/data/')).join('').length >= 15);
  expect((await texts('gathers/data/')).join('')).toBe('a5 b5 c5 d5 e5 ');
});

test.each([
  [{ LambdaArn: 'arn:aws:lambda:us-east-1:000000000000:layer:x' }, /LambdaArn/],
  [{ BufferSizeInMBs: '4' }, /BufferSizeInMBs must be a number from 0.2 to 3/],
  [{ BufferIntervalInSeconds: '901' }, /BufferIntervalInSeconds/],
  [{ NumberOfRetries: '-1' }, /NumberOfRetries/],
  [{ RoleArn: `arn:aws:iam::${ACCOUNT}:role/nobody` }, /unable to assume role/],
])('refuses the parameters %j', async (parameters, message) => {
  await expect(deliver('refused', parameters)).rejects.toThrow(message);
});

test('what waits for a function is processed, though its stream is deleted meanwhile', async () => {
  await local.function('late', role, handler(`(text, out) => ({ result: 'Ok', data: out(text) })`));
  await deliver('late', { BufferIntervalInSeconds: '2' });
  await lake.put(['last']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await lake.deleteStream();
  await eventually(async () => (await texts('late/data/')).join('') === 'last', 15_000);
}, 30_000);
