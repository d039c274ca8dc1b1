/**
 * Fills the disk, changes the clock and restarts the endpoint, at random, while records arrive: in the end each
 * acknowledged record must have been delivered or failed, once.
 * Run: npm run faults -- [rounds]
 */
import { deliverUnderFaults } from 'lakehouse-local/testing/faults';

let isEnough = false;
process.once('SIGTERM', () => {
  isEnough = true;
});

deliverUnderFaults({
  rounds: Number(process.argv[2] ?? 100),
  enough: () => isEnough,
  log: (line) => console.log(line),
}).then(({ put, delivered, failed, twice, missing }) => {
  console.log(`${put} put, ${delivered} delivered, ${failed} failed, ${twice} twice, ${missing.length} missing`);
  for (const record of missing.slice(0, 10)) console.log(`  ${record}`);
  if (missing.length + twice > 0) process.exitCode = 1;
});
