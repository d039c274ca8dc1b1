import { Acceptance, gateFailures, parseGates, reviewPlan } from 'lakehouse-tools';
import { change, created, destroyed, effects, kept, planOf, reviewed, updated } from './review-plans';

const bucket = (values = {}) => kept('aws_s3_bucket.lake', { bucket: 'lake', force_destroy: false, ...values });
const rules = (...rule: object[]) => ({ bucket: 'lake', rule });
const expire = (days: number, more = {}) => ({ id: 'x', status: 'Enabled', expiration: [{ days }], ...more });
const former = (noncurrent_days: number, more = {}) => ({
  id: 'x',
  status: 'Enabled',
  noncurrent_version_expiration: [{ noncurrent_days, ...more }],
});
const L = 'aws_s3_bucket_lifecycle_configuration.l';

describe('lifecycle rules: every rule counts', () => {
  const lifecycle = (before: object[], after: object[]) =>
    reviewed(bucket(), updated(L, rules(...before), rules(...after)));
  test.each<[string, object[], object[], RegExp | undefined]>([
    ['created in an empty list', [], [expire(1)], /expire after 1 days instead of never/],
    ['shortened', [expire(30)], [expire(8)], /after 8 days instead of after 30 days/],
    ['lengthened', [expire(8)], [expire(30)], undefined],
    ['enabled', [expire(9, { status: 'Disabled' })], [expire(9)], /after 9 days instead of never/],
    ['disabled', [expire(9)], [expire(9, { status: 'Disabled' })], undefined],
    ['removed', [expire(9)], [], undefined],
    [
      'a second one shortened, though not the one with the fewest days',
      [expire(7, { id: 'a', filter: [{ prefix: 'q/' }] }), expire(90, { id: 'b', filter: [{ prefix: 'e/' }] })],
      [expire(7, { id: 'a', filter: [{ prefix: 'q/' }] }), expire(30, { id: 'b', filter: [{ prefix: 'e/' }] })],
      /under e\/ expire after 30 days instead of after 90 days/,
    ],
    [
      'widened to every prefix',
      [expire(7, { filter: [{ prefix: 'q/' }] })],
      [expire(7, { filter: [{ prefix: '' }] })],
      /after 7 days/,
    ],
    ['narrowed to a prefix', [expire(7)], [expire(7, { filter: [{ prefix: 'q/' }] })], undefined],
    [
      'widened by a tag that goes',
      [expire(7, { filter: [{ tag: [{ key: 'a', value: 'b' }] }] })],
      [expire(7, { filter: [{}] })],
      /after 7/,
    ],
    [
      'widened by a size that goes',
      [expire(7, { filter: [{ object_size_greater_than: '500' }] })],
      [expire(7)],
      /after 7/,
    ],
    [
      'under and, as before',
      [expire(7, { filter: [{ and: [{ prefix: 'q/', tags: { a: 'b' } }] }] })],
      [expire(7, { filter: [{ and: [{ prefix: 'q/', tags: { a: 'b' } }] }] })],
      undefined,
    ],
    [
      'a date',
      [],
      [{ id: 'x', status: 'Enabled', expiration: [{ date: '2026-01-01T00:00:00Z' }] }],
      /from 2026-01-01 on/,
    ],
    [
      'a date that comes sooner',
      [{ id: 'x', status: 'Enabled', expiration: [{ date: '2027-01-01T00:00:00Z' }] }],
      [{ id: 'x', status: 'Enabled', expiration: [{ date: '2026-01-01T00:00:00Z' }] }],
      /from 2026-01-01 on/,
    ],
    ['former versions', [former(365)], [former(1)], /former versions expire after 1 days instead of after 365/],
    [
      'fewer former versions kept',
      [former(30, { newer_noncurrent_versions: 5 })],
      [former(30, { newer_noncurrent_versions: 2 })],
      /the newest 2 apart/,
    ],
    [
      'only unfinished uploads',
      [],
      [{ id: 'u', status: 'Enabled', abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }] }],
      undefined,
    ],
    [
      'delete markers alone',
      [],
      [{ id: 'm', status: 'Enabled', expiration: [{ expired_object_delete_marker: true, days: 0 }] }],
      undefined,
    ],
  ])('%s', (_, before, after, words) => {
    const { dataImpacts } = lifecycle(before, after);
    expect(dataImpacts.map(({ effect }) => effect)).toEqual(words === undefined ? [] : ['lost']);
    if (words !== undefined) expect(dataImpacts[0]?.meaning).toMatch(words);
  });

  test('created beside a bucket that is there: lost; with the bucket, by name or by reference: not', () => {
    expect(effects(reviewed(bucket(), created(L, rules(expire(1)))))).toEqual([`lost ${L}`]);
    expect(effects(reviewed(created(L, rules(expire(1)))))).toEqual([`lost ${L}`]);
    const fresh = created('aws_s3_bucket.lake', { bucket: 'lake' });
    expect(effects(reviewed(fresh, created(L, rules(expire(1)))))).toEqual([]);
  });

  test('noncurrent rules on a bucket that never had versions lose nothing', () => {
    const never = bucket({ versioning: [{ enabled: false }] });
    expect(effects(reviewed(never, updated(L, rules(), rules(former(1)))))).toEqual([]);
    const suspended = kept('aws_s3_bucket_versioning.v', {
      bucket: 'lake',
      versioning_configuration: [{ status: 'Suspended' }],
    });
    expect(effects(reviewed(never, suspended, updated(L, rules(), rules(former(1)))))).toEqual([`lost ${L}`]);
  });

  test('an archive class is a risk: queries cannot read it', () => {
    const transition = { id: 't', status: 'Enabled', transition: [{ days: 90, storage_class: 'DEEP_ARCHIVE' }] };
    const { dataImpacts } = reviewed(bucket(), updated(L, rules(), rules(transition)));
    expect(dataImpacts).toMatchObject([
      { effect: 'risk', meaning: expect.stringContaining("can't be read or queried") },
    ]);
    const infrequent = { id: 't', status: 'Enabled', transition: [{ days: 90, storage_class: 'STANDARD_IA' }] };
    expect(effects(reviewed(bucket(), updated(L, rules(), rules(infrequent))))).toEqual([]);
  });

  test('rules inside of the bucket, and those of other providers', () => {
    const inline = updated(
      'aws_s3_bucket.b',
      { lifecycle_rule: [] },
      { lifecycle_rule: [{ enabled: true, expiration: [{ days: 1 }] }] },
    );
    expect(effects(reviewed(inline))).toEqual(['lost aws_s3_bucket.b']);
    const google = updated(
      'google_storage_bucket.b',
      { lifecycle_rule: [] },
      { lifecycle_rule: [{ action: [{ type: 'Delete' }], condition: [{ age: 3 }] }] },
    );
    expect(effects(reviewed(google))).toEqual(['lost google_storage_bucket.b']);
    const azure = (days: number) => ({
      rule: [
        {
          name: 'r',
          enabled: true,
          actions: [{ base_blob: [{ delete_after_days_since_modification_greater_than: days }] }],
        },
      ],
    });
    expect(effects(reviewed(updated('azurerm_storage_management_policy.p', azure(90), azure(7))))).toHaveLength(1);
    expect(effects(reviewed(updated('azurerm_storage_management_policy.p', azure(7), azure(90))))).toEqual([]);
  });
});

