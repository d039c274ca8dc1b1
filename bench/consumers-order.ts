/**
 * Streams records through two Lambda consumers while their stream is resharded: is every record seen by both, and each
 * key's in order?
 * Run: npm run consumers:order -- [--records N]
 */
import { parseArgs } from 'node:util';
import { resharded } from 'lakehouse-local/testing/consumers/order';

const { values } = parseArgs({ options: { records: { type: 'string', default: '100000' } } });
const records = Number(values.records);
resharded(records).then(({ seconds, consumers }) => {
  console.log(`${records} records over 4 shards, split and merged midway, in ${seconds.toFixed(1)} s`);
  for (const [index, { seen, deliveries, missing, shards, disorder }] of consumers.entries()) {
    console.log(
      `  ${index === 0 ? 'shared throughput' : 'enhanced fan-out'}: ${seen} seen in ${deliveries} deliveries, ${missing} missing, ${shards} shards, ${disorder.length} out of order`,
    );
    if (missing > 0 || disorder.length > 0) process.exitCode = 1;
  }
});
