import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import { type Column, CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { eventually } from './eventually';
import { Local, type LocalFixtureOptions, whileTested } from './local';

export const PARQUET = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
};

/** Timeout of a query: a busy machine takes seconds to start its worker. */
const QUERY_MS = 60_000;

/** Runs a statement. @returns its final execution, of whatever state */
export async function execute(
  athena: AthenaClient,
  input: StartQueryExecutionCommandInput,
  timeoutMs = QUERY_MS,
): Promise<QueryExecution> {
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand(input));
  return endOf(athena, QueryExecutionId, timeoutMs);
}

/** Runs a statement that must succeed. @returns all its rows without DML's header; NULL is undefined */
export async function rowsOf(
  athena: AthenaClient,
  input: StartQueryExecutionCommandInput,
  timeoutMs = QUERY_MS,
): Promise<(string | undefined)[][]> {
  const execution = await execute(athena, input, timeoutMs);
  if (execution.Status?.State !== 'SUCCEEDED') throw new Error(`${execution.Status?.StateChangeReason}`);
  const { QueryExecutionId } = execution;
  const rows: (string | undefined)[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }));
    for (const { Data = [] } of page.ResultSet?.Rows ?? []) rows.push(Data.map(({ VarCharValue }) => VarCharValue));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return execution.StatementType === 'DML' ? rows.slice(1) : rows;
}

function endOf(athena: AthenaClient, QueryExecutionId: string | undefined, timeoutMs: number): Promise<QueryExecution> {
  return eventually(async () => {
    const { QueryExecution: found } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    return /SUCCEEDED|FAILED|CANCELLED/.test(found?.Status?.State ?? '') && found;
  }, timeoutMs);
}

/** An endpoint with a bucket `lake`, a database `kinesis-rd-db` and a workgroup `lakehouse`. */
export class AthenaLake extends Local {
  override async start(): Promise<this> {
    await super.start();
    await this.bucket('lake');
    await this.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'kinesis-rd-db' } }));
    await this.athena.send(
      new CreateWorkGroupCommand({
        Name: 'lakehouse',
        Configuration: { ResultConfiguration: { OutputLocation: 's3://lake/results/' } },
      }),
    );
    return this;
  }

  async table(
    Name: string,
    columns: Readonly<Record<string, string>>,
    options: {
      keys?: Readonly<Record<string, string>>;
      parameters?: Record<string, string>;
      storage?: object;
    } = {},
  ): Promise<void> {
    const toColumns = (types: Readonly<Record<string, string>>): Column[] =>
      Object.entries(types).map(([column, Type]) => ({ Name: column, Type }));
    await this.glue.send(
      new CreateTableCommand({
        DatabaseName: 'kinesis-rd-db',
        TableInput: {
          Name,
          TableType: 'EXTERNAL_TABLE',
          Parameters: { EXTERNAL: 'TRUE', ...options.parameters },
          StorageDescriptor: {
            Columns: toColumns(columns),
            Location: `s3://lake/${Name}/`,
            ...PARQUET,
            ...options.storage,
          },
          PartitionKeys: toColumns(options.keys ?? {}),
        },
      }),
    );
  }

  async put(Key: string, Body: string | Buffer): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body }));
  }

  /** Puts the rows of a DuckDB query as a Parquet object. @param options further options of COPY */
  async parquet(key: string, sql: string, options = ''): Promise<void> {
    await this.put(key, await parquetOf(sql, options));
  }

  async bytes(Key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  begin(sql: string, input: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> {
    const command = new StartQueryExecutionCommand(inLake(sql, input));
    return this.athena.send(command).then(({ QueryExecutionId }) => QueryExecutionId as string);
  }

  ended(QueryExecutionId: string): Promise<QueryExecution> {
    return endOf(this.athena, QueryExecutionId, QUERY_MS);
  }

  /** Runs a query. @returns its final execution, of whatever state */
  async run(sql: string, input: Partial<StartQueryExecutionCommandInput> = {}): Promise<QueryExecution> {
    return execute(this.athena, inLake(sql, input));
  }

  /** Runs a query that must succeed. @returns its rows, as {@link rowsOf} does */
  async rows(sql: string, input: Partial<StartQueryExecutionCommandInput> = {}): Promise<(string | undefined)[][]> {
    return rowsOf(this.athena, inLake(sql, input));
  }

  /** Runs a query that must fail. @returns the reason */
  async failure(sql: string, input: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> {
    const execution = await this.run(sql, input);
    return `${execution.Status?.State} ${execution.Status?.StateChangeReason}`;
  }
}

/** Like `localFixture`, with the bucket, database and workgroup of {@link AthenaLake}. */
export function lakeFixture(options: LocalFixtureOptions = {}): AthenaLake {
  return whileTested(new AthenaLake(options), options.each);
}

/** A statement in the lake's workgroup and database. */
const inLake = (QueryString: string, input: Partial<StartQueryExecutionCommandInput>) => ({
  QueryString,
  WorkGroup: 'lakehouse',
  QueryExecutionContext: { Database: 'kinesis-rd-db' },
  ...input,
});

async function parquetOf(sql: string, options: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'lakehouse-parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const path = join(folder, 'rows.parquet');
    await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet, COMPRESSION snappy${options})`);
    return readFileSync(path);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}
