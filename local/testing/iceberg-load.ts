import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CreateDeliveryStreamCommand, type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { CreateDatabaseCommand } from '@aws-sdk/client-glue';
import { CreateBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type Clients, policy } from './index';

const DATABASE = 'db';
const TABLE = 'contended';
const LOCATION = 's3://lake/contended/';
/** Rows of a statement or a batch of records: all of them come, or none. */
const ROWS = 5;
/** Twenty at once. */
const WRITERS = { firehose: 4, insert: 8, merge: 6, optimize: 1, vacuum: 1 } as const;

/** A statement or a batch of records, of which ROWS rows were to come. */
interface Write {
  readonly writer: string;
  readonly batch: string;
  /** Undefined if a kill cut off StartQueryExecution's answer. */
  queryId?: string;
  /** Whether the endpoint reported success; undefined while it is open. */
  done?: boolean;
}

/** Violations of acknowledged writes. */
export interface LoadFaults {
  /** Batches that were acknowledged and aren't there. */
  readonly missing: readonly string[];
  /** Batches of which some rows are there and others not. */
  readonly half: readonly string[];
  /** Batches that failed, but whose rows are there. */
  readonly undead: readonly string[];
  /** Batches whose rows are there twice. */
  readonly repeated: readonly string[];
  /** Writers of MERGE whose counter is lower or higher than their statements can have made it. */
  readonly miscounted: readonly string[];
  /** Failures other than ICEBERG_COMMIT_ERROR and a kill. */
  readonly odd: readonly string[];
}

export interface LoadResult extends LoadFaults {
  readonly acknowledged: number;
  readonly conflicts: number;
}

/** An Iceberg table that twenty writers change at once: Firehose, INSERT, MERGE, OPTIMIZE, VACUUM. */
export class IcebergLoad {
  private readonly writes: Write[] = [];
  private readonly merges = new Map<string, { least: number; most: number }>();
  private readonly odd: string[] = [];
  private conflicts = 0;
  private stopped = false;
  private turn = 0;
  private clients!: Clients;
  private athena!: AthenaClient;
  private firehose!: FirehoseClient;
  private s3!: S3Client;

  /** Continues with a new endpoint on the same data directory. */
  connect(clients: Clients): this {
    this.clients = clients;
    this.athena = clients.athena;
    this.firehose = clients.firehose;
    this.s3 = clients.s3;
    return this;
  }

