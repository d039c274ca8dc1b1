import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../src/core/cloud';
import { EngineSession, QueryEngine } from '../src/query/engine/engine';
import { parseCsv } from '../src/query/result/csv';
import { columnTypeOf } from '../src/query/result/type-names';
import { runQuery } from '../src/query/run';
import type { Query } from '../src/query/sql/ast';
import { parseStatement } from '../src/query/sql/parse-statement';
import { Footers } from '../src/query/tables/footers';
import { TextFacts } from '../src/query/tables/text-facts';
import { Store } from '../src/store/store';

/** Runs queries without tables as Athena does, at 2022-02-04 21:35:54.123 UTC. */
export class Queries {
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-'));
  private readonly store = new Store(join(this.dataDir, 'metadata'));
  private readonly cloud = new Cloud(
    this.store,
    { now: () => 0 },
    { dataDir: this.dataDir, enforceLimits: true, log: () => {} },
    [],
  );
  private readonly engine = new EngineSession(this.cloud.state(QueryEngine));

  /** Runs a query. @returns rows in Athena's text, and the columns' types @throws QueryError, SqlSyntaxError */
  async run(sql: string): Promise<{ rows: (string | undefined)[][]; types: string[] }> {
    const path = join(this.cloud.state(QueryEngine).tempDir, 'result.csv');
    const session = {
      cloud: this.cloud,
      caller: { accountId: '000000000000', region: 'us-east-1', principalArn: 'arn:aws:iam::000000000000:root' },
      engine: this.engine,
      footers: new Footers(),
      texts: new TextFacts(),
      database: undefined,
      parameters: [],
      now: Date.parse('2022-02-04T21:35:54.123Z'),
    };
    const statement = parseStatement(sql) as { query: Query };
    const outcome = await runQuery(statement.query, session, { cancelled: () => false, onScanned: () => {} }, path);
    const { rows } = parseCsv(readFileSync(path, 'utf8'), 1_000);
    return { rows: rows.slice(1), types: outcome.columns.map(({ type }) => columnTypeOf(type).name) };
  }

  async close(): Promise<void> {
    await this.cloud.close();
    await this.store.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

/** Queries for the tests of a file. */
export function queryFixture(): Queries {
  const queries = new Queries();
  afterAll(() => queries.close());
  return queries;
}
