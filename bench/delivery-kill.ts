/**
 * Kills the endpoint with SIGKILL at random moments under load, over and over, and counts at the end: is every record
 * that was acknowledged in an object, and how many are there twice?
 * Run: npx tsx bench/delivery-kill.ts [cycles]
 */
import { killCycles } from '../__tests__/delivery-kill';

killCycles({ cycles: Number(process.argv[2] ?? 100), log: (line) => console.log(line) }).then((result) => {
  const { cycles, acknowledged, missing, repeated, announced } = result;
  console.log(`${cycles} kills, ${acknowledged} records acknowledged, ${missing.length} missing`);
  console.log(`${repeated} of them are there twice; the endpoint's log announced up to ${announced}`);
  if (missing.length > 0 || repeated > announced) process.exitCode = 1;
});
