/**
 * Kills the endpoint with SIGKILL at random moments while twenty writers change one Iceberg table (Firehose, INSERT, MERGE,
 * OPTIMIZE, VACUUM), over and over, and looks at the end: is every acknowledged row there once, is any commit half done,
 * and how many files are there that no snapshot names?
 * Run: npm run kill:iceberg -- --cycles 100
 */
import { parseArgs } from 'node:util';
import { icebergKillCycles, ORPHANS_A_KILL } from 'lakehouse-local/testing/iceberg-kill';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '100' } } });
const cycles = Number(values.cycles);

icebergKillCycles({ cycles, log: (line) => console.log(line) }).then((found) => {
  const faults = [found.missing, found.half, found.undead, found.repeated, found.miscounted, found.odd];
  const [missing, half, undead, repeated, miscounted] = faults.map(({ length }) => length);
  console.log(`${cycles} kills; ${found.acknowledged} rows acknowledged, ${found.conflicts} ICEBERG_COMMIT_ERROR`);
  console.log(
    `batches: ${missing} missing, ${half} half there, ${undead} failed but there, ${repeated} there twice; ${miscounted} counters wrong`,
  );
  console.log(
    `${found.orphans} orphans after the last kill, ${found.orphansLeft.length} after VACUUM; ${found.objects} objects then`,
  );
  for (const line of faults.flat()) console.log(`  ${line}`);
  const orphans = found.orphansLeft.length > 0 || found.orphans > cycles * ORPHANS_A_KILL;
  if (orphans || faults.some(({ length }) => length > 0)) process.exitCode = 1;
});
