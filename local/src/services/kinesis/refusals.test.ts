import * as sdk from '@aws-sdk/client-kinesis';
import { localFixture } from 'lakehouse-local/testing';
import { readAll, shardId, streamArn } from 'lakehouse-local/testing/kinesis';

const local = localFixture();
const { kinesis: client } = local;
const known = { StreamName: 'known' };
const unknown = { StreamName: 'unknown' };

beforeAll(async () => {
  await local.stream('known', 3);
});

const under = 'under account 000000000000';
const put = (more: object) =>
  new sdk.PutRecordCommand({ ...known, PartitionKey: 'a', Data: new Uint8Array(), ...more });
const merge = (stream: object, ShardToMerge: string, AdjacentShardToMerge: string) =>
  new sdk.MergeShardsCommand({ ...stream, ShardToMerge, AdjacentShardToMerge });
const tag = (Tags: Record<string, string>) => new sdk.AddTagsToStreamCommand({ ...known, Tags });
const split = (stream: object, ShardToSplit: string) =>
  new sdk.SplitShardCommand({ ...stream, ShardToSplit, NewStartingHashKey: '9' });
const iterate = (more: Partial<sdk.GetShardIteratorInput>) =>
  new sdk.GetShardIteratorCommand({ ...known, ShardId: '0', ShardIteratorType: 'AT_SEQUENCE_NUMBER', ...more });
const long = 'k'.repeat(129);

// biome-ignore format: a table.
const REFUSALS: readonly [what: string, command: unknown, code: string, message: string][] = [
  ['a malformed shard before the stream', merge(unknown, '2147483648', '1'), 'ResourceNotFoundException', `Could not find shard 2147483648 in stream unknown ${under}.`],
  ['and the adjacent one', merge(unknown, '1', 'ABKLFD8'), 'ResourceNotFoundException', `Could not find shard ABKLFD8 in stream unknown ${under}.`],
  ['or that of a split', split(unknown, '2.14E4'), 'ResourceNotFoundException', `Could not find shard 2.14E4 in stream unknown ${under}.`],
  ['the stream before a shard that may be', merge(unknown, 'a-2147483647', '1'), 'ResourceNotFoundException', `Stream unknown ${under} not found.`],
  ['a shard that is not there, in full', merge(known, 'x-5', '0'), 'ResourceNotFoundException', `Could not find shard ${shardId(5)} in stream known ${under}.`],
  ['shards that do not touch', merge(known, '0', 'b-2'), 'InvalidArgumentException', `Shards ${shardId(0)} and ${shardId(2)} in stream known ${under} are not an adjacent pair of shards eligible for merging`],
  ['shards in the wrong order', merge(known, '1', '0'), 'InvalidArgumentException', `Shards ${shardId(1)} and ${shardId(0)} in stream known ${under} are not an adjacent pair of shards eligible for merging`],
  ['the shard before the stream', iterate({ ...unknown, ShardIteratorType: 'LATEST' }), 'ResourceNotFoundException', `Shard ${shardId(0)} in stream unknown ${under} does not exist`],
  ['a number of another shard', iterate({ StartingSequenceNumber: '5' }), 'InvalidArgumentException', `Invalid StartingSequenceNumber. It encodes ${shardId(5)}, while it was used in a call to a shard with ${shardId(0)}`],
  ['a number that is none', iterate({ StartingSequenceNumber: '26227199374822427428162556223570313216' }), 'InvalidArgumentException', `StartingSequenceNumber 26227199374822427428162556223570313216 used in GetShardIterator on shard ${shardId(0)} in stream known ${under} is invalid.`],
  ['LATEST with a number', iterate({ ShardIteratorType: 'LATEST', StartingSequenceNumber: '5' }), 'InvalidArgumentException', 'Request specified LATEST and also a StartingSequenceNumber.'],
  ['an order after no number', put({ SequenceNumberForOrdering: String(1n << 185n) }), 'InvalidArgumentException', `ExclusiveMinimumSequenceNumber ${1n << 185n} used in PutRecord on stream known ${under} is invalid.`],
  ['an order after the future', put({ SequenceNumberForOrdering: String((1n << 185n) + (16_000_000_000n << 36n) + 2n) }), 'InvalidArgumentException', 'is invalid.'],
  ['a percent sign in a tag', tag({ 'a%b': '1' }), 'InvalidArgumentException', `Failed to add tags to stream known ${under} because some tags contained illegal characters.`],
  ['a semicolon in a tag', tag({ a: '1;2' }), 'InvalidArgumentException', 'Some tags contain invalid characters.'],
  ['tags to take away with bad characters', new sdk.RemoveTagsFromStreamCommand({ ...known, TagKeys: ['a%'] }), 'InvalidArgumentException', `Failed to remove tags from stream known ${under}`],
  ["a tag's key as part of the map", tag({ a: '1', [long]: '2' }), 'ValidationException', `Value '{a=1, ${long}=2}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`],
  ["and a list's items as part of it", new sdk.RemoveTagsFromStreamCommand({ ...known, TagKeys: ['a', long] }), 'ValidationException', `Value '[a, ${long}]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`],
  ['no shards of no stream', new sdk.ListShardsCommand({}), 'InvalidArgumentException', 'Either NextToken or StreamName should be provided.'],
  ['an ARN of another region', new sdk.DescribeStreamSummaryCommand({ StreamARN: streamArn('known').replace('us-east-1', 'eu-west-1') }), 'ResourceNotFoundException', `Stream known ${under} not found.`],
];

