import { damageDataDirs } from 'lakehouse-local/testing/damage';

// Long version, over a larger directory: `npm run damage`.
test('a flipped bit or a cut file is harmless, named, or repaired with its loss reported', async () => {
  const result = await damageDataDirs({ faults: 6, records: 1_000, objects: 10, recordBytes: 200 });
  expect(result.wrong).toEqual([]);
  expect(result.harmless + result.foundWhenRead + result.repaired).toBe(6);
}, 120_000);