describe('what changes in place', () => {
  test.each<[string, object, object, 'lost' | 'risk' | undefined]>([
    ['aws_kinesis_stream', { retention_period: 48 }, { retention_period: 24 }, 'lost'],
    ['aws_kinesis_stream', { retention_period: 24 }, { retention_period: 48 }, undefined],
    ['aws_cloudwatch_log_group', { retention_in_days: 0 }, { retention_in_days: 3653 }, 'lost'],
    ['aws_cloudwatch_log_group', { retention_in_days: 30 }, { retention_in_days: 0 }, undefined],
    ['aws_cloudwatch_event_archive', { retention_days: null }, { retention_days: 7 }, 'lost'],
    ['aws_cloudtrail_event_data_store', { retention_period: 2557 }, { retention_period: 365 }, 'lost'],
    ['aws_sqs_queue', { message_retention_seconds: 345600 }, { message_retention_seconds: 60 }, 'lost'],
    ['aws_db_instance', { backup_retention_period: 7 }, { backup_retention_period: 0 }, 'lost'],
    ['aws_docdb_cluster', { backup_retention_period: 7 }, { backup_retention_period: 1 }, 'lost'],
    [
      'aws_redshift_cluster',
      { automated_snapshot_retention_period: 7 },
      { automated_snapshot_retention_period: 1 },
      'lost',
    ],
    ['aws_elasticache_replication_group', { snapshot_retention_limit: 5 }, { snapshot_retention_limit: 0 }, 'lost'],
    [
      'aws_timestreamwrite_table',
      { retention_properties: [{ magnetic_store_retention_period_in_days: 100 }] },
      { retention_properties: [{ magnetic_store_retention_period_in_days: 10 }] },
      'lost',
    ],
    [
      'aws_dynamodb_table',
      { ttl: [{ enabled: false, attribute_name: '' }] },
      { ttl: [{ enabled: true, attribute_name: 'at' }] },
      'lost',
    ],
    [
      'aws_dynamodb_table',
      { point_in_time_recovery: [{ enabled: true }] },
      { point_in_time_recovery: [{ enabled: false }] },
      'risk',
    ],
    ['aws_dynamodb_table', { deletion_protection_enabled: true }, { deletion_protection_enabled: false }, 'risk'],
    ['aws_kms_key', { is_enabled: true }, { is_enabled: false }, 'risk'],
    ['aws_kms_key', { is_enabled: false }, { is_enabled: true }, undefined],
    ['aws_kms_external_key', { enabled: true }, { enabled: false }, 'risk'],
    ['aws_kms_key', { deletion_window_in_days: 30 }, { deletion_window_in_days: 7 }, 'risk'],
    ['aws_secretsmanager_secret', { recovery_window_in_days: 30 }, { recovery_window_in_days: 0 }, 'risk'],
    ['aws_db_instance', { skip_final_snapshot: false }, { skip_final_snapshot: true }, 'risk'],
    ['aws_ecr_repository', { force_delete: false }, { force_delete: true }, 'risk'],
    ['aws_ebs_volume', { final_snapshot: true }, { final_snapshot: false }, 'risk'],
    ['aws_cognito_user_pool', { deletion_protection: 'ACTIVE' }, { deletion_protection: 'INACTIVE' }, 'risk'],
    ['aws_ecr_lifecycle_policy', { policy: '{"rules":[]}' }, { policy: '{"rules":[{"rulePriority":1}]}' }, 'lost'],
    [
      'aws_backup_plan',
      { rule: [{ rule_name: 'd', lifecycle: [{ delete_after: 90 }] }] },
      { rule: [{ rule_name: 'd', lifecycle: [{ delete_after: 7 }] }] },
      'risk',
    ],
    ['aws_backup_plan', { rule: [{ rule_name: 'daily' }] }, { rule: [] }, 'risk'],
    [
      'aws_msk_configuration',
      { server_properties: 'log.retention.hours=168' },
      { server_properties: 'log.retention.hours = 24\n' },
      'lost',
    ],
    ['aws_s3_bucket', { versioning: [{ enabled: true }] }, { versioning: [{ enabled: false }] }, 'risk'],
    ['azurerm_log_analytics_workspace', { retention_in_days: 90 }, { retention_in_days: 30 }, 'lost'],
    ['acme_store', { retention_hours: 90 }, { retention_hours: 30 }, 'lost'],
    ['aws_lb_target_group', { deregistration_delay: 300 }, { deregistration_delay: 1 }, undefined],
  ])('%s from %j to %j', (type, before, after, effect) => {
    const found = reviewed(updated(`${type}.x`, before as never, after as never)).dataImpacts;
    expect(found.map((impact) => impact.effect)).toEqual(effect === undefined ? [] : [effect]);
  });

  const table = (storage_descriptor: object, more = {}) => ({
    name: 't',
    storage_descriptor: [storage_descriptor],
    ...more,
  });
  const columns = (...types: string[]) => types.map((text) => ({ name: text.split(' ')[0], type: text.split(' ')[1] }));
  test.each<[string, object, object, RegExp | undefined]>([
    [
      'a type that does not fit',
      table({ columns: columns('a string') }),
      table({ columns: columns('a bigint') }),
      /a from string to bigint/,
    ],
    [
      'a narrower type',
      table({ columns: columns('a bigint') }),
      table({ columns: columns('a int') }),
      /a from bigint to int/,
    ],
    ['a wider type', table({ columns: columns('a int') }), table({ columns: columns('a bigint') }), undefined],
    [
      'a column added in the middle',
      table({ columns: columns('a int', 'c int') }),
      table({ columns: columns('a int', 'b int', 'c int') }),
      undefined,
    ],
    [
      'a column gone',
      table({ columns: columns('a int', 'b int') }),
      table({ columns: columns('b int') }),
      /column a leaves/,
    ],
    [
      'another order in a text format',
      table({
        columns: columns('a int', 'b int'),
        ser_de_info: [{ serialization_library: 'org.apache.hadoop.hive.serde2.OpenCSVSerde' }],
      }),
      table({
        columns: columns('b int', 'a int'),
        ser_de_info: [{ serialization_library: 'org.apache.hadoop.hive.serde2.OpenCSVSerde' }],
      }),
      /read into other columns/,
    ],
    ['another place', table({ location: 's3://a/' }), table({ location: 's3://b/' }), /no longer found/],
    ['another format', table({ input_format: 'a' }), table({ input_format: 'b' }), /another format/],
    [
      'other partition keys',
      table({}, { partition_keys: columns('d string') }),
      table({}, { partition_keys: columns('e string') }),
      /partition keys/,
    ],
    [
      'a projection that begins later',
      table({}, { parameters: { 'projection.year.range': '2020,2030' } }),
      table({}, { parameters: { 'projection.year.range': '2024,2030' } }),
      /rows outside are no longer found/,
    ],
    [
      'a projection that ends later',
      table({}, { parameters: { 'projection.year.range': '2020,2030' } }),
      table({}, { parameters: { 'projection.year.range': '2020,2040' } }),
      undefined,
    ],
  ])('a table with %s', (_, before, after, words) => {
    const found = reviewed(updated('aws_glue_catalog_table.t', before as never, after as never)).dataImpacts;
    expect(found.map(({ effect }) => effect)).toEqual(words === undefined ? [] : ['risk']);
    if (words !== undefined) expect(found[0]?.meaning).toMatch(words);
  });

  const iceberg = (columnNames: string[], location = 'm1') => ({
    open_table_format_input: [{ iceberg_input: [{ metadata_operation: 'CREATE' }] }],
    parameters: { metadata_location: location },
    storage_descriptor: [{ location: 's3://a/', columns: columnNames.map((name) => ({ name, type: 'string' })) }],
  });

  test.each<[string, object, string[], RegExp]>([
    ['columns', iceberg(['a', 'b']), ['risk'], /only the catalog's columns change.*ALTER TABLE/],
    ['metadata', iceberg(['a'], 'm2'), ['lost'], /from another metadata file/],
  ])('an Iceberg table whose %s Terraform changes', (_, after, words, meaning) => {
    const found = reviewed(updated('aws_glue_catalog_table.t', iceberg(['a']) as never, after as never)).dataImpacts;
    expect(found.map(({ effect }) => effect)).toEqual(words);
    expect(found[0]?.meaning).toMatch(meaning);
  });

  test('an optimizer that keeps snapshots for a shorter time', () => {
    const keeps = (snapshot_retention_period_in_days: number) => ({
      configuration: [
        { retention_configuration: [{ iceberg_configuration: [{ snapshot_retention_period_in_days }] }] },
      ],
    });
    const found = reviewed(updated('aws_glue_catalog_table_optimizer.o', keeps(5) as never, keeps(1) as never));
    expect(effects(found)).toEqual(['lost aws_glue_catalog_table_optimizer.o']);
  });

  test('versioning taken away with its resource; not when the bucket goes too', () => {
    const versioning = destroyed('aws_s3_bucket_versioning.v', {
      bucket: 'lake',
      versioning_configuration: [{ status: 'Enabled' }],
    });
    expect(effects(reviewed(bucket(), versioning))).toEqual(['risk aws_s3_bucket_versioning.v']);
    expect(effects(reviewed(destroyed('aws_s3_bucket.lake', { bucket: 'lake' }), versioning))).toEqual([
      'lost aws_s3_bucket.lake',
    ]);
  });
});

describe('what a destroy says', () => {
  test.each<[string, object, RegExp]>([
    ['aws_secretsmanager_secret', { recovery_window_in_days: 0 }, /at once/],
    [
      'aws_glue_catalog_table',
      { parameters: { table_type: 'ICEBERG' } },
      /rows and history are out of reach.*DROP TABLE/,
    ],
    ['aws_secretsmanager_secret', { recovery_window_in_days: null }, /restored for 30 days/],
    ['aws_secretsmanager_secret', { recovery_window_in_days: 7 }, /restored for 7 days/],
    ['aws_ebs_volume', { final_snapshot: true }, /a final snapshot of it stays/],
    ['aws_ebs_volume', { final_snapshot: false }, /no final snapshot/],
    [
      'aws_docdb_cluster',
      { skip_final_snapshot: false, final_snapshot_identifier: 'x' },
      /a final snapshot stays \("x"\)/,
    ],
    ['aws_neptune_cluster', { skip_final_snapshot: true }, /no final snapshot is taken \(skip_final_snapshot\)/],
    ['aws_memorydb_cluster', { final_snapshot_name: 'last' }, /a final snapshot stays \("last"\)/],
    ['aws_rds_cluster', {}, /isn't known/],
    ['aws_kms_key', { deletion_window_in_days: 7 }, /in 7 days/],
    ['aws_kms_key', {}, /in 30 days/],
    ['aws_kinesis_stream', { retention_period: 48 }, /up to 48 hours/],
    [
      'aws_kinesis_stream',
      { enforce_consumer_deletion: false },
      /^the records in the stream are deleted.*fails while consumers are registered/,
    ],
    ['aws_s3_bucket', { force_destroy: null }, /deleted if it is empty/],
    ['aws_s3_bucket', { force_destroy: true }, /every object and every version/],
    [
      'aws_s3_bucket',
      {
        force_destroy: true,
        object_lock_enabled: true,
        object_lock_configuration: [{ rule: [{ default_retention: [{ mode: 'COMPLIANCE', years: 7 }] }] }],
      },
      /\(COMPLIANCE, 7 years\) can't be deleted before their retention ends/,
    ],
    ['aws_ecr_repository', { force_delete: false }, /fails while it holds images/],
    ['aws_dynamodb_table', { deletion_protection_enabled: true }, /refuses while deletion_protection_enabled is on/],
    ['aws_dynamodb_table', { point_in_time_recovery: [{ enabled: true }] }, /system backup for 35 days/],
  ])('%s with %j', (type, before, words) => {
    const [impact] = reviewed(destroyed(`${type}.x`, before as never)).dataImpacts;
    expect(impact).toMatchObject({ effect: 'lost', meaning: expect.stringMatching(words) });
  });

  test.each<[string, object, RegExp]>([
    ['aws_cloudwatch_log_group', { skip_destroy: true }, /stays as it is/],
    ['aws_db_instance', { replicate_source_db: 'main' }, /source main keeps the data/],
  ])('%s with %j loses nothing', (type, before, words) => {
    const [impact] = reviewed(destroyed(`${type}.x`, before as never)).dataImpacts;
    expect(impact).toMatchObject({ effect: 'risk', meaning: expect.stringMatching(words) });
  });

  test('a mapping that starts over misses records or processes them again; a paused one, or one without a destination, is a risk', () => {
    const mapping = (values: object) => ({
      starting_position: 'TRIM_HORIZON',
      event_source_arn: 'arn:stream',
      enabled: true,
      destination_config: [{ on_failure: [{ destination_arn: 'arn:queue' }] }],
      ...values,
    });
    const impactsOf = (actions: string[], after: object) =>
      reviewed(
        change('aws_lambda_event_source_mapping.m', actions, mapping({}) as never, mapping(after) as never),
      ).dataImpacts.map(({ effect, meaning }) => [effect, meaning]);
    const anew = ['delete', 'create'];
    expect(impactsOf(anew, { starting_position: 'LATEST' })).toEqual([['gap', expect.stringMatching(/not processed/)]]);
    expect(impactsOf(anew, { event_source_arn: 'arn:other' })).toEqual([
      ['risk', expect.stringMatching(/processed again/)],
    ]);
    expect(impactsOf(['update'], { enabled: false })).toEqual([
      ['risk', expect.stringMatching(/outlive the retention/)],
    ]);
    expect(impactsOf(['update'], { destination_config: [] })).toEqual([
      ['risk', expect.stringMatching(/no longer told/)],
    ]);
    expect(impactsOf(['update'], { batch_size: 7 })).toEqual([]);
  });

  test('nothing lost with what holds none: rights, networks, groups of parameters, bindings', () => {
    const types =
      'aws_route_table aws_s3_bucket_ownership_controls aws_s3_bucket_public_access_block aws_db_subnet_group aws_kms_alias aws_ecs_cluster aws_sns_topic aws_lambda_function aws_key_pair aws_cloudwatch_log_metric_filter terraform_data google_storage_bucket_iam_member google_pubsub_topic_iam_binding kubernetes_cluster_role kubernetes_cluster_role_binding azurerm_route_table azurerm_key_vault_access_policy github_repository_webhook datadog_monitor';
    const review = reviewed(...types.split(' ').map((type) => destroyed(`${type}.x`, { id: 'x' })));
    expect(review.dataImpacts).toEqual([]);
    expect(review.headline).toMatch(/Nothing that holds data is destroyed\./);
  });

  test('a type that no table has is not judged, by name, and fails the gate unless the repository says that it holds none', () => {
    const review = reviewed(destroyed('aws_brandnew_store.s', { id: 'x' }), change('acme_box.b', ['forget'], {}, null));
    expect(effects(review)).toEqual(['unjudged aws_brandnew_store.s', 'unjudged acme_box.b']);
    expect(review.headline).toContain('Not judged what goes with aws_brandnew_store, acme_box.');
    expect(review.headline).not.toMatch(/Nothing/);
    expect(gateFailures(review, parseGates(['data-loss']))[0]?.reason).toBe(
      'not judged: aws_brandnew_store.s, acme_box.b',
    );
    const acceptance = new Acceptance([], [], undefined, ['acme_*', 'aws_*']);
    const plan = planOf([destroyed('acme_box.b', {}), destroyed('aws_sqs_queue.q', {})]);
    expect(effects(reviewPlan(plan, { acceptance }))).toEqual(['lost aws_sqs_queue.q']);
  });

  test('an object that is forgotten, or let go of while another is created, is not called a delete', () => {
    const review = reviewed(change('aws_kinesis_stream.s', ['create', 'forget'], { name: 's' }, { name: 's' }));
    expect(review.verdict).toMatchObject({ delete: 0, replace: 0, create: 1, forget: 1 });
    expect(review.headline).not.toMatch(/delete/);
    expect(review.dataImpacts).toMatchObject([
      { effect: 'gap', meaning: expect.stringContaining('the old one stays') },
    ]);
  });
});
