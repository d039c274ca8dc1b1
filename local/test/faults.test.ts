import { deliverUnderFaults } from 'lakehouse-local/testing/faults';

// Long version: `npm run faults`.
test('each acknowledged record is delivered once or put aside once, after full disks, wrong clocks and restarts', async () => {
  const { put, delivered, failed, twice, missing } = await deliverUnderFaults({ rounds: 6 });
  expect(missing).toEqual([]);
  expect(twice).toBe(0);
  expect(put).toBeGreaterThan(0);
  expect(failed).toBeGreaterThan(0);
  // A put that failed as a whole may still have reached the stream.
  expect(delivered + failed).toBeGreaterThanOrEqual(put);
}, 120_000);
