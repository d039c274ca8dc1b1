// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as Terraform reads them
import { Testing } from 'cdktf';
import type { ConfigError } from '../config/config-error';
import { environments } from '../config/environments';
import { loadConfiguration, parseSettings } from '../config/load';
import { StateStack } from '../state-stack';
import { only, type Synthesized, synthesize, testApp, validate } from './support';

const LOCAL = { LAKEHOUSE_ENV: 'local', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };

test('every environment, and the stack for remote state, is valid Terraform', async () => {
  const state = new StateStack(testApp(), 'state', {
    settings: parseSettings({}),
    local: false,
    deletionSwitch: false,
  });
  const { dev, local, prod } = environments;
  await validate([
    synthesize(dev),
    synthesize(local, { local: true }),
    synthesize(prod),
    { ...(JSON.parse(Testing.synth(state)) as Synthesized), locals: {} },
  ]);
}, 60_000);

test('outputs carry exactly the names that the tools look for', () => {
  expect(Object.keys(synthesize({}).output).sort()).toEqual([
    'account_id',
    'athena_workgroup_name',
    'dashboard_name',
    'delivery_stream_name',
    'glue_database_name',
    'glue_table_name',
    'kinesis_stream_arn',
    'kinesis_stream_name',
    'lake_bucket_name',
    'log_group_name',
    'log_stream_name',
    'region',
    'table_prefix',
  ]);
});

test('the delivery stream waits for its role policy and for the settings of the bucket', () => {
  expect(only(synthesize({}), 'aws_kinesis_firehose_delivery_stream').depends_on).toEqual([
    'aws_iam_role_policy.delivery_role_policy',
    'aws_s3_bucket_policy.lake_bucket_baseline_policy',
    'aws_s3_bucket_server_side_encryption_configuration.lake_bucket_baseline_encryption',
  ]);
});

test('dev and prod share no name', () => {
  const names = ({ resource }: Synthesized) =>
    Object.entries(resource).flatMap(([type, blocks]) =>
      Object.values(blocks).flatMap(({ name, bucket, alarm_name, dashboard_name }) =>
        [name, alarm_name, dashboard_name, type === 'aws_s3_bucket' ? bucket : undefined]
          .filter((value): value is string => typeof value === 'string')
          // Named queries and log streams are named within a workgroup or a log group.
          .filter(() => !['aws_athena_named_query', 'aws_cloudwatch_log_stream'].includes(type))
          .map((value) => `${type} ${value}`),
      ),
    );
  const prod = new Set(names(synthesize(environments.prod)));
  const dev = names(synthesize(environments.dev));
  expect(dev.length).toBeGreaterThan(10);
  expect(dev.filter((name) => prod.has(name))).toEqual([]);
});

describe('partitions', () => {
  const table = (input: Parameters<typeof synthesize>[0]) => only(synthesize(input), 'aws_glue_catalog_table');

  test('components: a column for year, month, day and hour, found without a catalog entry', () => {
    expect(table({}).parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.year.type': 'date',
      'projection.year.range': '2026,NOW',
      'projection.hour.range': '0,23',
      'projection.hour.digits': '2',
      'storage.location.template': '${S3}/$${year}/$${month}/$${day}/$${hour}/'.replace(
        '${S3}',
        's3://${aws_s3_bucket.lake_bucket.bucket}/tbl-kinesis-rd',
      ),
    });
  });

  test('datehour: one column', () => {
    const { parameters, partition_keys } = table({ partitions: 'datehour', partitionsFromYear: 2025 });
    expect(partition_keys).toMatchObject([{ name: 'datehour', type: 'string' }]);
    expect(parameters).toMatchObject({
      'projection.datehour.format': 'yyyy/MM/dd/HH',
      'projection.datehour.range': '2025/01/01/00,NOW',
      'storage.location.template': 's3://${aws_s3_bucket.lake_bucket.bucket}/tbl-kinesis-rd/$${datehour}/',
    });
  });

  test('a prefix with its own expressions shapes the template', () => {
    const s3Prefix = 'events/y=!{timestamp:yyyy}/m=!{timestamp:MM}/!{timestamp:dd-HH}/';
    const { parameters, storage_descriptor } = table({ s3Prefix });
    expect(parameters).toMatchObject({
      'storage.location.template':
        's3://${aws_s3_bucket.lake_bucket.bucket}/events/y=$${year}/m=$${month}/$${day}-$${hour}/',
    });
    expect(storage_descriptor).toMatchObject({ location: 's3://${aws_s3_bucket.lake_bucket.bucket}/events/' });
  });

  test('dynamic partitioning sorts by a field, and the table knows its folders', () => {
    const synthesized = synthesize({
      dynamicPartitioningField: 'status',
      dynamicPartitioningValues: ['Active', 'Inactive'],
    });
    expect(only(synthesized, 'aws_glue_catalog_table').parameters).toMatchObject({
      'projection.by_status.type': 'enum',
      'projection.by_status.values': 'Active,Inactive',
      'storage.location.template':
        's3://${aws_s3_bucket.lake_bucket.bucket}/tbl-kinesis-rd/$${by_status}/$${year}/$${month}/$${day}/$${hour}/',
    });
    expect(only(synthesized, 'aws_kinesis_firehose_delivery_stream').extended_s3_configuration).toMatchObject({
      prefix: 'tbl-kinesis-rd/!{partitionKeyFromQuery:status}/!{timestamp:yyyy/MM/dd/HH}/',
      dynamic_partitioning_configuration: { enabled: true },
    });
  });
});

