import type { Fault } from './config-error';
import { namesOf } from './names';
import { partitionColumns } from './partitions';
import { DEFAULT_TIME_LAYOUT, liesUnder, prefixExpressions, prefixFault, withTimeLayout } from './prefix';
import type { SettingName, Settings } from './schema';

/**
 * A rule over several settings. A broken rule is reported at `key`; it isn't checked while one of `with` is at fault by
 * itself.
 */
interface CrossRule {
  readonly key: SettingName;
  readonly with: readonly SettingName[];
  /** The fault, or undefined. */
  readonly fault: (settings: Settings) => string | undefined;
}

const PREFIXES = ['s3ErrorOutputPrefix', 's3BackupPrefix', 'queryResultPrefix'] as const;
/** GetRecords calls that a shard takes ("Quotas and limits"). */
const READS_PER_SECOND = 5;
const PARQUET_CLASSES = /parquet/i;

const rules: readonly CrossRule[] = [
  rule(
    'shardCount',
    ['streamMode'],
    'must not be set when streamMode is ON_DEMAND: the service scales the shards',
    (s) => s.streamMode === 'ON_DEMAND' && s.shardCount !== undefined,
  ),
  rule(
    's3BucketName',
    ['bucketAccessLogs'],
    'must be at most 58 characters with access logs, whose bucket is called <bucket>-logs',
    (s) => s.bucketAccessLogs && (s.s3BucketName?.length ?? 0) > 58,
  ),
  rule(
    'kmsKeyArn',
    ['encryption'],
    'needs encryption = customer-key',
    (s) => s.kmsKeyArn !== undefined && s.encryption !== 'customer-key',
  ),
  rule(
    'timestampFormats',
    ['jsonDeserializer', 'formatConversion'],
    'needs formatConversion and jsonDeserializer = hive: the openx deserializer reads ISO and epoch times by itself',
    (s) => s.timestampFormats !== undefined && (s.jsonDeserializer !== 'hive' || !s.formatConversion),
  ),
  rule(
    'bufferingSize',
    ['formatConversion'],
    'must be at least 64 MiB with format conversion',
    (s) => s.formatConversion && s.bufferingSize < 64,
  ),
  rule(
    'bufferingSize',
    ['dynamicPartitioningField', 'formatConversion'],
    'must be at least 64 MiB with dynamic partitioning',
    (s) => s.dynamicPartitioningField !== undefined && !s.formatConversion && s.bufferingSize < 64,
  ),
  rule(
    'compressionFormat',
    ['formatConversion'],
    'must be UNCOMPRESSED with format conversion: Parquet compresses its own pages',
    (s) => s.formatConversion && s.compressionFormat !== 'UNCOMPRESSED',
  ),
  rule(
    'serdeLibrary',
    ['formatConversion'],
    'must read what is written: without format conversion that is JSON, not Parquet',
    (s) => !s.formatConversion && PARQUET_CLASSES.test(s.serdeLibrary),
  ),
  rule(
    'serdeLibrary',
    ['formatConversion'],
    'must read what is written: with format conversion that is Parquet',
    (s) => s.formatConversion && !PARQUET_CLASSES.test(s.serdeLibrary),
  ),
  rule(
    'storageInputFormat',
    ['formatConversion'],
    'must read what is written: a Parquet input format if, and only if, records are converted',
    (s) => s.formatConversion !== PARQUET_CLASSES.test(s.storageInputFormat),
  ),
  rule(
    'storageOutputFormat',
    ['formatConversion'],
    'must fit what is written: a Parquet output format if, and only if, records are converted',
    (s) => s.formatConversion !== PARQUET_CLASSES.test(s.storageOutputFormat),
  ),
  { key: 's3Prefix', with: ['tableName', 'appName'], fault: (s) => prefixFault(namesOf(s).dataPrefix, 'data') },
  { key: 's3Prefix', with: ['tableName', 'appName', 'partitions'], fault: timeLayoutFault },
  rule(
    's3Prefix',
    ['tableName', 'appName'],
    'must begin with a folder, ending in a slash: the table lies there, and no other prefix may',
    (s) => !namesOf(s).tablePrefix.endsWith('/'),
  ),
  rule(
    's3Prefix',
    ['dynamicPartitioningField'],
    'must hold no !{partitionKeyFromQuery:…}: dynamicPartitioningField adds its folder',
    (s) => prefixExpressions(namesOf(s).dataPrefix).some(({ namespace }) => namespace === 'partitionKeyFromQuery'),
  ),
  { key: 's3ErrorOutputPrefix', with: [], fault: (s) => prefixFault(s.s3ErrorOutputPrefix, 'error') },
  rule(
    's3ErrorOutputPrefix',
    ['s3Prefix'],
    'must not be empty: the data prefix and the errors would mix',
    (s) => s.s3ErrorOutputPrefix === '',
  ),
  { key: 's3BackupPrefix', with: [], fault: (s) => prefixFault(s.s3BackupPrefix, 'backup') },
  rule(
    's3BackupPrefix',
    ['s3BackupMode'],
    'must not be empty: the backup would lie among the data',
    (s) => s.s3BackupPrefix === '',
  ),
  ...PREFIXES.map((key) => ({
    key,
    with: ['s3Prefix', 'tableName', 'appName'] as const,
    fault: (s: Settings) =>
      liesUnder(s[key], namesOf(s).tablePrefix) || liesUnder(namesOf(s).tablePrefix, s[key])
        ? `must not share a folder with the table's location, ${namesOf(s).tablePrefix}: queries would read it as data`
        : undefined,
  })),
  rule(
    's3BackupPrefix',
    ['s3ErrorOutputPrefix'],
    'must not share a folder with s3ErrorOutputPrefix: each is expired by its own rule',
    (s) => liesUnder(s.s3BackupPrefix, s.s3ErrorOutputPrefix) || liesUnder(s.s3ErrorOutputPrefix, s.s3BackupPrefix),
  ),
  rule(
    'queryResultPrefix',
    ['s3ErrorOutputPrefix', 's3BackupPrefix'],
    'must not share a folder with the error or the backup prefix',
    (s) =>
      [s.s3ErrorOutputPrefix, s.s3BackupPrefix].some(
        (other) => liesUnder(s.queryResultPrefix, other) || liesUnder(other, s.queryResultPrefix),
      ),
  ),
  { key: 'columns', with: ['partitions', 'dynamicPartitioningField'], fault: partitionColumnFault },
  rule(
    'dynamicPartitioningField',
    ['columns'],
    'must be one of the columns',
    (s) =>
      s.dynamicPartitioningField !== undefined && !s.columns.some(({ name }) => name === s.dynamicPartitioningField),
  ),
  rule(
    'dynamicPartitioningValues',
    ['dynamicPartitioningField'],
    'needs dynamicPartitioningField',
    (s) => s.dynamicPartitioningValues !== undefined && s.dynamicPartitioningField === undefined,
  ),
  rule(
    'bufferingInterval',
    ['dynamicPartitioningField'],
    'must be at least 60 seconds with dynamic partitioning',
    (s) => s.dynamicPartitioningField !== undefined && s.bufferingInterval < 60,
  ),
  {
    key: 'consumers',
    with: ['alarmTopic'],
    fault: (s) => {
      const publishing = s.consumers.filter(({ uses }) => uses.includes('alarm-topic')).map(({ name }) => name);
      return s.alarmTopic || publishing.length === 0
        ? undefined
        : `need alarmTopic = true: ${publishing.join(', ')} publishes to it`;
    },
  },
  {
    key: 'consumers',
    with: ['tableFormat'],
    fault: (s) => {
      const most = READS_PER_SECOND - (s.tableFormat === 'iceberg' ? 2 : 1);
      return s.consumers.length <= most
        ? undefined
        : `must be at most ${most}: a shard is read ${READS_PER_SECOND} times a second, by each consumer and delivery once`;
    },
  },
  rule(
    'movements',
    ['consumers'],
    'need the consumer insights, with a tumbling window, for inside-out: what it counts goes into the table',
    (s) =>
      s.movements.includes('inside-out') &&
      !s.consumers.some(({ name, tumblingWindowSeconds }) => name === 'insights' && tumblingWindowSeconds > 0),
  ),
  ...[...PREFIXES, 's3Prefix' as const].map((key) => ({
    key,
    with: ['movements', 'appName', 'tableName'] as const,
    fault: (s: Settings) => {
      const { changesPrefix, tablePrefix } = namesOf(s);
      const own = key === 's3Prefix' ? tablePrefix : s[key];
      return s.movements.includes('outside-in') && (liesUnder(own, changesPrefix) || liesUnder(changesPrefix, own))
        ? `must not share a folder with the customers' changes, ${changesPrefix}: queries would read it as such`
        : undefined;
    },
  })),
  rule('alarmEmail', ['alarmTopic'], 'needs alarmTopic = true', (s) => s.alarmEmail !== undefined && !s.alarmTopic),
  rule('alarmTopic', ['alarms'], 'needs alarms = true: nothing else notifies it', (s) => s.alarmTopic && !s.alarms),
  rule(
    'freshnessAlarmSeconds',
    ['bufferingInterval', 'alarms'],
    'must exceed bufferingInterval: data is that old whenever it is delivered',
    (s) => s.alarms && s.freshnessAlarmSeconds <= s.bufferingInterval,
  ),
  rule(
    'stateBucketName',
    ['stateBackend'],
    'must be set when stateBackend is s3',
    (s) => s.stateBackend === 's3' && s.stateBucketName === undefined,
  ),
  rule(
    'stateBucketName',
    ['s3BucketName'],
    "must not be the lake's bucket: destroying the lakehouse would delete its own state",
    (s) => s.stateBucketName !== undefined && s.stateBucketName === s.s3BucketName,
  ),
];

