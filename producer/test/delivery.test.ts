import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { eventually } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { BUCKET, Lake, ROLE } from 'lakehouse-local/testing/delivery';
import { makeStream, readAll, shardId } from 'lakehouse-local/testing/kinesis';
import { createKinesisClient, produce, RECORD_FIELDS } from 'lakehouse-producer';

/** The producer against this project's own endpoint: its limits, its delivery and its table. */

const CLI = join(__dirname, '../dist/cli.js');
const query = lakeFixture({ each: true });
const lake = new Lake(query);

const client = () => {
  const { url, config } = query;
  const made = createKinesisClient({ endpoint: url, region: config.region });
  made.config.credentials = async () => config.credentials;
  return made;
};

const rows = (sql: string) => query.rows(sql);

test('1,000 packed events become 1,000 rows in Athena', async () => {
  await lake.build(Object.fromEntries(RECORD_FIELDS.map(({ name, type }) => [name, type])), 2);
  await lake.deliver('d', lake.destination());
  const uuids: string[] = [];
  const result = await produce({
    streamName: 'events',
    client: client(),
    amount: 1_000,
    pack: 5_000,
    print: (lines) => {
      const events = lines.toString().trimEnd().split('\n');
      uuids.push(...events.map((event) => (JSON.parse(event) as { uuid: string }).uuid));
      return undefined;
    },
  });
  expect(result).toMatchObject({ delivered: 1_000, failed: 0 });
  expect(result.kinesisRecords).toBeLessThan(60);
  await eventually(async () => Number((await rows('SELECT count(*) FROM db.events'))[0]?.[0]) >= 1_000, 30_000);
  const found = await rows('SELECT uuid, phone FROM db.events');
  expect(found.map(([uuid]) => uuid).sort()).toEqual(uuids.sort());
  // A number in the JSON, text in the table.
  for (const [, phone] of found) expect(phone).toMatch(/^9\d{8}$/);
}, 60_000);

test("records that end with a newline are lines in Firehose's raw backup, which a table over it reads", async () => {
  await lake.build({ uuid: 'string', phone: 'string' });
  const backup = { RoleARN: ROLE, BucketARN: `arn:aws:s3:::${BUCKET}`, Prefix: 'source/' };
  const S3BackupConfiguration = { ...backup, BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 } };
  await lake.deliver('d', lake.destination({ S3BackupMode: 'Enabled', S3BackupConfiguration }));
  for (const pack of [0, 300]) {
    const to = { streamName: 'events', client: client(), amount: 20, newline: true, pack };
    expect(await produce(to)).toMatchObject({ delivered: 20, failed: 0 });
  }
  await rows(`CREATE EXTERNAL TABLE db.raw (uuid string, phone bigint)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://${BUCKET}/source/'`);
  for (const table of ['db.events', 'db.raw']) {
    await eventually(
      async () => Number((await rows(`SELECT count(DISTINCT uuid) FROM ${table}`))[0]?.[0]) === 40,
      30_000,
    );
  }
  expect(await lake.keys('error/')).toEqual([]);
}, 60_000);

test('four shards that enforce their limits get all of it, evenly', async () => {
  await makeStream(lake.kinesis, 'four', 4);
  const result = await produce({ streamName: 'four', client: client(), amount: 12_000 });
  expect(result).toMatchObject({ delivered: 12_000, failed: 0 });
  const shards = Object.values(result.recordsPerShard);
  expect(shards).toHaveLength(4);
  for (const records of shards) expect(Math.abs(records - 3_000)).toBeLessThan(300);
}, 60_000);

