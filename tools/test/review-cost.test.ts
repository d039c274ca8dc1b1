import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkWorkload, reviewPlan, sizeText, sizeWorkload, type Workload } from 'lakehouse-tools';

/** The workload of docs/cost.md. */
const EXAMPLE: Workload = { recordsPerSecond: 100, recordBytes: 500, queriesPerDay: 10 };
const document = readFileSync(join(__dirname, '../..', 'docs', 'cost.md'), 'utf8');

const resource = (type: string, after: object | null, before: object | null = null) => ({
  address: `${type}.it`,
  type,
  mode: 'managed',
  change: { actions: before === null ? ['create'] : ['update'], before: before as never, after: after as never },
});
const delivery = {
  extended_s3_configuration: [
    {
      buffering_size: 128,
      buffering_interval: 120,
      s3_backup_mode: 'Enabled',
      data_format_conversion_configuration: [{}],
    },
  ],
};
const stack = [
  resource('aws_kinesis_stream', { shard_count: 1, retention_period: 24 }),
  resource('aws_kinesis_firehose_delivery_stream', delivery),
  resource('aws_athena_workgroup', {}),
];

/*
 * The arithmetic of the example, by hand: 730 h are 2,628,000 s, 262,800,000 records of 500 bytes.
 * Kinesis: 730 x 0.015; 262.8 million units x 0.014.
 * Firehose: 262,800,000 x 5 KB / 1,048,576 KB = 1,253.1281 GB, x 0.029 and x 0.018.
 * S3: 131.4e9 bytes = 122.3758 GB raw, x 0.35 = 42.8315 GB of Parquet, x 0.023 each; 21,900 files twice, 0.005 a thousand.
 * Athena: 10 queries on 30.4167 days, each 1/30.4167 of 42.8315 GB = 428.315 GB = 0.418277 TB, x 5.
 */
const BY_HAND: [string, number][] = [
  ['shard hours', 10.95],
  ['PUT payload units of 25 KB', 3.68],
  ['data in, records rounded up to 5 KB', 36.34],
  ['format conversion', 22.56],
  ['S3: a month of delivered files', 0.99],
  ['S3: PUT of delivered files', 0.11],
  ['S3: a month of raw backup', 2.81],
  ['S3: PUT of raw backup', 0.11],
  ['queries, one day scanned each', 2.09],
];
const TOTAL = 79.64;

describe('the example of docs/cost.md', () => {
  const { cost } = reviewPlan({ resource_changes: stack }, { workload: EXAMPLE });

  test('every item is what the arithmetic says, to the cent', () => {
    expect(cost.items.map(({ item, after }) => [item, after])).toEqual(BY_HAND);
    expect(cost).toMatchObject({ before: 0, after: TOTAL, difference: TOTAL });
  });

  test('the document says the same', () => {
    for (const [item, usd] of BY_HAND)
      expect(document).toMatch(new RegExp(`\\| ${item.replace(/[:]/g, '.')} \\|.*\\| ${usd.toFixed(2)} \\|`));
    expect(document).toContain(`| **total** | | **${TOTAL.toFixed(2)}** |`);
  });

  test('an update shows before, after and the difference; what has no price is named', () => {
    const changed = [
      resource('aws_kinesis_stream', { shard_count: 3 }, { shard_count: 1 }),
      resource('aws_lambda_function', { memory_size: 128 }),
    ];
    const result = reviewPlan({ resource_changes: changed }, { workload: EXAMPLE }).cost;
    expect(result).toMatchObject({ before: 14.63, after: 36.53, difference: 21.9, unpriced: ['aws_lambda_function'] });
  });
});

