/**
 * A producer of 1,000 records a second beside hostile queries, patterns and programs: how long does PutRecords take, what
 * memory has the endpoint itself, how soon is each query cancelled, and is every record delivered?
 * Run: npm run prepare && npm run bench:hostile -- [--every N, for each Nth query alone]
 */
import { parseArgs } from 'node:util';
import { HOSTILE_CALLS } from 'lakehouse-local/testing/hostile/patterns';
import { HOSTILE_QUERIES } from 'lakehouse-local/testing/hostile/queries';
import { underHostility } from 'lakehouse-local/testing/hostile/run';

const { values } = parseArgs({ options: { every: { type: 'string' } } });
const queries = HOSTILE_QUERIES.filter((_sql, index) => index % Number(values.every ?? 1) === 0);

underHostility({ queries, calls: HOSTILE_CALLS, log: (line) => console.log(line) }).then((result) => {
  const { puts, memory, ends, stops, calls, missing } = result;
  const at = (part: number) => puts[Math.floor(puts.length * part)] ?? Number.NaN;
  console.log(`${queries.length} queries: ${JSON.stringify(ends)}; ${calls.length} patterns and programs`);
  console.log(
    `${puts.length} PutRecords: median ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, at most ${puts.at(-1)?.toFixed(0)} ms`,
  );
  console.log(`the endpoint itself had at most ${memory.toFixed(0)} MB; ${missing} records are missing`);
  for (const { ms, sql } of stops.slice(0, 3)) console.log(`  stopped after ${ms.toFixed(0)} ms: ${sql}`);
  for (const { ms, name } of calls.slice(0, 3)) console.log(`  answered after ${ms.toFixed(0)} ms: ${name}`);
  if (at(0.99) > 100 || memory > 500 || missing > 0 || (stops[0]?.ms ?? 0) > 2_000) process.exitCode = 1;
});
