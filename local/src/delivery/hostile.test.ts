import { readFileSync } from 'node:fs';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { UpdateTableCommand } from '@aws-sdk/client-glue';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { Lake } from 'lakehouse-local/testing/delivery';
import { errorsOf, parquetRows } from 'lakehouse-local/testing/delivery-read';
import { ParquetFiles } from './parquet-files';
import { WorkerThread } from './worker-thread';

const local = localFixture({ each: true, faults: /Parquet|^Delivery stream/ });
const lake = new Lake(local);

afterEach(async () => {
  jest.restoreAllMocks();
});

const ids = async () => (await parquetRows(lake, 'data/')).map(({ id }) => id).sort();
const LATER = { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 } };

describe('where a Parquet writer fails', () => {
  /** Makes both writers refuse files with one of the words, in any way of failing. */
  function refuse(isRefused: (text: string) => Error | undefined): void {
    const writers = ParquetFiles.prototype as unknown as { writeByDuckdb(lines: string, ...rest: never[]): unknown };
    const { writeByDuckdb } = writers;
    jest.spyOn(writers, 'writeByDuckdb').mockImplementation(async function (this: never, lines, ...rest) {
      const error = isRefused(readFileSync(lines, 'utf8'));
      if (error !== undefined) throw error;
      return writeByDuckdb.call(this, lines, ...rest);
    });
    const { ask } = WorkerThread.prototype;
    jest.spyOn(WorkerThread.prototype, 'ask').mockImplementation(async function (this: never, work, options) {
      const error = isRefused(readFileSync((work as { linesPath: string }).linesPath, 'utf8'));
      if (error !== undefined) throw error;
      return ask.call(this, work, options);
    });
  }

  test('the records that it fails for are found and put aside; all others are delivered', async () => {
    await lake.build({ id: 'string' });
    refuse((text) => (text.includes('poison') ? new Error('Invalid Input Error: no') : undefined));
    await lake.deliver('d', lake.destination(LATER));
    const records = Array.from({ length: 60 }, (_, index) =>
      JSON.stringify({ id: [7, 8, 41].includes(index) ? `poison ${index}` : `r${index}` }),
    );
    // A record of several documents is refused as a whole.
    records.push('{"id":"with"}{"id":"poison 60"}');
    await lake.put(records);
    await lake.objects('error/', 1);
    await lake.objects('data/', 1);
    const errors = await errorsOf(lake, 'error/');
    expect(errors.map(({ text }) => text).sort()).toEqual(records.filter((record) => record.includes('poison')).sort());
    for (const { error } of errors)
      expect(error).toMatchObject({ lastErrorCode: 'DataFormatConversion.MalformedData', attemptsMade: 1 });
    expect(await ids()).toHaveLength(57);
    const [failure] = await eventually(async () => {
      const found = await lake.failures();
      return found.length > 0 && found;
    });
    expect(failure).toMatchObject({
      errorCode: 'DataFormatConversion.MalformedData',
      message: expect.stringContaining('4 records were delivered to the error output prefix'),
    });
    expect(await metric('FailedConversion.Records')).toBe(4);
    expect(await metric('SucceedConversion.Records')).toBe(57);
  });

  test('only for want of memory, what is too much at once is delivered as several objects', async () => {
    await lake.build({ id: 'string' });
    refuse((text) => (text.split('\n').length > 20 ? new Error('Out of Memory Error: failed to pin') : undefined));
    await lake.deliver('d', lake.destination(LATER));
    await lake.put(Array.from({ length: 60 }, (_, index) => JSON.stringify({ id: `r${index}` })));
    await lake.objects('data/', 2);
    await eventually(async () => (await ids()).length === 60);
    expect(await lake.keys('error/')).toEqual([]);
    expect(await metric('DeliveryToS3.Records')).toBe(60);
  });

  test('for no fault of the records, it is tried again until it works, and says so', async () => {
    await lake.build({ id: 'string' });
    let full = true;
    const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    refuse(() => (full ? noSpace() : undefined));
    await lake.deliver('d', lake.destination());
    await lake.put(['{"id":"a"}', '{"id":"b"}']);
    const [failure] = await eventually(async () => {
      const found = await lake.failures();
      return found.length >= 2 && found;
    });
    expect(failure).toMatchObject({
      errorCode: 'S3.InternalError',
      message: expect.stringContaining('no space left on the disk'),
    });
    expect(await metric('DeliveryToS3.Success')).toBe(0);
    expect(await metric('DeliveryToS3.DataFreshness')).toBeGreaterThanOrEqual(0);
    expect(await lake.keys('')).toEqual([]);
    full = false;
    await eventually(async () => (await ids()).length === 2);
    expect(await ids()).toEqual(['a', 'b']);
    expect(await lake.keys('error/')).toEqual([]);
  });
});