test.each(['HiveJsonSerDe', 'OpenXJsonSerDe'])(
  "the command makes records of the table's columns, no null in any row: %s",
  async (serde) => {
    const columns = {
      device_id: 'string',
      ts: 'timestamp',
      day_of: 'date',
      temperature: 'double',
      load: 'float',
      count_of: 'bigint',
      level: 'tinyint',
      ok: 'boolean',
      price: 'decimal(10,2)',
      code: 'varchar(3)',
      tags: 'map<string,string>',
      location: 'struct<lat:double,lon:double,labels:array<string>>',
    };
    await lake.build(columns);
    const destination = lake.destination();
    const conversion = destination.DataFormatConversionConfiguration;
    await lake.deliver('d', {
      ...destination,
      DataFormatConversionConfiguration: {
        ...conversion,
        InputFormatConfiguration: { Deserializer: { [serde]: {} } },
      },
    });
    const outputs = join(query.dataDir, 'outputs.json');
    const stack = { kinesis_stream_name: 'events', account_id: '000000000000', region: query.config.region };
    writeFileSync(outputs, JSON.stringify({ s: { ...stack, glue_database_name: 'db', glue_table_name: 'events' } }));
    const said = await promisify(execFile)(process.execPath, [CLI, '--amount', '50', '--outputs', outputs, '--quiet'], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: query.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
    expect(said.stderr).toContain('Records are made of the columns of db.events: device_id, ts,');
    await eventually(async () => Number((await rows('SELECT count(*) FROM db.events'))[0]?.[0]) >= 50, 30_000);
    const found = await rows('SELECT * FROM db.events');
    expect(found).toHaveLength(50);
    expect(found.flat().filter((value) => value === undefined)).toEqual([]);
  },
  60_000,
);

describe("a table whose columns can't be read", () => {
  const outputsOf = (table: string) => {
    const file = join(query.dataDir, 'outputs.json');
    const stack = { kinesis_stream_name: 'events', delivery_stream_name: 'd', account_id: '000000000000' };
    const place = { region: query.config.region, glue_database_name: 'db', glue_table_name: table };
    writeFileSync(file, JSON.stringify({ s: { ...stack, ...place } }));
    return file;
  };
  const run = (credentials: Record<string, string>, table: string, ...args: string[]) => {
    const env = { PATH: process.env.PATH, AWS_ENDPOINT_URL: query.url, ...credentials };
    const all = [CLI, '--amount', '3', '--outputs', outputsOf(table), '--quiet', ...args];
    return promisify(execFile)(process.execPath, all, { env }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }) => ({ code, stderr }),
    );
  };

  test('gets nothing, and it is said which permission is missing and how to send all the same', async () => {
    await lake.build({ device: 'string', level: 'int' });
    const RoleArn = await query.role('sender');
    await query.permit('sender', { Effect: 'Allow', Action: 'kinesis:*', Resource: '*' });
    const { Credentials: made } = await query.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    const sender = {
      AWS_ACCESS_KEY_ID: made?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: made?.SecretAccessKey ?? '',
      AWS_SESSION_TOKEN: made?.SessionToken ?? '',
    };
    const refused = await run(sender, 'events');
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('need glue:GetTable on db.events') });
    expect(refused.stderr).toContain('--record zoned');
    expect(await readAll(query.kinesis, 'events', shardId(0))).toEqual([]);
    const unwatched = await run(sender, 'events', '--record', 'zoned', '--await-conversion', '1s');
    expect(unwatched).toMatchObject({ code: 3, stderr: expect.stringContaining('cloudwatch:GetMetricStatistics') });
    expect(unwatched.stderr).toContain("nothing is sent, as --await-conversion can't read the metrics of d:");
    expect(await readAll(query.kinesis, 'events', shardId(0))).toEqual([]);
    const sent = await run(sender, 'events', '--record', 'zoned');
    expect(sent).toMatchObject({ code: 0, stderr: expect.stringMatching(/WARNING - The columns of db.events can't/) });
    expect(await readAll(query.kinesis, 'events', shardId(0))).toHaveLength(3);

    const owner = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const missing = await run(owner, 'absent');
    expect(missing).toMatchObject({ code: 4, stderr: expect.stringContaining('Glue has no such table') });
    const foreign = await run(owner, 'events', '--record', 'original');
    expect(foreign).toMatchObject({ code: 64, stderr: expect.stringContaining('is a column of db.events') });
  }, 60_000);
});

test('--await-conversion tells the records that do not fit the table, and those that are late', async () => {
  await lake.build({ device: 'string', level: 'int' });
  await lake.deliver('d', lake.destination());
  const { url, config, dataDir } = query;
  const outputs = join(dataDir, 'outputs.json');
  const stack = { kinesis_stream_name: 'events', delivery_stream_name: 'd', lake_bucket_name: BUCKET };
  const own = { account_id: '000000000000', region: config.region, athena_workgroup_name: 'lakehouse' };
  writeFileSync(outputs, JSON.stringify({ s: { ...stack, ...own } }));
  const file = join(dataDir, 'readings.ndjson');
  const env = { ...process.env, AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 't', AWS_SECRET_ACCESS_KEY: 't' };
  const send = (text: string, wait: string, ...args: string[]) => {
    writeFileSync(file, text);
    const all = [CLI, '--input', file, '--outputs', outputs, '--quiet', '--await-conversion', wait, ...args];
    return promisify(execFile)(process.execPath, all, { env });
  };
  const fits = '{"device":"a","level":1}\n';
  expect((await send(fits.repeat(3), '20s')).stderr).toMatch(/ - INFO - 3 records became rows\.\n/);
  const failed = await send(`${fits}{"device":"b","level":"high"}\n`.repeat(2), '20s').catch((error) => error);
  expect(failed).toMatchObject({ code: 1 });
  expect(failed.stderr).toContain(
    "2 records do not fit the table: Firehose wrote them under the bucket's error prefix",
  );
  expect(await rows('SELECT count(*) FROM db.events')).toEqual([['5']]);
  await lake.firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: 'd' }));
  const late = await send(fits.repeat(1_000), '100ms').catch((error) => error);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('1000 records were not converted in time') });
  await expect(send(fits, '1s', '--stream', 'events')).rejects.toMatchObject({ code: 64 });
  await expect(send(fits, '1s', '--pack', '100')).rejects.toMatchObject({ code: 64 });
}, 60_000);
