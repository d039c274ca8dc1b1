import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, ApiError } from './client';

/** Columns by name, with Hive types: `{ id: 'string', at: 'timestamp' }`. */
export type Columns = Readonly<Record<string, string>>;

/** Resources that a delivery's fixture made. */
export interface Pipeline {
  readonly stream: string;
  readonly bucket: string;
  readonly database: string;
  readonly table: string;
  readonly deliveryStream: string;
}

const WAIT_MS = 30_000;
const PARQUET = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
};
const JSON_LINES = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
};

/** Creates a test's resources by AWS's own APIs. Existing resources are left unchanged. */
export class Fixtures {
  readonly api: ApiClient;

  constructor(url: string) {
    this.api = new ApiClient(url);
  }

  /** A stream that is ACTIVE. @param shards @default 1. @returns its name */
  async stream(name: string, shards = 1): Promise<string> {
    await unlessThere(this.api.json('Kinesis_20131202.CreateStream', { StreamName: name, ShardCount: shards }));
    await until(`stream ${name}`, async () => {
      const found = await this.api.json<{ StreamDescriptionSummary: { StreamStatus: string } }>(
        'Kinesis_20131202.DescribeStreamSummary',
        { StreamName: name },
      );
      return found.StreamDescriptionSummary.StreamStatus === 'ACTIVE' || undefined;
    });
    return name;
  }

