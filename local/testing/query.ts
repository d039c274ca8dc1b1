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

/** Queries without tables, run as Athena's are, at 2022-02-04 21:35:54.123 UTC. */
export class QueryFixture {
  private constructor(
    private readonly cloud: Cloud,
    private readonly store: Store,
    private readonly engine: EngineSession,
    private readonly dataDir: string,
  ) {}

  static async open(): Promise<QueryFixture> {
    const dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-'));
    const store = new Store(join(dataDir, 'metadata'));
    const cloud = new Cloud(store, { now: () => 0 }, { dataDir, enforceLimits: true, log: () => {} }, []);
    return new QueryFixture(cloud, store, new EngineSession(cloud.state(QueryEngine)), dataDir);
  }

  /** Rows as Athena prints them, and the types of the columns. @throws QueryError, SqlSyntaxError */
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
