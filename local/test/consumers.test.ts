import { killConsumers } from 'lakehouse-local/testing/consumers/kill';
import { resharded } from 'lakehouse-local/testing/consumers/order';

// Long version: `npm run consumers:order -- --records 100000`.
test('over a split and a merge two consumers see every record, and each key’s in order', async () => {
  const { consumers } = await resharded(6_000);
  for (const { seen, missing, shards, disorder } of consumers)
    expect({ seen, missing, shards, disorder }).toEqual({ seen: 6_000, missing: 0, shards: 7, disorder: [] });
}, 120_000);

// Long version: `npm run kill:consumers -- --cycles 100`.
test('an endpoint that is killed under load loses no record, no order and no position, and leaves no process', async () => {
  const { acknowledged, missing, disorder, orphans, mostRepeated, allowed } = await killConsumers({ cycles: 2 });
  expect(acknowledged).toBeGreaterThan(0);
  expect({ missing, disorder, orphans }).toEqual({ missing: 0, disorder: [], orphans: 0 });
  expect(mostRepeated).toBeLessThanOrEqual(allowed);
}, 120_000);
