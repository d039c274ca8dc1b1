/**
 * Kills the endpoint with SIGKILL at random moments under a mixed load, over and over: records, resharding, direct puts,
 * objects, uploads in parts, tables, policies, alarms, INSERT and CTAS. After each restart everything that was
 * acknowledged is compared with what is there, and at the end every record must have been delivered or failed.
 * Run: npm run prepare && npm run kill -- [--cycles N]
 */
import { parseArgs } from 'node:util';
import { killCycles } from 'lakehouse-local/testing/kill/cycles';

const { values } = parseArgs({ options: { cycles: { type: 'string' } } });
const cycles = Number(values.cycles ?? 200);
// An interrupted run still waits for every delivery.
let isEnough = false;
process.once('SIGTERM', () => {
  isEnough = true;
});
killCycles({ cycles, enough: () => isEnough, log: (line) => console.log(line) }).then(
  ({ kills, records, repeated, announced, statements, wrong }) => {
    console.log(`${kills} kills, ${records} records acknowledged, statements ${JSON.stringify(statements)}`);
    console.log(`${repeated} records are there twice; the endpoint's log announced up to ${announced}`);
    console.log(`${wrong.length} wrong`);
    for (const problem of wrong) console.log(`  ${problem}`);
    if (wrong.length > 0) process.exitCode = 1;
  },
);