test('a table that changes between two buffers, or can not be read for a while, loses nothing', async () => {
  await lake.build({ id: 'string' });
  await lake.deliver('d', lake.destination());
  const change = (columns: Readonly<Record<string, string>>) => {
    const Columns = Object.entries(columns).map(([Name, Type]) => ({ Name, Type }));
    const TableInput = { Name: 'events', StorageDescriptor: { Columns } };
    return lake.glue.send(new UpdateTableCommand({ DatabaseName: 'db', TableInput }));
  };
  await lake.put(['{"id":"first"}']);
  await lake.objects('data/', 1);
  await change({ id: 'string', s: 'array<struct<x:int,X:int>>' });
  await lake.put(['{"id":"second"}']);
  const invalid = await eventually(async () =>
    (await lake.failures()).find(({ errorCode }) => errorCode === 'DataFormatConversion.InvalidSchema'),
  );
  expect(invalid.message).toContain('member x twice');
  await change({ id: 'string', n: 'int' });
  await eventually(async () => (await ids()).length === 2);
  expect(await ids()).toEqual(['first', 'second']);
});

describe('dynamic partitioning', () => {
  const partitioned = (query: string) =>
    lake.destination({
      ...LATER,
      Prefix: 'data/k=!{partitionKeyFromQuery:k}/',
      ErrorOutputPrefix: 'error/!{firehose:error-output-type}/',
      DynamicPartitioningConfiguration: { Enabled: true },
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [
          {
            Type: 'MetadataExtraction',
            Parameters: [
              { ParameterName: 'MetadataExtractionQuery', ParameterValue: query },
              { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
            ],
          },
        ],
      },
    });

  test('a value that no key can hold puts its record aside; every other text is a partition', async () => {
    await lake.build({ id: 'string' });
    await lake.deliver('d', partitioned('{k: .id}'));
    const texts = ['plain', '\u{1f600}', 'a/b//c', '/', '%', 'x'.repeat(300), '\u{10ffff}'];
    const tooLong = ['y'.repeat(1_100), '\u{1f600}'.repeat(300)];
    const paths = ['..', 'a/../b'];
    await lake.put([...texts, ...tooLong, ...paths].map((id) => JSON.stringify({ id })));
    await lake.objects('error/metadata-extraction-failed/', 1);
    await eventually(async () => (await ids()).length === texts.length);
    expect(await ids()).toEqual([...texts].sort());
    const errors = await errorsOf(lake, 'error/');
    expect(errors.map(({ text }) => JSON.parse(text).id).sort()).toEqual([...tooLong, ...paths].sort());
    expect(new Set(errors.map(({ error }) => error.lastErrorCode))).toEqual(
      new Set(['DynamicPartitioning.MetadataExtractionFailed']),
    );
  });

  test('a program that does not end stands in nobody else’s way', async () => {
    await lake.build({ id: 'string' });
    await lake.deliver('d', partitioned('{k: (if .id == "bad" then (def f: f; f) else .id end)}'));
    await lake.put(['a', 'bad', 'b'].map((id) => JSON.stringify({ id })));
    await eventually(async () => {
      const began = performance.now();
      await lake.firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'd' }));
      expect(performance.now() - began).toBeLessThan(5_000);
      return (await lake.keys('error/')).length === 1 && (await lake.keys('data/')).length === 2;
    }, 60_000);
    expect(await ids()).toEqual(['a', 'b']);
  });
});

/** A metric of the delivery stream, over all the time: the sum, or of an age the largest. */
async function metric(MetricName: string): Promise<number> {
  const { cloudwatch: client } = local;
  const Dimensions = [{ Name: 'DeliveryStreamName', Value: 'd' }];
  const Metric = { Namespace: 'AWS/Firehose', MetricName, Dimensions };
  const Stat = MetricName.endsWith('Freshness') ? 'Maximum' : 'Sum';
  return eventually(async () => {
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 3600, Stat } }],
        StartTime: new Date(Date.now() - 7_200_000),
        EndTime: new Date(Date.now() + 3_600_000),
      }),
    );
    const values = MetricDataResults?.[0]?.Values ?? [];
    return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) : undefined;
  });
}
