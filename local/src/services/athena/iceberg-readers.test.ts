import { AthenaFixture } from 'lakehouse-local/testing/athena';
import { readByIcebird } from 'lakehouse-local/testing/iceberg';
import { IcebergWrites } from 'lakehouse-local/testing/iceberg-writes';

// Also with ClickHouse, and with a table that it wrote: `npm run test:interop`.
let lake: AthenaFixture;
beforeAll(async () => {
  lake = await AthenaFixture.start();
});
afterAll(async () => {
  const { faults } = lake.endpoint;
  await lake.close();
  expect(faults).toEqual([]);
});

const icebird = { rows: readByIcebird, roundsDecimals: true, readsBinaryAsText: true };
const kinds = (fixture: AthenaFixture) => new IcebergWrites(fixture, icebird, 16).kinds;

test.each(Object.keys(new IcebergWrites({} as AthenaFixture, icebird).kinds))(
  'icebird reads what Athena reads: %s',
  async (kind) => {
    await kinds(lake)[kind]?.();
  },
);
