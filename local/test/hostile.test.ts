import { HOSTILE_CALLS } from 'lakehouse-local/testing/hostile/patterns';
import { SOME_HOSTILE_QUERIES } from 'lakehouse-local/testing/hostile/queries';
import { underHostility } from 'lakehouse-local/testing/hostile/run';

// Long version, with measurements: `npm run bench:hostile`.
test('hostile queries, patterns and programs stop nobody else', async () => {
  const { ends, stops, calls, memory, missing, puts } = await underHostility({
    queries: SOME_HOSTILE_QUERIES,
    calls: HOSTILE_CALLS,
  });
  expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(SOME_HOSTILE_QUERIES.length);
  expect(calls).toHaveLength(HOSTILE_CALLS.length);
  expect(missing).toBe(0);
  expect(memory).toBeLessThan(500);
  // Loose bounds, for a busy machine: a pattern that blocks does so for minutes.
  expect(stops[0]?.ms ?? 0).toBeLessThan(8_000);
  expect(puts.at(-1)).toBeLessThan(8_000);
}, 120_000);
