/**
 * Distance of the producer's rate from a stream's capacity: four shards of the embedded endpoint, which enforces 1,000
 * records/s a shard as Kinesis does: events delivered of 4,000/s, attempts throttled, and how evenly shards are filled.
 * Run: npx tsx bench/producer-shards.ts [seconds]
 */
import { CreateStreamCommand, waitUntilStreamExists } from '@aws-sdk/client-kinesis';
import { createKinesisClient, produce } from 'lakehouse-producer';
import { withEndpoint } from './endpoint';

const SHARDS = 4;
const RECORDS_PER_SHARD = 1_000;
const LEAST_OF_CAPACITY = 0.95;
const MOST_THROTTLED = 0.02;
const MOST_UNEVEN = 0.1;

async function main(seconds: number): Promise<void> {
  await withEndpoint([], async ({ config }) => {
    const client = createKinesisClient(config);
    // The local credentials: without them the client would use the SDK's chain, with the developer's real ones.
    client.config.credentials = async () => config.credentials;
    await client.send(new CreateStreamCommand({ StreamName: 'four', ShardCount: SHARDS }));
    await waitUntilStreamExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { StreamName: 'four' });
    const result = await produce({ streamName: 'four', client, duration: seconds * 1000 });
    const capacity = result.delivered / (SHARDS * RECORDS_PER_SHARD * result.seconds);
    const throttled = result.throttled / result.attempts;
    const share = result.delivered / SHARDS;
    const uneven = Math.max(...Object.values(result.recordsPerShard).map((records) => Math.abs(records / share - 1)));
    console.log(`delivered ${result.delivered} events in ${result.seconds} s, ${result.failed} failed`);
    console.log(
      `capacity  ${percent(capacity)} of ${SHARDS * RECORDS_PER_SHARD}/s (at least ${percent(LEAST_OF_CAPACITY)})`,
    );
    console.log(`throttled ${percent(throttled)} of the attempts (under ${percent(MOST_THROTTLED)})`);
    console.log(`shards    at most ${percent(uneven)} from even (under ${percent(MOST_UNEVEN)})`);
    const good = capacity >= LEAST_OF_CAPACITY && throttled < MOST_THROTTLED && uneven < MOST_UNEVEN;
    if (!good || result.failed > 0) process.exitCode = 1;
  });
}

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

void main(Number(process.argv[2] ?? 60));
