import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { hasMoto, startMoto } from 'lakehouse-local/testing/moto';
import { pack } from 'lakehouse-local/testing/pack';
import { createKinesisClient } from 'lakehouse-producer';

/**
 * The package as its users get it: packed, installed in an empty folder, and run against moto's server, an independent
 * emulator of Kinesis. Skipped without moto.
 */
const run = promisify(execFile);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

async function countRecords(client: KinesisClient): Promise<number> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: 'events' }));
  let count = 0;
  for (const { ShardId } of Shards) {
    const position = { StreamName: 'events', ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let { ShardIterator } = await client.send(new GetShardIteratorCommand(position));
    for (;;) {
      const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }));
      count += Records.length;
      ShardIterator = NextShardIterator;
      if (Records.length === 0) break;
    }
  }
  return count;
}

(hasMoto ? test : test.skip)(
  'the tarball, installed in an empty folder, sends 1,000 records to an endpoint of others',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'producer-tarball-'));
    const moto = await startMoto();
    const endpoint = moto.url;
    const client = new KinesisClient({ region: 'us-east-1', endpoint, credentials, ...handlerOf(endpoint) });
    try {
      const { filename } = await pack('producer', folder);
      writeFileSync(join(folder, 'package.json'), '{"private":true}');
      const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)];
      await run('npm', install, { cwd: folder });
      await client.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 2 }));
      const command = join(folder, 'node_modules/.bin/lakehouse-producer');
      const env = {
        PATH: process.env.PATH ?? '',
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      };
      const { stdout } = await run(command, ['--amount', '1000', '--stream', 'events'], { cwd: folder, env });
      expect(stdout.trimEnd().split('\n')).toHaveLength(1_000);
      expect(await countRecords(client)).toBe(1_000);
    } finally {
      client.destroy();
      await moto.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);

/** moto's server speaks HTTP/1.1 only, as the producer's own client does. */
function handlerOf(endpoint: string) {
  return { requestHandler: createKinesisClient({ endpoint, region: 'us-east-1' }).config.requestHandler };
}