  /** Makes the table and the delivery streams. */
  async build(): Promise<void> {
    const { s3, athena, firehose, clients } = this;
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    const ResultConfiguration = { OutputLocation: 's3://lake/results/' };
    await athena.send(new CreateWorkGroupCommand({ Name: 'load', Configuration: { ResultConfiguration } }));
    const { glue } = clients;
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
    await this.rows(
      `CREATE TABLE ${TABLE} (writer string, batch string, id int, n int) LOCATION '${LOCATION}' TBLPROPERTIES ('table_type'='ICEBERG', 'vacuum_max_snapshot_age_seconds'='60', 'optimize_rewrite_delete_file_threshold'='1', 'optimize_rewrite_data_file_threshold'='2')`,
    );
    const counters = of('merge').map((writer) => `('${writer}', 'counter', 0, 0)`);
    await this.rows(`INSERT INTO ${TABLE} VALUES ${counters.join(', ')}`);
    for (const writer of of('merge')) this.merges.set(writer, { least: 0, most: 0 });
    const trust = policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'firehose.amazonaws.com' },
    });
    const RoleARN = await clients.role('delivery', trust);
    await clients.allow('delivery', ['glue:*', 's3:*']);
    for (const DeliveryStreamName of of('firehose')) {
      const IcebergDestinationConfiguration = {
        RoleARN,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:000000000000:catalog' },
        S3Configuration: { RoleARN, BucketARN: 'arn:aws:s3:::lake', ErrorOutputPrefix: 'errors/' },
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        DestinationTableConfigurationList: [{ DestinationDatabaseName: DATABASE, DestinationTableName: TABLE }],
      };
      await firehose.send(new CreateDeliveryStreamCommand({ DeliveryStreamName, IcebergDestinationConfiguration }));
    }
  }

  /** Writes until {@link stop} is called or the endpoint is gone. */
  async run(): Promise<void> {
    this.stopped = false;
    const writers: Promise<void>[] = [];
    for (const writer of of('firehose')) writers.push(this.repeat(() => this.deliver(writer)));
    for (const writer of of('insert')) writers.push(this.repeat(() => this.insert(writer)));
    for (const writer of of('merge')) writers.push(this.repeat(() => this.merge(writer)));
    writers.push(this.repeat(() => this.statement(`OPTIMIZE ${TABLE} REWRITE DATA USING BIN_PACK`)));
    writers.push(this.repeat(() => this.statement(`VACUUM ${TABLE}`)));
    await Promise.all(writers);
  }

  stop(): void {
    this.stopped = true;
  }

  /** Compares the rows with the endpoint's answers, after all deliveries have arrived. */
  async check(): Promise<LoadResult> {
    await this.settleStatements();
    const rows = await this.settleDeliveries();
    const faults = { missing: [] as string[], half: [] as string[], undead: [] as string[], repeated: [] as string[] };
    for (const { batch, done } of this.writes) {
      const { ids = 0, count = 0 } = rows.get(batch) ?? {};
      if (done === true && ids === 0) faults.missing.push(batch);
      if (ids > 0 && ids < ROWS) faults.half.push(batch);
      if (done === false && count > 0) faults.undead.push(batch);
      if (count > ids) faults.repeated.push(batch);
    }
    const counters = await this.rows(`SELECT writer, n FROM ${TABLE} WHERE batch = 'counter'`);
    const miscounted = [...this.merges].flatMap(([writer, { least, most }]) => {
      const found = counters.filter(([name]) => name === writer).map(([, n]) => Number(n));
      const good = found.length === 1 && (found[0] as number) >= least && (found[0] as number) <= most;
      return good ? [] : [`${writer} has ${found.join(' and ')}, not ${least} to ${most}`];
    });
    const acknowledged = this.writes.filter(({ done }) => done === true).length * ROWS;
    return { acknowledged, conflicts: this.conflicts, ...faults, miscounted, odd: this.odd };
  }

  /** Data files and delete files on S3 that no snapshot of the table names. */
  async orphans(): Promise<string[]> {
    const named = new Set<string>();
    for (const [id] of await this.rows(`SELECT snapshot_id FROM "${TABLE}$snapshots"`)) {
      const files = await this.rows(`SELECT file_path FROM "${TABLE}$files" FOR VERSION AS OF ${id}`);
      for (const [path] of files) named.add(path as string);
    }
    return (await this.objects('contended/data/')).filter((uri) => !named.has(uri));
  }

  async objects(Prefix: string): Promise<string[]> {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix, ContinuationToken }));
      found.push(...(page.Contents ?? []).map(({ Key }) => `s3://lake/${Key}`));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return found;
  }

  async rows(sql: string): Promise<(string | undefined)[][]> {
    const id = await this.start(sql);
    const error = await this.ended(id);
    if (error !== undefined) throw new Error(`${sql}: ${error}`);
    const rows: (string | undefined)[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.athena.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken }));
      const part = (page.ResultSet?.Rows ?? []).map(({ Data }) => (Data ?? []).map((each) => each.VarCharValue));
      rows.push(...(NextToken === undefined && sql.startsWith('SELECT') ? part.slice(1) : part));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return rows;
  }

  private async repeat(work: () => Promise<void>): Promise<void> {
    try {
      while (!this.stopped) await work();
    } catch (error) {
      // The endpoint was killed: the outcome is found out later.
      if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === undefined) return;
      this.odd.push(String(error));
    }
  }

  private async deliver(writer: string): Promise<void> {
    const write = this.begin(writer);
    const Records = ids(write).map((row) => ({ Data: Buffer.from(`${JSON.stringify(row)}\n`) }));
    // One record with all rows: it is accepted or refused as a whole.
    const Data = Buffer.concat(Records.map((record) => record.Data));
    const { FailedPutCount } = await this.firehose.send(
      new PutRecordBatchCommand({ DeliveryStreamName: writer, Records: [{ Data }] }),
    );
    write.done = FailedPutCount === 0;
    await sleep(100);
  }

  private async insert(writer: string): Promise<void> {
    const write = this.begin(writer);
    await this.execute(`INSERT INTO ${TABLE} VALUES ${values(write)}`, write);
  }

  /** Inserts rows and increments a counter: a lost update would show. */
  private async merge(writer: string): Promise<void> {
    const write = this.begin(writer);
    const counted = this.merges.get(writer) as { least: number; most: number };
    counted.most++;
    const source = `(VALUES ${values(write)}, ('${writer}', 'counter', 0, 0)) AS s(writer, batch, id, n)`;
    await this.execute(
      `MERGE INTO ${TABLE} AS t USING ${source} ON t.writer = s.writer AND t.batch = s.batch AND t.id = s.id WHEN MATCHED THEN UPDATE SET n = t.n + 1 WHEN NOT MATCHED THEN INSERT (writer, batch, id, n) VALUES (s.writer, s.batch, s.id, s.n)`,
      write,
    );
  }

  private async statement(sql: string): Promise<void> {
    this.note(await this.ended(await this.start(sql)));
    await sleep(300);
  }

  private begin(writer: string): Write {
    const write: Write = { writer, batch: `${writer}-${this.turn++}` };
    this.writes.push(write);
    return write;
  }

  private async execute(sql: string, write: Write): Promise<void> {
    write.queryId = await this.start(sql);
    this.finish(write, await this.ended(write.queryId));
  }

  private finish(write: Write, error: string | undefined): void {
    write.done = error === undefined;
    const counted = this.merges.get(write.writer);
    if (counted !== undefined && write.done) counted.least++;
    if (counted !== undefined && !write.done) counted.most--;
    this.note(error);
  }

  private note(error: string | undefined): void {
    if (error === undefined) return;
    if (/ICEBERG_COMMIT_ERROR/.test(error)) this.conflicts++;
    else if (!/endpoint stopped while the query/.test(error)) this.odd.push(error);
  }

  private async start(QueryString: string): Promise<string> {
    const QueryExecutionContext = { Database: DATABASE };
    const command = new StartQueryExecutionCommand({ QueryString, WorkGroup: 'load', QueryExecutionContext });
    return (await this.athena.send(command)).QueryExecutionId as string;
  }

  /** @returns why it failed, undefined where it succeeded. */
  private async ended(QueryExecutionId: string): Promise<string | undefined> {
    for (;;) {
      const { QueryExecution } = await this.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === 'SUCCEEDED') return undefined;
      if (State === 'FAILED' || State === 'CANCELLED') return StateChangeReason ?? State;
      await sleep(50);
    }
  }

  /** Outcomes of the statements that a kill cut short. */
  private async settleStatements(): Promise<void> {
    for (const write of this.writes) {
      if (write.queryId !== undefined && write.done === undefined) this.finish(write, await this.ended(write.queryId));
    }
  }

  private async settleDeliveries(): Promise<Map<string, { ids: number; count: number }>> {
    const delivered = this.writes.filter(({ writer, done }) => writer.startsWith('firehose') && done === true);
    for (let quietSince = Date.now(), before = -1; ; ) {
      const sql = `SELECT batch, count(DISTINCT id), count(*) FROM ${TABLE} WHERE batch <> 'counter' GROUP BY batch`;
      const found = new Map(
        (await this.rows(sql)).map(([batch, distinct, count]) => [
          batch as string,
          { ids: Number(distinct), count: Number(count) },
        ]),
      );
      if (delivered.every(({ batch }) => found.has(batch)) || Date.now() - quietSince > 15_000) return found;
      if (found.size !== before) [before, quietSince] = [found.size, Date.now()];
      await sleep(200);
    }
  }
}

const of = (kind: keyof typeof WRITERS) => Array.from({ length: WRITERS[kind] }, (_, index) => `${kind}${index}`);
const ids = ({ writer, batch }: Write) => Array.from({ length: ROWS }, (_, id) => ({ writer, batch, id, n: 0 }));
const values = (write: Write) =>
  ids(write)
    .map(({ writer, batch, id, n }) => `('${writer}', '${batch}', ${id}, ${n})`)
    .join(', ');
