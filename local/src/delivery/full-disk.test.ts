import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { Lake } from 'lakehouse-local/testing/delivery';
import { fillDisk } from 'lakehouse-local/testing/full-disk';

const local = localFixture({ each: true, faults: /ENOSPC/ });
const lake = new Lake(local);

beforeEach(async () => {
  await lake.build({ id: 'string', filler: 'string' });
});

/** Files in which delivery holds records, or makes objects of them. */
function held(): string[] {
  const folder = join(local.dataDir, 'delivery');
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

const AT_ONCE = {
  DataFormatConversionConfiguration: undefined,
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
  CompressionFormat: 'GZIP' as const,
};

test.each([
  ['while records are collected', 200_000],
  ['when what was collected is made an object', 10],
])('a disk that is full %s delays delivery: nothing is lost, and nothing comes twice', async (_when, size) => {
  await lake.deliver('d', lake.destination(AT_ONCE));
  const first = '{"id":"first"}\n';
  const texts = ['a', 'b', 'c'].map((id) => `${JSON.stringify({ id, filler: 'x'.repeat(size) })}\n`);
  await lake.put([first]);
  await lake.objects('data/', 1);
  const disk = await fillDisk({ logs: false });
  try {
    await lake.put(texts);
    await eventually(async () => local.faults.filter((fault) => fault.includes('ENOSPC')).length >= 2);
    await eventually(async () => held().length === 0);
    expect(await lake.keys('data/')).toHaveLength(1);
  } finally {
    disk.free();
  }
  await lake.objects('data/', 2);
  const bodies = await Promise.all((await lake.keys('data/')).map((key) => lake.body(key)));
  expect(bodies.map((body) => String(gunzipSync(body))).sort()).toEqual([texts.join(''), first].sort());
});

test('of several objects of which one finds no room, no file is left behind', async () => {
  const Parameters = [
    { ParameterName: 'MetadataExtractionQuery' as const, ParameterValue: '{id: .id}' },
    { ParameterName: 'JsonParsingEngine' as const, ParameterValue: 'JQ-1.6' },
  ];
  const partitioned = lake.destination({
    ...AT_ONCE,
    Prefix: 'data/!{partitionKeyFromQuery:id}/',
    ErrorOutputPrefix: 'error/!{firehose:error-output-type}/',
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'MetadataExtraction', Parameters }] },
  });
  await lake.deliver('d', partitioned);
  const disk = await fillDisk({ logs: false, writesLeft: 1 });
  try {
    await lake.put(['{"id":"a"}', '{"id":"b"}']);
    await eventually(async () => local.faults.some((fault) => fault.includes('ENOSPC')));
    await eventually(async () => held().length === 0);
  } finally {
    disk.free();
  }
  await lake.objects('data/', 2);
  expect(await lake.keys('')).toHaveLength(2);
});
