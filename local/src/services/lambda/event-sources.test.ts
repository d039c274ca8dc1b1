import { MergeShardsCommand, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingRequest,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { putTexts, shardId, streamArn, untilActive } from 'lakehouse-local/testing/kinesis';
import { REPORTING } from 'lakehouse-local/testing/lambda';

describe('event source mappings', () => {
  const local = localFixture({ enforceLimits: false });
  const { kinesis, sqs } = local;
  let role: string;

  beforeAll(async () => {
    role = await local.functionRole('consumers');
  });

  /** Creates a stream, a queue for reports, and a function that reads the one and writes to the other. */
  const consumer = async (
    name: string,
    code: string,
    mapping: Partial<CreateEventSourceMappingRequest> = {},
    shards = 1,
  ): Promise<{ uuid: string; seen: () => Promise<unknown[]>; queueUrl: string }> => {
    await local.stream(name, shards);
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `seen-${name}` }));
    await local.function(name, role, REPORTING + code, { Environment: { Variables: { SEEN: QueueUrl } } });
    const { UUID = '' } = await local.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: streamArn(name),
        StartingPosition: 'TRIM_HORIZON',
        ...mapping,
      }),
    );
    return { uuid: UUID, queueUrl: QueueUrl, seen: collector(QueueUrl) };
  };

  /** All messages of a queue so far, each once. */
  const collector = (QueueUrl: string) => {
    const all: unknown[] = [];
    return async () => {
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
        );
        if (Messages.length === 0) return all;
        all.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown));
      }
    };
  };

  test('records come in batches, in order, as AWS writes them; the position survives a restart', async () => {
    const { seen, uuid } = await consumer('plain', 'exports.handler = async (event) => { await tell(event); };');
    await putTexts(kinesis, 'plain', ['a', 'b', 'c']);
    const first = await eventually(async () => {
      const events = (await seen()) as { Records: Record<string, unknown>[] }[];
      return events.flatMap(({ Records }) => Records).length === 3 && events.flatMap(({ Records }) => Records);
    });
    expect(first[0]).toMatchObject({
      eventSource: 'aws:kinesis',
      eventName: 'aws:kinesis:record',
      eventVersion: '1.0',
      awsRegion: 'us-east-1',
      eventSourceARN: streamArn('plain'),
      invokeIdentityArn: role,
      kinesis: { partitionKey: 'a', data: Buffer.from('a').toString('base64'), kinesisSchemaVersion: '1.0' },
    });
    expect(String(first[0]?.eventID)).toMatch(/^shardId-000000000000:\d{56}$/);
    await eventually(async () => {
      const shown = await local.lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }));
      return shown.State === 'Enabled' && shown.LastProcessingResult === 'OK';
    });
    await local.restart();
    await putTexts(kinesis, 'plain', ['d']);
    await eventually(async () => {
      const records = ((await seen()) as { Records: { kinesis: { partitionKey: string } }[] }[]).flatMap((event) =>
        event.Records.map(({ kinesis: { partitionKey } }) => partitionKey),
      );
      expect(records.slice(0, 3)).toEqual(['a', 'b', 'c']);
      // Records finished before the restart aren't repeated.
      expect(records.length).toBeLessThanOrEqual(4);
      return records.includes('d');
    });
  });

  test('a record that always fails is cut out of its batch, tried as often as it should, and told to the queue; the others are processed once', async () => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
    const dead = collector(QueueUrl);
    const { seen } = await consumer(
      'poisoned',
      `exports.handler = async (event) => {
         const all = texts(event);
         if (all.includes('poison')) throw new Error('poison');
         await tell(all);
       };`,
      {
        BatchSize: 10,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 3,
        MaximumBatchingWindowInSeconds: 1,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:dead' } },
      },
    );
    const others = Array.from({ length: 12 }, (_none, index) => `r${index}`);
    const { Records = [] } = await putTexts(kinesis, 'poisoned', [...others.slice(0, 5), 'poison', ...others.slice(5)]);
    const [letter] = await eventually(async () => {
      const letters = await dead();
      return letters.length > 0 && letters;
    });
    expect(letter).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 4 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: Records[5]?.SequenceNumber,
        endSequenceNumber: Records[5]?.SequenceNumber,
        batchSize: 1,
        streamArn: streamArn('poisoned'),
      },
    });
    await eventually(async () => ((await seen()) as string[][]).flat().length === others.length);
    expect(((await seen()) as string[][]).flat()).toEqual(others);
    expect(await dead()).toHaveLength(1);
  });

  test('with partial responses only the records from the reported one on come again', async () => {
    const { seen } = await consumer(
      'partial',
      `let failed = false;
       exports.handler = async (event) => {
         await tell(texts(event));
         if (failed || !texts(event).includes('r3')) return { batchItemFailures: [] };
         failed = true;
         return { batchItemFailures: event.Records.filter((_r, index) => [4, 3].includes(index)).map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })) };
       };`,
      { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumBatchingWindowInSeconds: 1, BatchSize: 6 },
    );
    await putTexts(kinesis, 'partial', ['r0', 'r1', 'r2', 'r3', 'r4', 'r5']);
    await eventually(async () => (await seen()).length === 2);
    expect(await seen()).toEqual([
      ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'],
      ['r3', 'r4', 'r5'],
    ]);
  });

  test('filters let through what fits, by the data and by the partition key', async () => {
    const { seen } = await consumer('filtered', 'exports.handler = async (event) => { await tell(texts(event)); };', {
      FilterCriteria: {
        Filters: [
          { Pattern: JSON.stringify({ data: { status: ['Canceled'], amount: [{ numeric: ['>', 10] }] } }) },
          { Pattern: JSON.stringify({ partitionKey: ['vip'] }) },
        ],
      },
    });
    const put = (PartitionKey: string, data: unknown) =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: 'filtered',
          Records: [{ PartitionKey, Data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)) }],
        }),
      );
    await put('k', { status: 'Canceled', amount: 11 });
    await put('k', { status: 'Canceled', amount: 9 });
    await put('k', 'no json');
    await put('vip', 'no json either');
    await eventually(async () => ((await seen()) as string[][]).flat().length === 2);
    expect(((await seen()) as string[][]).flat()).toEqual(['{"status":"Canceled","amount":11}', 'no json either']);
    await expect(
      consumer('badfilter', 'exports.handler = () => {};', {
        FilterCriteria: { Filters: [{ Pattern: '{"data": "x"}' }] },
      }),
    ).rejects.toThrow(/Invalid filter pattern/);
  });

  test('a tumbling window carries its state from batch to batch, and ends with a last invocation', async () => {
    const { seen } = await consumer(
      'windows',
      `exports.handler = async (event) => {
         const state = { count: (event.state.count ?? 0) + event.Records.length };
         if (event.isFinalInvokeForWindow) await tell({ ...event, counted: event.state.count });
         return { state };
       };`,
      { TumblingWindowInSeconds: 2, BatchSize: 2 },
    );
    await putTexts(kinesis, 'windows', ['a', 'b', 'c', 'd', 'e']);
    const ends = (await eventually(async () => {
      const windows = (await seen()) as { counted: number; window: { start: string; end: string } }[];
      return windows.reduce((sum, { counted }) => sum + counted, 0) === 5 && windows;
    }, 20_000)) as { window: { start: string; end: string } }[];
    for (const { window } of ends) expect(Date.parse(window.end) - Date.parse(window.start)).toBe(2_000);
  });

  test('over a split and a merge each record of a key comes in order, parents before children, with lanes beside each other', async () => {
    const { seen } = await consumer(
      'reshaped',
      'exports.handler = async (event) => { await tell(event.Records.map(({ kinesis }) => [kinesis.partitionKey, Number(Buffer.from(kinesis.data, "base64"))])); };',
      { ParallelizationFactor: 4, BatchSize: 20 },
      2,
    );
    let next = 0;
    const put = () =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: 'reshaped',
          Records: Array.from({ length: 100 }, () => {
            next += 1;
            return { PartitionKey: `key-${next % 10}`, Data: Buffer.from(String(next)) };
          }),
        }),
      );
    await put();
    await kinesis.send(
      new SplitShardCommand({ StreamName: 'reshaped', ShardToSplit: shardId(0), NewStartingHashKey: '100000' }),
    );
    await untilActive(kinesis, 'reshaped');
    await put();
    await kinesis.send(
      new MergeShardsCommand({ StreamName: 'reshaped', ShardToMerge: shardId(3), AdjacentShardToMerge: shardId(1) }),
    );
    await untilActive(kinesis, 'reshaped');
    await put();
    const batches = (await eventually(async () => {
      const all = (await seen()) as [string, number][][];
      return all.flat().length >= 300 && all;
    }, 20_000)) as [string, number][][];
    expect(new Set(batches.flat().map(([, value]) => value)).size).toBe(300);
    const last = new Map<string, number>();
    // Batches of one key never overlap: reports are in the order of the runs.
    for (const [key, value] of batches.flat()) {
      expect(value).toBeGreaterThan(last.get(key) ?? 0);
      last.set(key, value);
    }
  }, 60_000);

  test('a role that loses the right to read is told so, and catches up when it has it again', async () => {
    const own = await local.functionRole('losing');
    await local.stream('losing');
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'seen-losing' }));
    const seen = collector(QueueUrl);
    await local.function(
      'losing',
      own,
      `${REPORTING} exports.handler = async (event) => { await tell(texts(event)); };`,
      {
        Environment: { Variables: { SEEN: QueueUrl } },
      },
    );
    const { UUID } = await local.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'losing',
        EventSourceArn: streamArn('losing'),
        StartingPosition: 'LATEST',
      }),
    );
    await putTexts(kinesis, 'losing', ['one']);
    await eventually(async () => (await seen()).length === 1);
    await local.allow('losing', ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'sqs:*', 'logs:*']);
    await putTexts(kinesis, 'losing', ['two']);
    await eventually(async () => {
      const { LastProcessingResult } = await local.lambda.send(new GetEventSourceMappingCommand({ UUID }));
      return LastProcessingResult?.includes('kinesis:Get') && LastProcessingResult.startsWith('PROBLEM');
    });
    await local.allow('losing', ['*']);
    await eventually(async () => (await seen()).length === 2);
    expect(await seen()).toEqual([['one'], ['two']]);
    const narrow = await local.functionRole('blind', ['logs:*']);
    await local.function('blind', narrow, 'exports.handler = async () => {};');
    await expect(
      local.lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: 'blind',
          EventSourceArn: streamArn('losing'),
          StartingPosition: 'LATEST',
        }),
      ),
    ).rejects.toThrow(/Cannot access stream/);
  }, 60_000);

  test('a disabled mapping rests, goes on where it was, changes in place, and is deleted', async () => {
    const { uuid, seen } = await consumer(
      'resting',
      'exports.handler = async (event) => { await tell(texts(event)); };',
    );
    await putTexts(kinesis, 'resting', ['one']);
    await eventually(async () => (await seen()).length === 1);
    await local.lambda.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: false }));
    await putTexts(kinesis, 'resting', ['two']);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await seen()).toHaveLength(1);
    const changed = await local.lambda.send(
      new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: true, BatchSize: 7, MaximumRetryAttempts: 5 }),
    );
    expect(changed).toMatchObject({ BatchSize: 7, MaximumRetryAttempts: 5 });
    await eventually(async () => (await seen()).length === 2);
    const { EventSourceMappings } = await local.lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: 'resting' }),
    );
    expect(EventSourceMappings).toHaveLength(1);
    await local.lambda.send(new DeleteEventSourceMappingCommand({ UUID: uuid }));
    await expect(local.lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('what is given up lies whole in a bucket, where one is the destination', async () => {
    const { s3 } = local;
    await s3.send(new CreateBucketCommand({ Bucket: 'discarded' }));
    await consumer('tobucket', `exports.handler = async () => { throw new Error('never'); };`, {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::discarded' } },
    });
    await putTexts(kinesis, 'tobucket', ['kept']);
    const key = await eventually(async () => {
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'discarded' }));
      return Contents?.[0]?.Key;
    });
    expect(key).toMatch(/^aws\/lambda\/[\w-]+\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\//);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'discarded', Key: key }));
    const letter = JSON.parse((await Body?.transformToString()) ?? '{}') as { payload: string };
    const { Records } = JSON.parse(letter.payload) as { Records: { kinesis: { data: string } }[] };
    expect(Buffer.from(Records[0]?.kinesis.data ?? '', 'base64').toString()).toBe('kept');
  });

  test('messages of a queue are deleted when they are taken, and come again when they are not', async () => {
    const { QueueUrl: source = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'jobs', Attributes: { VisibilityTimeout: '1' } }),
    );
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'seen-jobs' }));
    const seen = collector(QueueUrl);
    await local.function(
      'jobs',
      role,
      `${REPORTING} let failed = false;
       exports.handler = async (event) => {
         await tell(event.Records.map(({ body }) => body));
         const bad = failed ? [] : event.Records.filter(({ body }) => body === 'bad');
         if (bad.length > 0) failed = true;
         return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
       };`,
      { Environment: { Variables: { SEEN: QueueUrl } } },
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'good' }));
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'bad' }));
    await local.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'jobs',
        EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
    await eventually(async () => ((await seen()) as string[][]).flat().length === 3, 20_000);
    expect(((await seen()) as string[][]).flat().sort()).toEqual(['bad', 'bad', 'good']);
  }, 40_000);
});