describe('what may be lost', () => {
  const guarded = ['aws_kinesis_stream', 'aws_s3_bucket', 'aws_kinesis_firehose_delivery_stream'];
  const lifecycles = (input: Parameters<typeof synthesize>[0], deletionSwitch: boolean) => {
    const synthesized = synthesize({ ...input, bucketAccessLogs: false }, { deletionSwitch });
    return guarded.map(
      (type) =>
        only(synthesized, type).lifecycle as { prevent_destroy?: boolean; precondition?: unknown[] } | undefined,
    );
  };
  const forceDestroy = (input: Parameters<typeof synthesize>[0], deletionSwitch: boolean) =>
    only(synthesize({ ...input, bucketAccessLogs: false }, { deletionSwitch }), 'aws_s3_bucket').force_destroy;

  test('prod keeps its data, switch or not', () => {
    for (const deletionSwitch of [false, true]) {
      for (const lifecycle of lifecycles(environments.prod, deletionSwitch))
        expect(lifecycle?.prevent_destroy).toBe(true);
      expect(forceDestroy(environments.prod, deletionSwitch)).toBe(false);
    }
  });

  test('with-switch needs the switch too', () => {
    const input = { ...environments.prod, dataDeletion: 'with-switch' } as const;
    for (const lifecycle of lifecycles(input, false)) expect(lifecycle?.prevent_destroy).toBe(true);
    expect(forceDestroy(input, false)).toBe(false);
    for (const lifecycle of lifecycles(input, true)) expect(lifecycle?.prevent_destroy).toBeUndefined();
    expect(forceDestroy(input, true)).toBe(true);
  });

  test('in every environment a replacement is refused without the switch', () => {
    for (const input of Object.values(environments)) {
      for (const lifecycle of lifecycles(input, false)) expect(lifecycle?.precondition).toHaveLength(1);
    }
    for (const lifecycle of lifecycles(environments.dev, true)) expect(lifecycle).toBeUndefined();
  });
});

describe('the account', () => {
  const provider = (local: boolean) => synthesize({}, { local }).provider.aws[0];

  test('on this machine it is the one that AWS gives to nobody, on AWS any other', () => {
    expect(provider(true)).toMatchObject({ allowed_account_ids: ['000000000000'], access_key: 'local' });
    expect(provider(false)).toMatchObject({ forbidden_account_ids: ['000000000000'] });
    expect(provider(false)).not.toHaveProperty('access_key');
  });
});

describe('queries to begin with', () => {
  const queries = (input: Parameters<typeof synthesize>[0]) =>
    Object.values(synthesize(input).resource.aws_athena_named_query ?? {}).map(({ query }) => String(query));

  test('name a value of the partition that Athena must be told one of', () => {
    const injected = queries({ dynamicPartitioningField: 'status' });
    expect(injected).toHaveLength(4);
    for (const query of injected) expect(query).toContain("WHERE by_status = 'put a status here'\n  AND year = ");
    for (const query of queries({ dynamicPartitioningField: 'status', dynamicPartitioningValues: ['Active'] }))
      expect(query).not.toContain('by_status');
  });

  test('are those that the columns allow', () => {
    expect(queries({ columns: [{ name: 'id', type: 'bigint' }] })).toEqual([]);
  });
});

describe('remote state', () => {
  const bucket = (dataDeletion: 'allowed' | 'never', deletionSwitch: boolean) => {
    const settings = parseSettings({ dataDeletion });
    const stack = new StateStack(testApp(), 'state', { settings, local: false, deletionSwitch });
    return only(JSON.parse(Testing.synth(stack)) as Synthesized, 'aws_s3_bucket');
  };

  test('its bucket is deleted with the switch alone, also where other data may go without', () => {
    for (const kept of [bucket('allowed', false), bucket('never', true)])
      expect(kept).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(bucket('allowed', true)).toMatchObject({ force_destroy: true });
    expect(bucket('allowed', true)).not.toHaveProperty('lifecycle');
  });

  test('a bucket with a lock file, a key for each environment', () => {
    const s3 = { stateBackend: 's3', stateBucketName: 'our-state' } as const;
    expect(synthesize(s3, { id: 'lakehouse-dev' }).terraform.backend).toMatchObject({
      s3: { bucket: 'our-state', key: 'lakehouse-dev/terraform.tfstate', encrypt: true, use_lockfile: true },
    });
  });
});

