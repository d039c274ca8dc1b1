import {
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  type QueryExecutionState,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { GetPartitionsCommand, GetTablesCommand } from '@aws-sdk/client-glue';
import { rowsOf } from '../athena';
import { BUCKET } from '../delivery';
import { answer, type Load, type LoadClients } from './load';

const WORKGROUP = 'kill';
const ROWS = 3;
/** Timeout of a query over a cycle's tables, which a machine under this load takes minutes for. */
const QUERY_MS = 300_000;

/** A started statement, and its client's knowledge of it. */
interface Statement {
  readonly kind: 'hive' | 'ice' | 'ctas' | 'icectas';
  readonly mark: string;
  readonly id: string;
  state?: QueryExecutionState;
}

/** INSERT into a Hive and an Iceberg table, CTAS of both: all rows are there if the state is SUCCEEDED, and none if it isn't. */
export class Statements implements Load {
  readonly name = 'statements';
  readonly ended: Record<string, number> = {};
  private readonly statements: Statement[] = [];

  async prepare(clients: LoadClients): Promise<void> {
    const ResultConfiguration = { OutputLocation: `s3://${BUCKET}/results/` };
    await clients.athena.send(
      new CreateWorkGroupCommand({
        Name: WORKGROUP,
        Configuration: { ResultConfiguration, EnforceWorkGroupConfiguration: false },
      }),
    );
    await this.query(
      clients,
      `CREATE EXTERNAL TABLE db.hive (n int) PARTITIONED BY (mark string) STORED AS PARQUET LOCATION 's3://${BUCKET}/hive/'`,
    );
    await this.query(
      clients,
      `CREATE TABLE db.ice (n int, mark string) LOCATION 's3://${BUCKET}/ice/' TBLPROPERTIES ('table_type'='ICEBERG')`,
    );
  }

  async run(clients: LoadClients, cycle: number): Promise<void> {
    await Promise.all(
      (['hive', 'ice', 'ctas', 'icectas'] as const).map(async (kind) => {
        for (let index = 0; ; index++) await this.write(clients, kind, `${kind}_${cycle}_${index}`, index % 2 === 1);
      }),
    );
  }

  async check(clients: LoadClients): Promise<string[]> {
    const problems: string[] = [];
    const statements = this.statements.splice(0);
    for (const statement of statements) {
      const state = await this.stateOf(clients, statement.id);
      if (!/SUCCEEDED|FAILED/.test(state)) problems.push(`${statement.mark} is ${state} after the restart`);
      if (statement.state === 'SUCCEEDED' && state !== 'SUCCEEDED')
        problems.push(`${statement.mark} was told to have SUCCEEDED and is ${state}`);
      statement.state = state;
      this.ended[state] = (this.ended[state] ?? 0) + 1;
    }
    const tables = await this.tables(clients);
    const rows = await this.rows(clients, statements, tables);
    for (const { kind, mark, state } of statements) {
      const found = rows.get(mark) ?? 0;
      const isTable = kind === 'ctas' || kind === 'icectas';
      if (state === 'SUCCEEDED' ? found !== ROWS : found !== 0 || (isTable && tables.has(mark)))
        problems.push(
          `${mark} is ${state}, and ${found} of its ${ROWS} rows are there${isTable ? `, its table ${tables.has(mark)}` : ''}`,
        );
    }
    problems.push(...(await this.checkLeftOvers(clients, statements, tables)));
    return problems;
  }

  private async write({ athena }: LoadClients, kind: Statement['kind'], mark: string, isLong: boolean): Promise<void> {
    const values = `(VALUES ${Array.from({ length: ROWS }, (_, n) => n).join(', ')}) AS t(n)`;
    const text = {
      hive: `INSERT INTO db.hive SELECT n, '${mark}' FROM ${values}`,
      ice: `INSERT INTO db.ice SELECT n, '${mark}' FROM ${values}`,
      ctas: `CREATE TABLE db.${mark} WITH (external_location = 's3://${BUCKET}/made/${mark}/') AS SELECT n FROM ${values}`,
      icectas: `CREATE TABLE db.${mark} WITH (table_type = 'ICEBERG', is_external = false, location = 's3://${BUCKET}/made/${mark}/') AS SELECT n FROM ${values}`,
    }[kind];
    // Long enough to be executed in a worker, from parsing to commit.
    const QueryString = isLong ? `${text} -- ${'x'.repeat(5_000)}` : text;
    const { QueryExecutionId = '' } = await answer(
      athena.send(new StartQueryExecutionCommand({ QueryString, WorkGroup: WORKGROUP })),
    );
    const statement: Statement = { kind, mark, id: QueryExecutionId };
    this.statements.push(statement);
    while (!/SUCCEEDED|FAILED|CANCELLED/.test(statement.state ?? '')) {
      const { QueryExecution } = await answer(athena.send(new GetQueryExecutionCommand({ QueryExecutionId })));
      statement.state = QueryExecution?.Status?.State;
      if (statement.state === 'FAILED' && QueryExecution?.Status?.AthenaError?.Retryable !== true)
        throw new Error(`${mark} failed: ${QueryExecution?.Status?.StateChangeReason}`);
    }
  }

  private async stateOf({ athena }: LoadClients, QueryExecutionId: string): Promise<QueryExecutionState> {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    return QueryExecution?.Status?.State as QueryExecutionState;
  }

  private async tables({ glue }: LoadClients): Promise<Set<string>> {
    const names = new Set<string>();
    let NextToken: string | undefined;
    do {
      const page = await glue.send(
        new GetTablesCommand({ DatabaseName: 'db', Expression: '(ice)?ctas_.*', NextToken }),
      );
      for (const { Name = '' } of page.TableList ?? []) names.add(Name);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return names;
  }

  /** How many rows each statement of this cycle left. */
  private async rows(
    clients: LoadClients,
    statements: readonly Statement[],
    tables: ReadonlySet<string>,
  ): Promise<Map<string, number>> {
    const marks = (kind: Statement['kind']) =>
      statements.filter((each) => each.kind === kind).map(({ mark }) => `'${mark}'`);
    const parts: string[] = [];
    for (const kind of ['hive', 'ice'] as const)
      if (marks(kind).length > 0)
        parts.push(`SELECT mark, count(*) FROM db.${kind} WHERE mark IN (${marks(kind)}) GROUP BY mark`);
    for (const { mark } of statements) if (tables.has(mark)) parts.push(`SELECT '${mark}', count(*) FROM db.${mark}`);
    if (parts.length === 0) return new Map();
    const rows = await this.query(clients, parts.join(' UNION ALL '));
    return new Map(rows.map(([mark, count]) => [String(mark), Number(count)]));
  }

  /** A failed statement's files are gone: its partition, and the folder of its table. */
  private async checkLeftOvers(
    clients: LoadClients,
    statements: readonly Statement[],
    tables: ReadonlySet<string>,
  ): Promise<string[]> {
    const problems: string[] = [];
    for (const { kind, mark, state } of statements) {
      if (state === 'SUCCEEDED' || kind === 'ice') continue;
      if (kind === 'hive') {
        const at = { DatabaseName: 'db', TableName: 'hive', Expression: `mark = '${mark}'` };
        const { Partitions = [] } = await clients.glue.send(new GetPartitionsCommand(at));
        if (Partitions.length > 0) problems.push(`the partition of ${mark} is there, which failed`);
      }
      const keys = await clients.keys(kind === 'hive' ? `hive/mark=${mark}/` : `made/${mark}/`);
      if (keys.length > 0 && !tables.has(mark))
        problems.push(`${keys.length} objects of ${mark} are there, which failed`);
    }
    return problems;
  }

  private query({ athena }: LoadClients, QueryString: string) {
    return rowsOf(athena, { QueryString, WorkGroup: WORKGROUP }, QUERY_MS);
  }
}
