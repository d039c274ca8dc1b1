import { Local } from 'lakehouse-local/testing';
import { icebergKillCycles, ORPHANS_A_KILL } from 'lakehouse-local/testing/iceberg-kill';
import { IcebergLoad } from 'lakehouse-local/testing/iceberg-load';

const GOOD = { missing: [], half: [], undead: [], repeated: [], miscounted: [], odd: [] };

test('twenty writers at once: each acknowledged row is there once, or its statement lost with ICEBERG_COMMIT_ERROR', async () => {
  const endpoint = await new Local().start();
  try {
    const load = new IcebergLoad().connect(endpoint);
    await load.build();
    setTimeout(() => load.stop(), 3_000);
    await load.run();
    const found = await load.check();
    expect(found).toMatchObject(GOOD);
    expect(found.acknowledged).toBeGreaterThan(100);
    expect(found.conflicts).toBeGreaterThan(0);
  } finally {
    await endpoint.close();
  }
}, 120_000);

// Long version: `npm run kill:iceberg`.
test('nothing acknowledged is lost, and no commit half done, when the endpoint is killed under their load', async () => {
  const found = await icebergKillCycles({ cycles: 1 });
  expect(found).toMatchObject({ ...GOOD, orphansLeft: [] });
  expect(found.acknowledged).toBeGreaterThan(0);
  expect(found.orphans).toBeLessThanOrEqual(ORPHANS_A_KILL);
}, 180_000);
