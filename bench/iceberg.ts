import { AthenaLake } from 'lakehouse-local/testing/athena';

/**
 * Cost of Iceberg tables: a million rows in ten files, one in a hundred deleted, read, compacted, read with a filter.
 */
const ROWS = 1_000_000;
const FILES = 10;
const RUNS = 5;

async function main(): Promise<void> {
  // A timer that keeps this process alive: a query's worker alone doesn't.
  const alive = setInterval(() => {}, 1_000);
  const lake = await new AthenaLake().start();
  try {
    const timed = async (sql: string) => {
      const execution = await lake.run(sql);
      if (execution.Status?.State !== 'SUCCEEDED') throw new Error(`${sql}: ${execution.Status?.StateChangeReason}`);
      const { EngineExecutionTimeInMillis = 0, DataScannedInBytes = 0 } = execution.Statistics ?? {};
      return { ms: EngineExecutionTimeInMillis, bytes: DataScannedInBytes };
    };
    const best = async (sql: string) => {
      const runs = [];
      for (let run = 0; run < RUNS; run++) runs.push((await timed(sql)).ms);
      return Math.min(...runs);
    };
    const line = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`);
    await lake.rows(
      `CREATE TABLE million (id bigint, day date, status string, amount double) LOCATION 's3://lake/million/' TBLPROPERTIES ('table_type'='ICEBERG', 'optimize_rewrite_delete_file_threshold'='1')`,
    );
    for (let file = 0; file < FILES; file++) {
      const from = (file * ROWS) / FILES;
      await timed(
        `INSERT INTO million SELECT ${from} + n, DATE '2026-01-01' + (n % 365) * INTERVAL '1' DAY, 'status-' || cast(n % 7 AS varchar), n * 0.5e0 FROM (SELECT x * 10000 + y AS n FROM UNNEST(sequence(0, ${ROWS / FILES / 10_000 - 1})) AS a(x) CROSS JOIN UNNEST(sequence(0, 9999)) AS b(y))`,
      );
    }
    const grouped = 'SELECT status, count(*), sum(amount), max(day) FROM million GROUP BY status';
    await timed(grouped);
    const plain = await best(grouped);
    const deleted = await timed('DELETE FROM million WHERE id % 100 = 0');
    const merged = await best(grouped);
    line('group by over 1,000,000 rows in 10 files', `${plain} ms`);
    line('DELETE of every hundredth row', `${deleted.ms} ms`);
    line('the same group by, 1% deleted', `${merged} ms, ${(merged / plain).toFixed(2)} times`);
    const all = await timed('SELECT id, amount FROM million');
    const few = await timed('SELECT id, amount FROM million WHERE id BETWEEN 500000 AND 500100');
    line('bytes scanned: all, and 101 ids of one file', `${all.bytes}, ${few.bytes}`);
    const optimized = await timed('OPTIMIZE million REWRITE DATA USING BIN_PACK');
    const [[files] = []] = await lake.rows('SELECT count(*) FROM "million$files"');
    line('OPTIMIZE into one file', `${optimized.ms} ms, ${files} file(s)`);
    line('the same group by after it', `${await best(grouped)} ms`);
  } finally {
    await lake.close();
    clearInterval(alive);
  }
}

void main();