  /** Puts records, 500 a request: texts as they are, other values as JSON. */
  async put(stream: string, records: readonly unknown[]): Promise<void> {
    for (let i = 0; i < records.length; i += 500) {
      const Records = records.slice(i, i + 500).map((record, j) => ({
        Data: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)).toString('base64'),
        PartitionKey: String(i + j),
      }));
      const request = { StreamName: stream, Records };
      const { FailedRecordCount } = await this.api.json<{ FailedRecordCount: number }>(
        'Kinesis_20131202.PutRecords',
        request,
      );
      if (FailedRecordCount > 0) throw new Error(`${FailedRecordCount} records of stream ${stream} were not taken.`);
    }
  }

  /** A bucket, with objects by their keys: texts, bytes, or values that become lines of JSON. @returns its name */
  async bucket(
    name: string,
    objects: Readonly<Record<string, string | Uint8Array | readonly object[]>> = {},
  ): Promise<string> {
    await unlessThere(this.api.put(name));
    for (const [key, body] of Object.entries(objects)) {
      const lines = Array.isArray(body) ? `${body.map((value) => JSON.stringify(value)).join('\n')}\n` : body;
      await this.api.put(name, key, lines as string | Uint8Array);
    }
    return name;
  }

  /**
   * Creates a table over the objects below an s3:// location, with its database: lines of JSON, or Parquet.
   * @returns its name, as SQL takes it
   */
  async table(
    database: string,
    table: string,
    columns: Columns,
    location: string,
    format: 'json' | 'parquet' = 'json',
  ) {
    await unlessThere(this.api.json('AWSGlue.CreateDatabase', { DatabaseInput: { Name: database } }));
    const Columns = Object.entries(columns).map(([Name, Type]) => ({ Name, Type }));
    const StorageDescriptor = { Columns, Location: location, ...(format === 'json' ? JSON_LINES : PARQUET) };
    const TableInput = { Name: table, TableType: 'EXTERNAL_TABLE', StorageDescriptor };
    await unlessThere(this.api.json('AWSGlue.CreateTable', { DatabaseName: database, TableInput }));
    return `"${database}"."${table}"`;
  }

  /** A stream whose records become rows of a table of Parquet files within a second or so, and all that this takes. */
  async pipeline(name: string, columns: Columns): Promise<Pipeline> {
    const made = { stream: name, bucket: `${name}-lake`, database: name, table: name, deliveryStream: name };
    await this.stream(name);
    await this.bucket(made.bucket);
    await this.table(name, name, columns, `s3://${made.bucket}/data/`, 'parquet');
    const RoleARN = await this.role(`${name}-delivery`);
    const conversion = {
      Enabled: true,
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
      SchemaConfiguration: { RoleARN, DatabaseName: name, TableName: name, Region: 'us-east-1' },
    };
    const source = { KinesisStreamARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`, RoleARN };
    const create = {
      DeliveryStreamName: name,
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: source,
      ExtendedS3DestinationConfiguration: {
        RoleARN,
        BucketARN: `arn:aws:s3:::${made.bucket}`,
        Prefix: 'data/',
        ErrorOutputPrefix: 'error/',
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
        DataFormatConversionConfiguration: conversion,
      },
    };
    await unlessThere(this.api.json('Firehose_20150804.CreateDeliveryStream', create));
    await until(`delivery stream ${name}`, async () => {
      const found = await this.api.json<{ DeliveryStreamDescription: { DeliveryStreamStatus: string } }>(
        'Firehose_20150804.DescribeDeliveryStream',
        { DeliveryStreamName: name },
      );
      return found.DeliveryStreamDescription.DeliveryStreamStatus === 'ACTIVE' || undefined;
    });
    return made;
  }

  /** Runs SQL through Athena. @returns rows as texts by column. @throws Error with Athena's reason */
  async query(sql: string): Promise<Record<string, string | null>[]> {
    const { QueryExecutionId } = await this.api.json<{ QueryExecutionId: string }>('AmazonAthena.StartQueryExecution', {
      QueryString: sql,
      ResultConfiguration: { OutputLocation: `s3://${await this.bucket('athena-query-results')}/` },
    });
    await until('the query', async () => {
      const { QueryExecution } = await this.api.json<{
        QueryExecution: { Status: { State: string; StateChangeReason?: string } };
      }>('AmazonAthena.GetQueryExecution', { QueryExecutionId });
      const { State, StateChangeReason } = QueryExecution.Status;
      if (State === 'FAILED' || State === 'CANCELLED') throw new Error(StateChangeReason ?? `The query is ${State}.`);
      return State === 'SUCCEEDED' || undefined;
    });
    return this.rows(QueryExecutionId, sql);
  }

  /** As `query`, again and again until there are `count` rows: delivery takes a moment. @throws Error after 30 s */
  rowsOf(sql: string, count: number): Promise<Record<string, string | null>[]> {
    return until(`${count} rows`, async () => {
      const rows = await this.query(sql);
      return rows.length >= count ? rows : undefined;
    });
  }

  private async rows(QueryExecutionId: string, sql: string): Promise<Record<string, string | null>[]> {
    type Row = { Data: { VarCharValue?: string }[] };
    type Page = {
      ResultSet: { Rows: Row[]; ResultSetMetadata: { ColumnInfo: { Name: string }[] } };
      NextToken?: string;
    };
    const found: Record<string, string | null>[] = [];
    let NextToken: string | undefined;
    // The first row of a SELECT's first page are the names.
    let skip = /^\s*(select|with|\()/i.test(sql) ? 1 : 0;
    do {
      const page: Page = await this.api.json('AmazonAthena.GetQueryResults', {
        QueryExecutionId,
        ...(NextToken && { NextToken }),
      });
      const names = page.ResultSet.ResultSetMetadata.ColumnInfo.map(({ Name }) => Name);
      for (const { Data } of page.ResultSet.Rows.slice(skip)) {
        found.push(Object.fromEntries(names.map((name, i) => [name, Data[i]?.VarCharValue ?? null])));
      }
      skip = 0;
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found;
  }

  private async role(name: string): Promise<string> {
    const statement = (more: object) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
    const trust = statement({ Principal: { Service: 'firehose.amazonaws.com' }, Action: 'sts:AssumeRole' });
    const base = { Version: '2010-05-08', RoleName: name };
    await unlessThere(this.api.query('iam', { ...base, Action: 'CreateRole', AssumeRolePolicyDocument: trust }));
    const policy = statement({ Action: ['kinesis:*', 's3:*', 'glue:*', 'logs:*'], Resource: '*' });
    await this.api.query('iam', { ...base, Action: 'PutRolePolicy', PolicyName: 'all', PolicyDocument: policy });
    return `arn:aws:iam::000000000000:role/${name}`;
  }
}

const THERE = /^(ResourceInUseException|AlreadyExistsException|EntityAlreadyExists|BucketAlreadyOwnedByYou)$/;

async function unlessThere(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof ApiError && THERE.test(error.code))) throw error;
  });
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + WAIT_MS; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${WAIT_MS / 1000} s for ${what}.`);
    await sleep(50);
  }
}
