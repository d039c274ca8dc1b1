import type { DestinationSettings } from '../../services/firehose/state';
import { JqRunner } from './jq';
import { type Partitioned, partitionerOf } from './partitioner';

const jq = new JqRunner();

afterAll(() => jq.close());

/** The parts of records with a query, below a prefix with the key `k`. */
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
  const partitioner = partitionerOf(settings, jq);
  return (await partitioner?.(records.map((record) => ({ data: Buffer.from(record) })))) ?? [];
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

const LOOP = 'def forever: forever; forever';
const MEMORY = '"x" * 1000000 | [range(1000000) as $i | . + "\\($i)"] | length | tostring';

test.each([
  ['loops for ever', LOOP, 'took more than'],
  ['takes all the memory', MEMORY, 'took'],
  ['ends the program', 'halt', 'for each document'],
  ['gives more than can be a key', '"x" * 5000000', 'gives more than'],
])('a query that %s for one record puts that record aside, alone', async (_what, hostile, message) => {
  const query = `{k: (if .bad then (${hostile}) else .a end)}`;
  const records = Array.from({ length: 8 }, (_, index) => JSON.stringify({ a: `v${index}`, bad: index === 3 }));
  const found = await partition(query, ...records);
  expect(found[3]).toEqual(failure(expect.stringContaining(message)));
  const others = found.filter((_, index) => index !== 3);
  expect(others.every((result) => 'parts' in result && result.parts.length === 1)).toBe(true);
});

test('a query that loops for every record ends, and leaves the endpoint to others meanwhile', async () => {
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 20);
  const began = performance.now();
  const found = await partition(`{k: (${LOOP})}`, '{"a":1}', '{"a":2}', '{"a":3}');
  clearInterval(ticking);
  expect(found).toEqual(Array.from({ length: 3 }, () => failure(expect.stringContaining('took more than'))));
  // A tenth of an idle machine's ticks: a query in this thread would leave none.
  expect(ticks).toBeGreaterThan((performance.now() - began) / 200);
  expect(await partition('{k: .a}', '{"a":1}')).toMatchObject([{ parts: [{ keys: { k: '1' } }] }]);
});