describe('environment variables', () => {
  const faults = (variables: Record<string, string>) => {
    try {
      loadConfiguration(variables);
      return [];
    } catch (error) {
      return (error as ConfigError).message.split('\n');
    }
  };

  test('override what the file of the environment sets, in the kind that the setting has', () => {
    const { settings, environment } = loadConfiguration({
      ...LOCAL,
      LAKEHOUSE_SHARD_COUNT: '2',
      LAKEHOUSE_DASHBOARD: 'false',
      LAKEHOUSE_SHARD_LEVEL_METRICS: 'IncomingBytes, OutgoingBytes',
      LAKEHOUSE_COLUMNS: '[{"name":"id","type":"bigint"}]',
      LAKEHOUSE_TAGS: '{"Team":"Data"}',
      LAKEHOUSE_BUFFERING_INTERVAL: '',
      LAKEHOUSE_S3_BUCKET_NAME: 'my-lake',
      LAKEHOUSE_CLOUDWATCH_LOG_RETENTION_DAYS: '7',
    });
    expect(environment).toBe('local');
    expect(settings).toMatchObject({
      shardCount: 2,
      dashboard: false,
      shardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
      columns: [{ name: 'id', type: 'bigint' }],
      tags: { Team: 'Data' },
      bufferingInterval: 120,
      s3BucketName: 'my-lake',
      cloudwatchLogRetentionDays: 7,
    });
  });

  test('all that is wrong is told at once, each with key, value and rule', () => {
    expect(
      faults({
        LAKEHOUSE_ENV: 'staging',
        LAKEHOUSE_RETENTION_PERIOD: '12',
        LAKEHOUSE_SHARD_COUNT: 'two',
        LAKEHOUSE_BUFFERING_SIZE: '10',
        LAKEHOUSE_DATA_DELETION: 'allowed',
        LAKEHOUSE_SHARDCOUNT: '2',
      }),
    ).toEqual([
      'LAKEHOUSE_ENV = "staging": must be one of local, dev, prod',
      `LAKEHOUSE_DATA_DELETION = "allowed": set dataDeletion in the environment's file, stacks/config/environments`,
      'LAKEHOUSE_SHARDCOUNT = "2": names no setting: is LAKEHOUSE_SHARD_COUNT meant?',
      'shardCount = "two": must be a whole number',
      'retentionPeriod = 12: must be 24 to 8,760 hours',
      'bufferingSize = 10: must be at least 64 MiB with format conversion',
    ]);
  });

  test.each([
    [{ LAKEHOUSE_ENV: 'local' }, 'AWS_ENDPOINT_URL: must name a loopback address'],
    [{ LAKEHOUSE_ENV: 'local', AWS_ENDPOINT_URL: 'https://kinesis.us-east-1.amazonaws.com' }, 'AWS_ENDPOINT_URL = '],
    [{ LAKEHOUSE_ENV: 'local', AWS_ENDPOINT_URL: 'http://127.0.0.1.example.com' }, 'AWS_ENDPOINT_URL = '],
    [{ ...LOCAL, AWS_ENDPOINT_URL_S3: 'https://s3.amazonaws.com' }, 'AWS_ENDPOINT_URL_S3 = '],
    [{ ...LOCAL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = '],
    [{ ...LOCAL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: '1' }, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = '],
    [{ ...LOCAL, AWS_S3_ENDPOINT: 'https://s3.amazonaws.com' }, 'AWS_S3_ENDPOINT = '],
    [{ ...LOCAL, TF_AWS_STS_ENDPOINT: 'https://sts.amazonaws.com' }, 'TF_AWS_STS_ENDPOINT = '],
    [{ ...LOCAL, AWS_STS_ENDPOINT: 'https://sts.amazonaws.com' }, 'AWS_STS_ENDPOINT = '],
    [{ LAKEHOUSE_ENV: 'dev', AWS_ENDPOINT_URL: 'http://localhost:4566' }, 'AWS_ENDPOINT_URL = '],
    [{ AWS_ENDPOINT_URL_KINESIS: 'http://localhost:4566' }, 'AWS_ENDPOINT_URL_KINESIS = '],
    [{ LAKEHOUSE_ENV: 'prod', AWS_ENDPOINT_URL: 'http://[::1]:4566' }, 'AWS_ENDPOINT_URL = '],
  ])('%j does not mix up this machine and AWS', (variables, beginning) => {
    const lines = faults(variables as Record<string, string>);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.startsWith(beginning)).toBe(true);
  });

  test.each(['http://127.0.0.1:4566', 'http://localhost:1', 'http://[::1]:4566', 'http://127.8.0.1'])(
    '%s is this machine',
    (url) => {
      expect(faults({ LAKEHOUSE_ENV: 'local', AWS_ENDPOINT_URL: url })).toEqual([]);
    },
  );
});
