/**
 * Damage: flips a bit or cuts a file of a data directory with acknowledged records, objects and metadata, over and
 * over, and counts the outcomes. Any damage must be harmless, be reported, or be repaired with its loss reported.
 * Run: npm run prepare && npm run damage -- [faults]
 */
import { damageDataDirs } from 'lakehouse-local/testing/damage';

let isEnough = false;
process.once('SIGTERM', () => {
  isEnough = true;
});

damageDataDirs({
  enough: () => isEnough,
  faults: Number(process.argv[2] ?? 100),
  records: 20_000,
  objects: 200,
  recordBytes: 1_000,
  log: (line) => console.log(line),
}).then(({ harmless, foundWhenRead, repaired, wrong }) => {
  console.log(
    `${harmless} harmless, ${foundWhenRead} found when read, ${repaired} refused by name and repaired, ${wrong.length} wrong`,
  );
  for (const problem of wrong) console.log(`  ${problem}`);
  if (wrong.length > 0) process.exitCode = 1;
});
