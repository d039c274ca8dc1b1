import { type AthenaLake, lakeFixture } from 'lakehouse-local/testing/athena';
import { readByIcebird } from 'lakehouse-local/testing/iceberg';
import { IcebergWrites } from 'lakehouse-local/testing/iceberg-writes';

// Also with ClickHouse, and with a table that it wrote: `npm run test:interop`.
const lake = lakeFixture();

const icebird = { rows: readByIcebird, roundsDecimals: true, readsBinaryAsText: true };
const kinds = (fixture: AthenaLake) => new IcebergWrites(fixture, icebird, 16).kinds;

test.each(Object.keys(new IcebergWrites({} as AthenaLake, icebird).kinds))(
  'icebird reads what Athena reads: %s',
  async (kind) => {
    await kinds(lake)[kind]?.();
  },
);