test.each(REFUSALS)('Kinesis refuses %s', async (_what, command, code, message) => {
  const sent = client.send(command as sdk.DescribeLimitsCommand).then(
    () => ({ name: 'nothing', message: '' }),
    ({ name, message }: Error) => ({ name, message }),
  );
  expect(await sent).toEqual({ name: code, message: expect.stringContaining(message) });
});

test('a request with no JSON, or with none that can be read, says so by its type alone', async () => {
  const send = async (body: string, operation = 'ListStreams') => {
    const target = `Kinesis_20131202.${operation}`;
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const response = await fetch(local.url, { method: 'POST', headers, body });
    return [response.status, await response.json()];
  };
  const refused = [400, { __type: 'SerializationException' }];
  expect(await send('')).toEqual(refused);
  expect(await send('{')).toEqual(refused);
  const unknown = { __type: 'UnknownOperationException', message: 'kinesis has no operation ListStream.' };
  expect(await send('', 'ListStream')).toEqual([400, unknown]);
});

test('a stream of a name alone is on demand, with four shards', async () => {
  await client.send(new sdk.CreateStreamCommand({ StreamName: 'plain' }));
  const { StreamDescriptionSummary } = await client.send(new sdk.DescribeStreamSummaryCommand({ StreamName: 'plain' }));
  expect(StreamDescriptionSummary).toMatchObject({ StreamModeDetails: { StreamMode: 'ON_DEMAND' }, OpenShardCount: 4 });
});

test('an order after a record that came is kept, and ends of a range are places to read from', async () => {
  const first = await client.send(put({ ExplicitHashKey: '0' }));
  await client.send(put({ ExplicitHashKey: '0', SequenceNumberForOrdering: first.SequenceNumber }));
  const { Shards = [] } = await client.send(new sdk.ListShardsCommand(known));
  const start = Shards[0]?.SequenceNumberRange?.StartingSequenceNumber as string;
  for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const) {
    const { ShardIterator } = await client.send(iterate({ ShardIteratorType, StartingSequenceNumber: start }));
    expect((await client.send(new sdk.GetRecordsCommand({ ShardIterator }))).Records).toHaveLength(2);
  }
  expect((await readAll(client, 'known', shardId(0)))[0]?.SequenceNumber).toBe(first.SequenceNumber);
});

test('answers and refusals carry the id that support asks for', async () => {
  const id = /^[A-Za-z0-9+/]{86}==$/;
  expect((await client.send(new sdk.ListStreamsCommand({}))).$metadata.extendedRequestId).toMatch(id);
  const refused = client.send(new sdk.DescribeStreamSummaryCommand(unknown));
  await expect(refused).rejects.toMatchObject({ $metadata: { extendedRequestId: expect.stringMatching(id) } });
});

const length = 'Base64 encoded length is expected a multiple of 4 bytes but found:';
test.each([
  ['', undefined],
  ['YQ==', undefined],
  ['YWI=', undefined],
  ['YWJj', undefined],
  ['YR==', 'Invalid last non-pad Base64 character dectected'],
  ['YWJ=', 'Invalid last non-pad Base64 character dectected'],
  ['YQ=', `${length} 3`],
  ['====', "Invalid Base64 character: '='"],
  ['Y!==', "Invalid Base64 character: '!'"],
])('data %j as base64: %s', async (Data, why) => {
  const answer = await fetch(local.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Kinesis_20131202.PutRecord' },
    body: JSON.stringify({ ...known, PartitionKey: 'a', Data }),
  });
  const body = (await answer.json()) as Record<string, string>;
  expect([answer.status, body.Message]).toEqual(
    why === undefined ? [200, undefined] : [400, `'${Data}' can not be converted to a Blob: ${why}`],
  );
});
