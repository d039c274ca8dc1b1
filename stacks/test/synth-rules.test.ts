import fc from 'fast-check';
import type { SettingName, SettingsInput } from '../config/schema';
import { faultsOf } from './support';

/** A rule with an arbitrary of settings that break it, and the expected message. */
type Violation = [key: SettingName, broken: fc.Arbitrary<unknown>, says: RegExp, others?: SettingsInput];

const outside = (min: number, max: number) =>
  fc.oneof(fc.integer({ min: -1_000_000, max: min - 1 }), fc.integer({ min: max + 1, max: 1_000_000_000 }));
const withCharacter = (characters: string) =>
  fc
    .tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.constantFrom(...characters), fc.stringMatching(/^[a-z]{1,9}$/))
    .map((parts) => parts.join(''));
const inFolder = (folder: string) => fc.constantFrom('', 'deeper/').map((rest) => folder + rest);
const one = (...values: unknown[]) => fc.constantFrom(...values);

const violations: Violation[] = [
  [
    'shardCount',
    fc.integer({ min: 1, max: 9 }),
    /not be set when streamMode is ON_DEMAND/,
    { streamMode: 'ON_DEMAND' },
  ],
  ['shardCount', outside(1, 10_000), /at least 1|at most 10,000/],
  ['streamMode', one('on-demand', '', null), /PROVISIONED or ON_DEMAND/],
  ['retentionPeriod', outside(24, 8760), /24 to 8,760 hours/],
  ['shardLevelMetrics', one(['Latency'], ['IncomingBytes', 'x']), /must be one of IncomingBytes/],
  ['kmsKeyArn', one('arn:aws:kms:us-east-1:123456789012:key/abc'), /needs encryption = customer-key/],
  [
    'kmsKeyArn',
    one('alias/mine', 'arn:aws:kms:us-east-1:123456789012:alias/mine'),
    /ARN of a KMS key/,
    { encryption: 'customer-key' },
  ],
  ['bufferingSize', fc.integer({ min: 1, max: 63 }), /at least 64 MiB with format conversion/],
  ['bufferingSize', outside(1, 128), /1 to 128 MiB/],
  ['bufferingInterval', outside(0, 900), /0 to 900 seconds/],
  ['backupBufferingSize', outside(1, 128), /1 to 128 MiB/],
  ['backupBufferingInterval', outside(0, 900), /0 to 900 seconds/],
  [
    'bufferingInterval',
    fc.integer({ min: 0, max: 59 }),
    /at least 60 seconds with dynamic/,
    { dynamicPartitioningField: 'status' },
  ],
  ['compressionFormat', one('GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'), /UNCOMPRESSED with format conversion/],
  ['serdeLibrary', one('org.openx.data.jsonserde.JsonSerDe'), /that is Parquet/],
  ['storageInputFormat', one('org.apache.hadoop.mapred.TextInputFormat'), /Parquet input format/],
  ['s3Prefix', one('/data/'), /not begin with a slash/],
  ['s3Prefix', one('data/!{timestamp:yyyy/'), /not closed/],
  ['s3Prefix', one('data/!{random:x}/'), /unknown namespace/],
  ['s3Prefix', one('data/!{firehose:error-output-type}/'), /in the error prefix only/],
  ['s3Prefix', one('data/!{timestamp:QQQ}/'), /not a timestamp pattern/],
  ['s3Prefix', one('data/!{timestamp:yyyy}/', 'data/!{timestamp:HH/dd/MM/yyyy}/'), /yyyy, MM, dd and HH/],
  [
    's3Prefix',
    one('data/!{timestamp:yyyy}/!{timestamp:MM/dd/HH}/'),
    /as its only timestamp/,
    { partitions: 'datehour' },
  ],
  ['s3Prefix', one('data/!{firehose:random-string}/'), /random-string/],
  ['s3Prefix', one('data', ''), /ending in a slash/],
  ['s3Prefix', one('data/!{partitionKeyFromQuery:status}/'), /dynamicPartitioningField adds/],
  ['s3ErrorOutputPrefix', inFolder('tbl-kinesis-rd/'), /table's location/],
  ['s3ErrorOutputPrefix', one(''), /must not/],
  ['s3ErrorOutputPrefix', one('error/!{timestamp:yyyy}/'), /must hold !\{firehose:error-output-type\}/],
  ['s3BackupPrefix', inFolder('tbl-kinesis-rd/'), /table's location/],
  ['s3BackupPrefix', inFolder('error/'), /share a folder with s3ErrorOutputPrefix/],
  ['queryResultPrefix', inFolder('tbl-kinesis-rd/'), /table's location/],
  ['queryResultPrefix', inFolder('source/'), /error or the backup prefix/],
  ['s3BucketName', one('ab', 'UPPER', '-lake', 'a'.repeat(64)), /3 to 63 lower-case/],
  ['s3BucketName', one('xn--lake', 'lake-s3alias', 'sthree-lake'), /only S3 itself/],
  ['s3BucketName', one('a'.repeat(59)), /at most 58 characters with access logs/, { bucketAccessLogs: true }],
  ['stateBucketName', one('our-lake'), /must not be the lake's bucket/, { s3BucketName: 'our-lake' }],
  ['streamName', withCharacter(' /:*#'), /1 to 128 letters/],
  ['deliveryStreamName', withCharacter(' /:*#'), /1 to 64 letters/],
  ['databaseName', withCharacter(' /.ABC'), /lower-case/],
  ['tableName', withCharacter(' /.ABC'), /lower-case/],
  ['athenaWorkgroupName', withCharacter(' /:*#'), /1 to 128 letters/],
  ['cloudwatchLogGroupName', withCharacter(' :*'), /1 to 512/],
  ['cloudwatchLogRetentionDays', one(2, 8, 99, 4000), /must be one of 1, 3, 5/],
  ['appName', one('A', 'x', 'under_score', 'ends-'), /lower-case letters, digits and hyphens/],
  ['region', one('us_east_1', 'nowhere'), /must be a region/],
  ['region', one('us-iso-east-1', 'us-isob-east-1'), /ISO partition/],
  ['scanLimitBytes', fc.integer({ min: -5, max: 10_485_759 }), /at least 10,485,760 bytes/],
  ['tags', one({ 'aws:x': 'y' }, { ['k'.repeat(129)]: 'v' }), /tag key/],
  ['tags', one({ Team: 'v'.repeat(257) }, { Team: '#' }), /tag value/],
  ['tags', one(Object.fromEntries(Array.from({ length: 48 }, (_, i) => [`k${i}`, 'v']))), /at most 47 tags/],
  [
    'columns',
    one(
      [{ name: 'a', type: 'text' }],
      [{ name: 'a', type: 'array<>' }],
      [{ name: 'a', type: 'decimal(39,2)' }],
      [{ name: 'a', type: 'map<array<int>,int>' }],
    ),
    /Hive type/,
  ],
  ['columns', one([{ name: 'Upper', type: 'int' }], [{ name: '1st', type: 'int' }]), /lower-case letters/],
  ['columns', one([]), /at least one column/],
  [
    'columns',
    one([
      { name: 'a', type: 'int' },
      { name: 'a', type: 'int' },
    ]),
    /twice/,
  ],
  ['columns', one([{ name: 'year', type: 'int' }], [{ name: 'hour', type: 'int' }]), /partitions are called so/],
  ['dynamicPartitioningField', one('nothing'), /one of the columns/],
  ['dynamicPartitioningValues', one(['Active']), /needs dynamicPartitioningField/],
  ['alarmEmail', one('team@example.com'), /needs alarmTopic/],
  ['alarmTopic', one(true), /needs alarms/, { alarms: false }],
  ['freshnessAlarmSeconds', fc.integer({ min: 1, max: 120 }), /must exceed bufferingInterval/],
  ['stateBackend', one('azure'), /local or s3/],
  ['stateBucketName', one(undefined), /must be set when stateBackend is s3/, { stateBackend: 's3' }],
  ['partitions', one('daily'), /components or datehour/],
  ['partitionsFromYear', outside(2013, 2100), /2013 or later|2100 or earlier/],
];

test.each(violations.map(([key, ...rest]) => [key, rest[1].source, ...rest] as const))(
  '%s: %s',
  (key, _says, broken, says, others = {}) => {
    fc.assert(
      fc.property(broken, (value) => {
        const faults = faultsOf({ ...others, [key]: value } as SettingsInput);
        expect({ value, faults }).toEqual({
          value,
          faults: expect.arrayContaining([expect.objectContaining({ rule: expect.stringMatching(says) })]),
        });
        // The key at fault, or an element of it, and no other key.
        for (const fault of faults) expect(fault.key.split(/[.[]/)[0]).toBe(key);
      }),
      { numRuns: 25 },
    );
  },
);

test('an unknown setting is refused', () => {
  expect(faultsOf({ shards: 3 } as SettingsInput)).toEqual([{ key: 'shards', value: 3, rule: 'names no setting' }]);
});
