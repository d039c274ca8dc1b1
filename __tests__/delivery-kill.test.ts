import { killCycles } from './delivery-kill';

// bench/delivery-kill.ts does the same a hundred times.
test('nothing acknowledged is lost when the endpoint is killed under load', async () => {
  const { acknowledged, missing, repeated, announced } = await killCycles({ cycles: 4 });
  expect(acknowledged).toBeGreaterThan(0);
  expect(missing).toEqual([]);
  expect(repeated).toBeLessThanOrEqual(announced);
}, 120_000);