describe('DynamoDB tables', () => {
  const review = (changes: object[], resources: object[] = []) =>
    reviewPlan(
      { resource_changes: changes as never, configuration: { root_module: { resources: resources as never } } },
      { workload: { ...EXAMPLE, queriesPerDay: 0 } },
    ).cost;

  test('provisioned capacity is priced, of indexes too; requests and storage are named with their prices', () => {
    const index = { name: 'by-email', read_capacity: 5, write_capacity: 10 };
    const provisioned = { billing_mode: 'PROVISIONED', read_capacity: 5, write_capacity: 10 };
    const cost = review([resource('aws_dynamodb_table', { ...provisioned, global_secondary_index: [index] })]);
    // 20 x 730 h x 0.00065, 10 x 730 h x 0.00013.
    expect(cost.items.map(({ item, after }) => [item, after])).toEqual([
      ['write capacity', 9.49],
      ['read capacity', 0.95],
    ]);
    expect(cost.unpriced).toEqual(['aws_dynamodb_table.it: storage, $0.25 a GB-month']);
  });

  test('on demand, with recovery and a stream: nothing without requests, and what each costs', () => {
    const table = {
      billing_mode: 'PAY_PER_REQUEST',
      stream_enabled: true,
      point_in_time_recovery: [{ enabled: true }],
    };
    const cost = review([resource('aws_dynamodb_table', table)]);
    expect(cost).toMatchObject({ after: 0, items: [] });
    expect(cost.unpriced).toEqual([
      'aws_dynamodb_table.it: requests, $0.625 a million write units and $0.125 a million read units',
      'aws_dynamodb_table.it: storage, $0.25 a GB-month and $0.2 for its point-in-time recovery',
      'aws_dynamodb_table.it: reads of its stream but by Lambda, $0.02 for 100,000 GetRecords calls',
    ]);
  });

  test('what carries changes of tables has no part of the workload, whether ARNs are known or not', () => {
    const named = (name: string, type: string, after: object) => ({
      ...resource(type, after),
      address: `${type}.${name}`,
      name,
    });
    const refers = (name: string, type: string, argument: string, reference: string) => ({
      address: `${type}.${name}`,
      type,
      name,
      mode: 'managed',
      expressions: { [argument]: { references: [reference] } },
    });
    const destination = 'aws_dynamodb_kinesis_streaming_destination';
    const firehose = 'aws_kinesis_firehose_delivery_stream';
    const lambda = { function_name: 'search', memory_size: 256 };
    const mapping = { function_name: 'search', starting_position: 'TRIM_HORIZON', enabled: true };
    const plan = (arn?: string) => [
      named('events', 'aws_kinesis_stream', { shard_count: 1 }),
      named('changes', 'aws_kinesis_stream', { shard_count: 1, ...(arn !== undefined && { arn }) }),
      named('customers', 'aws_dynamodb_table', { billing_mode: 'PAY_PER_REQUEST' }),
      named('to', destination, arn === undefined ? {} : { stream_arn: arn }),
      named('rows', firehose, {
        ...delivery,
        ...(arn !== undefined && { kinesis_source_configuration: [{ kinesis_stream_arn: arn }] }),
      }),
      named('search', 'aws_lambda_function', lambda),
      named('search', 'aws_lambda_event_source_mapping', {
        ...mapping,
        ...(arn !== undefined && { event_source_arn: 'arn:aws:dynamodb:us-east-1:1:table/customers/stream/x' }),
      }),
    ];
    const references = [
      refers('to', destination, 'stream_arn', 'aws_kinesis_stream.changes.arn'),
      refers('rows', firehose, 'kinesis_source_configuration', 'aws_kinesis_stream.changes.arn'),
      refers(
        'search',
        'aws_lambda_event_source_mapping',
        'event_source_arn',
        'aws_dynamodb_table.customers.stream_arn',
      ),
    ];
    for (const cost of [review(plan(), references), review(plan('arn:aws:kinesis:us-east-1:1:stream/changes'))]) {
      expect(cost.items.map(({ address, item, after }) => [address, item, after])).toEqual([
        ['aws_kinesis_stream.events', 'shard hours', 10.95],
        ['aws_kinesis_stream.events', 'PUT payload units of 25 KB', 3.68],
        ['aws_kinesis_stream.changes', 'shard hours', 10.95],
      ]);
      expect(cost.assumptions).toContainEqual(expect.stringMatching(/^tables do not change/));
      expect(cost.unpriced).toEqual([
        'aws_lambda_function',
        expect.stringContaining('aws_dynamodb_table.customers: requests'),
        expect.stringContaining('aws_dynamodb_table.customers: storage'),
        'aws_dynamodb_kinesis_streaming_destination.to: changes, $0.1 a million change data capture units',
      ]);
    }
  });
});

