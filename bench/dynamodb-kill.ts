/**
 * Kills the endpoint with SIGKILL at random moments under all kinds of writes to a DynamoDB table with a stream and a
 * Kinesis destination. At the end, every acknowledged write must be there, and each change once in both.
 * Run: npm run kill:dynamodb -- --cycles 100
 */
import { parseArgs } from 'node:util';
import { dynamodbKillCycles } from 'lakehouse-local/testing/dynamodb-kill';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '100' } } });
const cycles = Number(values.cycles);

dynamodbKillCycles({ cycles, log: (line) => console.log(line) }).then(({ acknowledged, changes, faults }) => {
  console.log(`${cycles} kills; ${acknowledged} writes acknowledged, ${changes} changes; ${faults.length} faults`);
  for (const line of faults.slice(0, 50)) console.log(`  ${line}`);
  if (faults.length > 0) process.exitCode = 1;
});
