import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ListTagsForStreamCommand,
  PutRecordsCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { eventually, startTestEndpoint, type TestEndpoint } from '../../testing/endpoint';

let endpoint: TestEndpoint;
let client: KinesisClient;

beforeAll(async () => {
  endpoint = await startTestEndpoint();
  client = new KinesisClient({ ...endpoint.config, requestHandler: new NodeHttpHandler() });
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

async function active(StreamName: string) {
  return eventually(async () => {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE' && StreamDescriptionSummary;
  });
}

test('smoke', async () => {
  await client.send(new CreateStreamCommand({ StreamName: 's', ShardCount: 2, Tags: { a: 'b' } }));
  await active('s');
  await client.send(new AddTagsToStreamCommand({ StreamName: 's', Tags: { c: 'd' } }));
  expect((await client.send(new ListTagsForStreamCommand({ StreamName: 's' }))).Tags).toHaveLength(2);
  const put = await client.send(
    new PutRecordsCommand({
      StreamName: 's',
      Records: Array.from({ length: 100 }, (_, i) => ({ Data: Buffer.from(`r${i}`), PartitionKey: `k${i}` })),
    }),
  );
  expect(put.FailedRecordCount).toBe(0);
  let seen = 0;
  const read = async () => {
    const { Shards } = await client.send(new ListShardsCommand({ StreamName: 's' }));
    seen = 0;
    for (const { ShardId } of Shards ?? []) {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamName: 's', ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));
      seen += Records?.length ?? 0;
    }
    return Shards?.length;
  };
  expect(await read()).toBe(2);
  expect(seen).toBe(100);
  await client.send(
    new UpdateShardCountCommand({ StreamName: 's', TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' }),
  );
  expect((await active('s')).OpenShardCount).toBe(3);
  await endpoint.restart();
  await read();
  expect(seen).toBe(100);
});
