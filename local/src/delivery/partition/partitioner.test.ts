import type { DestinationSettings } from '../../services/firehose/state';
import { type Partitioned, partitionerOf } from './partitioner';

/** What becomes of the records with a query, below a prefix that asks for the key `k`. */
async function partition(query: string, ...records: string[]): Promise<Partitioned[]> {
  const ParameterName = 'MetadataExtractionQuery' as const;
  const settings: DestinationSettings = {
    RoleARN: '',
    BucketARN: '',
    Prefix: 'data/!{partitionKeyFromQuery:k}/',
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
    CompressionFormat: 'UNCOMPRESSED',
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [{ Type: 'MetadataExtraction', Parameters: [{ ParameterName, ParameterValue: query }] }],
    },
  };
  const partitioner = await partitionerOf(settings);
  return partitioner?.(records.map((record) => Buffer.from(record))) ?? [];
}

const failure = (message: unknown) => ({ code: 'DynamicPartitioning.MetadataExtractionFailed', message });

test('each record has the keys of its own, or what is wrong with them', async () => {
  const records = ['{"a":1}', '{"a":null}', '{"a":"x/../y"}', '[]', 'no JSON', '{"a":true}{"a":false}'];
  expect(await partition('{k: .a}', ...records)).toEqual([
    { parts: [{ data: Buffer.from('{"a":1}'), keys: { k: '1' } }] },
    failure('partitionKeys values must not be null or empty'),
    failure('partition key k can not be part of a path'),
    failure(expect.stringContaining('Cannot index array')),
    failure(expect.stringContaining('not valid JSON')),
    { parts: [{ data: Buffer.from('{"a":true}{"a":false}'), keys: { k: 'true' } }] },
  ]);
});

test.each([
  ['is none', '{k: .a', 'compile error'],
  ['looks at other records', '{k: input.a}', 'for each document'],
  ['ends before the last record', 'halt', 'for each document'],
  ['gives several objects', '{k: .a}, {k: .a}', 'must give one object'],
  ['leaves out a key of the prefix', '{other: .a}', 'the query gives no k, which the prefix needs'],
])('a query that %s puts every record aside', async (_what, query, message) => {
  const aside = failure(expect.stringContaining(message));
  expect(await partition(query, '{"a":1}', '{"a":2}')).toEqual([aside, aside]);
});
