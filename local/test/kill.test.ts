import { killCycles } from 'lakehouse-local/testing/kill/cycles';

// Long version: `npm run kill -- --cycles 200`.
test('nothing acknowledged is lost and no state lies when the endpoint is killed under a mixed load', async () => {
  const { records, statements, wrong } = await killCycles({ cycles: 2, mostMs: 500 });
  expect(wrong).toEqual([]);
  expect(records).toBeGreaterThan(0);
  expect(Object.keys(statements).length).toBeGreaterThan(0);
}, 120_000);