describe('functions that read the stream', () => {
  const lambda = resource('aws_lambda_function', {
    function_name: 'alerts',
    memory_size: 256,
    architectures: ['arm64'],
  });
  const mapping = (values: object) =>
    resource('aws_lambda_event_source_mapping', {
      function_name: 'alerts',
      starting_position: 'TRIM_HORIZON',
      enabled: true,
      ...values,
    });
  const costOf = (values: object, shard_count = 1) =>
    reviewPlan(
      { resource_changes: [resource('aws_kinesis_stream', { shard_count }), lambda, mapping(values)] },
      { workload: { ...EXAMPLE, queriesPerDay: 0 } },
    ).cost;
  const ofLambda = (cost: ReturnType<typeof costOf>) =>
    cost.items.filter(({ address }) => address === 'aws_lambda_function.it').map(({ after }) => after);

  test('are invoked once a second and shard, or as often as batches fill', () => {
    // 100 records/s fill a batch of 100 each second: 2,628,000 a month, x 0.2 a million; x 0.03 s x 0.25 GB = 19,710 GB-s.
    expect(ofLambda(costOf({ batch_size: 100 }))).toEqual([0.53, 0.26]);
    expect(ofLambda(costOf({ batch_size: 10 }))).toEqual([5.26, 2.63]);
    expect(ofLambda(costOf({ batch_size: 1000, maximum_batching_window_in_seconds: 10 }))).toEqual([0.05, 0.03]);
    expect(ofLambda(costOf({ batch_size: 100 }, 4))).toEqual([2.1, 1.05]);
    expect(ofLambda(costOf({ batch_size: 100, enabled: false }))).toEqual([]);
  });

  test('are not named as without a price, as others are', () => {
    expect(costOf({}).unpriced).toEqual([]);
    expect(costOf({ starting_position: null }).unpriced).toEqual(['aws_lambda_function']);
  });
});

