/**
 * Kills the endpoint with SIGKILL at random moments while a Lambda consumer works, over and over.
 * Run: npm run prepare && npm run kill:consumers -- [--cycles N]
 */
import { parseArgs } from 'node:util';
import { killConsumers } from 'lakehouse-local/testing/consumers/kill';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '100' } } });
const cycles = Number(values.cycles);
killConsumers({ cycles, log: (line) => console.log(line) }).then((result) => {
  const { acknowledged, missing, repeated, mostRepeated, allowed, disorder, orphans } = result;
  console.log(
    `${cycles} kills, ${acknowledged} records acknowledged, ${missing} missing, ${disorder.length} out of order`,
  );
  console.log(
    `${repeated} deliveries were repeated, ${mostRepeated} at most by one kill; ${orphans} processes were left`,
  );
  if (missing > 0 || disorder.length > 0 || orphans > 0 || mostRepeated > allowed) process.exitCode = 1;
});
