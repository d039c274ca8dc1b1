import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { BUCKET, Lake } from 'lakehouse-local/testing/delivery';

const QUERY = join(__dirname, '../dist/commands/query.js');
const endpoint = lakeFixture();
const lake = new Lake(endpoint);

test('the command says how many records the table lacks, until they are replayed', async () => {
  await lake.build({ device: 'string', level: 'int' });
  await lake.deliver('d', lake.destination());
  await lake.put(['{"device":"a","level":1}', '{"device":"b","level":"high"}']);
  const failed = await eventually(async () => (await lake.keys('error/'))[0], 30_000);
  await eventually(async () => (await lake.keys('data/')).length === 1, 30_000);

  const { url, config, dataDir } = endpoint;
  const file = join(dataDir, 'outputs.json');
  const outputs = { delivery_stream_name: 'd', lake_bucket_name: BUCKET, athena_workgroup_name: 'lakehouse' };
  writeFileSync(file, JSON.stringify({ s: { ...outputs, account_id: '000000000000', region: config.region } }));
  const env = { ...process.env, AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 't', AWS_SECRET_ACCESS_KEY: 't' };
  const args = [QUERY, 'SELECT level FROM db.events', '--outputs-file', file, '--stack', 's', '--format', 'csv'];
  const query = () => promisify(execFile)(process.execPath, args, { env });
  const first = await query();
  expect(first.stdout).toMatch(/^"?level"?\n"?1"?\n$/);
  expect(first.stderr).toMatch(
    /^Records that did not fit the table are missing from it: 1 object of them under s3:\/\/lake\/error\/\. "npm/,
  );
  await endpoint.put(`error/replayed/${failed}.json`, '{}');
  expect((await query()).stderr).not.toContain('did not fit');
}, 60_000);