describe('what costs more than it seems', () => {
  const GB_A_DAY = (100 * 500 * 86_400) / 2 ** 30;
  const costOf = (...changes: ReturnType<typeof resource>[]) =>
    reviewPlan({ resource_changes: changes }, { workload: { ...EXAMPLE, queriesPerDay: 0 } }).cost;
  const stream = (retention_period: number, mode = 'PROVISIONED') => ({
    shard_count: 1,
    retention_period,
    stream_mode_details: [{ stream_mode: mode }],
  });

  test.each([
    ['provisioned, 7 days to a year', stream(168), stream(8760), 358 * GB_A_DAY * 0.023],
    ['provisioned, a day to 7', stream(24), stream(168), 730 * 0.02],
    ['on-demand, a day to 7', stream(24, 'ON_DEMAND'), stream(168, 'ON_DEMAND'), 6 * GB_A_DAY * 0.1],
    ['on-demand, 7 days to a year', stream(168, 'ON_DEMAND'), stream(8760, 'ON_DEMAND'), 358 * GB_A_DAY * 0.023],
  ])('retention: %s', (_, before, after, usd) => {
    expect(costOf(resource('aws_kinesis_stream', after, before)).difference).toBeCloseTo(usd, 1);
  });

  const metric = (period: number) => ({ metric: [{ metric_name: 'x', period }] });
  test.each([
    ['standard', { period: 60 }, 0.1],
    ['high resolution', { period: 10 }, 0.3],
    ['metric math', { metric_query: [{ expression: 'a/b' }, metric(60), metric(60)] }, 0.2],
    [
      'anomaly detection',
      { threshold_metric_id: 'e', metric_query: [{ expression: 'ANOMALY_DETECTION_BAND(m)' }, metric(60)] },
      0.3,
    ],
    [
      'anomaly detection of high resolution',
      { threshold_metric_id: 'e', metric_query: [{ id: 'e' }, metric(10)] },
      0.9,
    ],
  ])('alarms by their kind: %s', (_, values, usd) => {
    expect(costOf(resource('aws_cloudwatch_metric_alarm', values)).after).toBe(usd);
  });

  test('composite alarms, replica keys; what only a part has no price for is named', () => {
    expect(costOf(resource('aws_cloudwatch_composite_alarm', {})).after).toBe(0.5);
    expect(costOf(resource('aws_kms_replica_key', {})).after).toBe(1);
    const insights = costOf(
      resource('aws_cloudwatch_metric_alarm', { metric_query: [{ expression: 'SELECT AVG(x) FROM y' }] }),
    );
    expect(insights.unpriced).toEqual(['aws_cloudwatch_metric_alarm.it: metrics that its query analyzes']);
  });

  test('dynamic partitioning: by the GB and by the object, its JQ hours not priced, and said', () => {
    const [s3] = delivery.extended_s3_configuration;
    const partitioned = {
      extended_s3_configuration: [
        {
          ...s3,
          dynamic_partitioning_configuration: [{ enabled: true }],
          processing_configuration: [{ enabled: true, processors: [{ type: 'MetadataExtraction' }] }],
        },
      ],
    };
    const cost = costOf(resource('aws_kinesis_firehose_delivery_stream', partitioned, delivery));
    // 42.8315 GB delivered x 0.02, 21.9 thousand objects x 0.005.
    expect(cost.difference).toBeCloseTo(0.86 + 0.11, 2);
    expect(cost.unpriced).toEqual(['aws_kinesis_firehose_delivery_stream.it: JQ hours of dynamic partitioning']);
  });

  test('Firehose beyond 500 TB and 2 PB a month', () => {
    const workload = { ...EXAMPLE, recordsPerSecond: 400_000, recordBytes: 5 * 1024, queriesPerDay: 0 };
    const { items } = reviewPlan(
      { resource_changes: [resource('aws_kinesis_firehose_delivery_stream', delivery)] },
      { workload },
    ).cost;
    const gb = (400_000 * 2_628_000 * 5) / 1024 / 1024;
    const usd = (name: string) => items.find(({ item }) => item === name)?.after;
    expect(usd('data in, records rounded up to 5 KB')).toBe(512_000 * 0.029);
    expect(usd('data in beyond 500 TB')).toBe(1_536_000 * 0.025);
    expect(usd('data in beyond 2 PB')).toBeCloseTo((gb - 2_048_000) * 0.02, 0);
  });

  test.each([
    [
      'its own region',
      { shard_count: 1, region: 'ap-southeast-2' },
      {},
      /ap-southeast-2; prices are those of us-east-1/,
    ],
    [
      'a provider of another region',
      { shard_count: 1 },
      { provider_config_key: 'aws.sydney' },
      /ap-southeast-2; prices/,
    ],
    ['a region with the same prices', { shard_count: 1, region: 'us-west-2' }, {}, undefined],
  ])('%s is said', (_, values, config, words) => {
    const configuration = {
      provider_config: {
        aws: { expressions: { region: { constant_value: 'us-east-1' } } },
        'aws.sydney': { expressions: { region: { constant_value: 'ap-southeast-2' } } },
      },
      root_module: { resources: [{ address: 'aws_kinesis_stream.it', type: 'aws_kinesis_stream', ...config }] },
    };
    const { assumptions } = reviewPlan({
      resource_changes: [resource('aws_kinesis_stream', values)],
      configuration,
    }).cost;
    if (words === undefined) expect(assumptions.join()).not.toMatch(/prices are those/);
    else expect(assumptions.join()).toMatch(words);
  });
});