/** The faults between settings. Rules over a setting that is already at fault are skipped: one cause, one message. */
export function crossFaults(settings: Settings, atFault: ReadonlySet<string>): Fault[] {
  const faults: Fault[] = [];
  const found = new Set(atFault);
  for (const { key, with: others, fault } of rules) {
    if (found.has(key) || others.some((other) => found.has(other))) continue;
    const text = fault(settings);
    if (text === undefined) continue;
    found.add(key);
    faults.push({ key, value: settings[key], rule: text });
  }
  return faults;
}

function rule(
  key: SettingName,
  others: readonly SettingName[],
  text: string,
  broken: (settings: Settings) => boolean,
): CrossRule {
  return { key, with: others, fault: (settings) => (broken(settings) ? text : undefined) };
}

/** Checks that partition projection can name every folder that the prefix makes. */
function timeLayoutFault(settings: Settings): string | undefined {
  const expressions = prefixExpressions(withTimeLayout(namesOf(settings).dataPrefix));
  if (expressions.some(({ value }) => value === 'random-string'))
    return 'must not hold random-string: no query could find the folder';
  const patterns = expressions.filter(({ namespace }) => namespace === 'timestamp').map(({ value }) => value);
  if (settings.partitions === 'datehour') {
    return patterns.length === 1 && patterns[0] === DEFAULT_TIME_LAYOUT
      ? undefined
      : `must hold !{timestamp:${DEFAULT_TIME_LAYOUT}} as its only timestamp, or none, with partitions = datehour`;
  }
  const units = patterns.join('/').match(/yyyy|MM|dd|HH|mm|ss/g) ?? [];
  return units.join(' ') === 'yyyy MM dd HH'
    ? undefined
    : 'must hold yyyy, MM, dd and HH, once each and in this order, or no timestamp, with partitions = components';
}

function partitionColumnFault(settings: Settings): string | undefined {
  const taken = partitionColumns(settings).filter((name) => settings.columns.some((column) => column.name === name));
  return taken.length === 0 ? undefined : `must not name ${taken.join(', ')}: the table's partitions are called so`;
}