describe('size', () => {
  test.each([1 / 3600, 1 / 900, 0.01, 1, 1000, 1e6, 1e9])(
    '%d records/s: what it says agrees with itself',
    (recordsPerSecond) => {
      const { buffer, files, traffic, shards, quotas } = sizeWorkload({ ...EXAMPLE, recordsPerSecond });
      expect(files.perMonth * buffer.secondsPerFile).toBeCloseTo(2_628_000, 0);
      expect((files.perMonth * files.parquetBytes) / 2 ** 30 / files.parquetGbPerMonth).toBeCloseTo(1, 9);
      expect(files.perMonth).toBeLessThanOrEqual(traffic.records);
      expect(shards.recommended).toBeGreaterThanOrEqual(shards.minimum);
      for (const { share } of quotas) expect(Number.isFinite(share)).toBe(true);
    },
  );

  test.each(['recordsPerSecond', 'recordBytes', 'queriesPerDay', 'packBytes'])('%s must be finite', (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => checkWorkload({ ...EXAMPLE, [name]: value })).toThrow(/must be a finite number/);
    }
  });

  test.each([
    [1, 1, 'PROVISIONED'],
    [100, 1, 'PROVISIONED'],
    [1000, 1, 'PROVISIONED'],
    [10_000, 10, 'PROVISIONED'],
    [1_000_000, 1000, 'PROVISIONED'],
  ])('%d records/s of 500 bytes take %d shards', (recordsPerSecond, shards, cheaper) => {
    const answer = sizeWorkload({ ...EXAMPLE, recordsPerSecond });
    expect(answer.shards.minimum).toBe(shards);
    expect(answer.shards.recommended).toBeGreaterThanOrEqual(shards);
    expect(answer.cheaper).toBe(cheaper);
    expect(answer.quotas[0]?.share).toBeGreaterThanOrEqual(answer.quotas.at(-1)?.share ?? 1);
    expect(sizeText(answer)).toContain('First quota');
  });

  test('large records are bound by bytes', () => {
    const { shards } = sizeWorkload({ ...EXAMPLE, recordsPerSecond: 1000, recordBytes: 4096 });
    expect(shards).toMatchObject({ minimum: 4, boundBy: 'bytes' });
  });

  test("packing undoes Firehose's rounding: 51 documents of 500 bytes in 25 KB", () => {
    const { packing, modes } = sizeWorkload(EXAMPLE);
    expect(packing.documentsPerRecord).toBe(51);
    expect(packing.saves).toBeCloseTo(Math.min(...modes.map(({ usd }) => usd)) - packing.usd, 2);
    const packed = sizeWorkload({ ...EXAMPLE, packBytes: 25_600 });
    expect(packed.traffic.recordsPerSecond).toBeCloseTo(100 / 51);
    const items = packed.modes[0]?.items ?? [];
    // 51 x 501 bytes are 25,551, billed as 25,600: five fifths of 5 KB instead of 51.
    expect(items.find(({ item }) => item.startsWith('data in'))?.usd).toBeCloseTo((36.34 * 5) / 51, 2);
  });

  test('the file interval follows the buffer: the size fills first only with much traffic', () => {
    expect(sizeWorkload(EXAMPLE).buffer).toMatchObject({ seconds: 900, secondsPerFile: 900 });
    const { buffer, files } = sizeWorkload({ ...EXAMPLE, recordsPerSecond: 100_000 });
    expect(buffer.secondsPerFile).toBeLessThan(3);
    expect(files.perMonth).toBeGreaterThan(900_000);
  });

  test('one record a minute makes no more files than there are records', () => {
    const { files } = sizeWorkload({ ...EXAMPLE, recordsPerSecond: 1 / 3600 });
    expect(files.perMonth).toBe(730);
  });
});

test('delivery to an Iceberg table is billed by its bytes, and each buffer is a commit of four objects', () => {
  const iceberg = { destination: 'iceberg', iceberg_configuration: [{ buffering_size: 128, buffering_interval: 120 }] };
  const resources = [
    resource('aws_kinesis_firehose_delivery_stream', iceberg),
    resource('aws_glue_catalog_table_optimizer', { type: 'compaction' }),
  ];
  const { cost } = reviewPlan({ resource_changes: resources }, { workload: EXAMPLE });
  // 122.3758 GB x 0.075; 42.8315 GB of Parquet x 0.023; 21,900 buffers x 4 objects, 0.005 a thousand.
  expect(cost.items.map(({ item, after }) => [item, after])).toEqual([
    ['data in to an Iceberg table', 9.18],
    ['S3: a month of table files', 0.99],
    ['S3: PUT of commits', 0.44],
  ]);
  expect(cost.unpriced).toEqual(['aws_glue_catalog_table_optimizer.it: DPU-hours of its runs, $0.44 each']);
});
