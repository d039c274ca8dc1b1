import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { Lake } from 'lakehouse-local/testing/delivery';
import { isHiveType } from '../stacks/config/hive-types';
import { loadConfiguration } from '../stacks/config/load';
import { runQuery } from '../tools/src/query/athena';
import { formatRows } from '../tools/src/query/format';
import { inferSchema } from '../tools/src/schema/infer';

/* From a sample of records to rows: the tools' schema, the stack's settings, the producer's command, the endpoint. */
const CLI = join(__dirname, '../producer/dist/cli.js');
const query = lakeFixture();
const lake = new Lake(query);

test("the sample of docs/schema.md: its inferred columns and SerDe are settings, and sent by the command it is the page's rows", async () => {
  const page = readFileSync(join(__dirname, '../docs/schema.md'), 'utf8');
  const sample = /<<'END'\n([\s\S]*?)END\n/.exec(page)?.[1] ?? '';
  const [, select = '', shown = ''] = /"(SELECT [\s\S]*?)"\n```\n\n```text\n([\s\S]*?)```/.exec(page) ?? [];
  const { columns, deserializer } = inferSchema(sample);
  expect(deserializer).toBe('openx');
  for (const { type } of columns) expect(isHiveType(type)).toBe(true);
  const variables = { LAKEHOUSE_COLUMNS: JSON.stringify(columns), LAKEHOUSE_JSON_DESERIALIZER: deserializer };
  expect(loadConfiguration(variables).settings.columns).toEqual(columns);
  await lake.build(Object.fromEntries(columns.map(({ name, type }) => [name, type])));
  const destination = lake.destination();
  const InputFormatConfiguration = { Deserializer: { OpenXJsonSerDe: {} } };
  const DataFormatConversionConfiguration = {
    ...destination.DataFormatConversionConfiguration,
    InputFormatConfiguration,
  };
  await lake.deliver('d', { ...destination, DataFormatConversionConfiguration });
  const { url, config, dataDir } = query;
  const outputs = join(dataDir, 'outputs.json');
  const stack = { kinesis_stream_name: 'events', account_id: '000000000000', region: config.region };
  writeFileSync(outputs, JSON.stringify({ s: { ...stack, glue_database_name: 'db', glue_table_name: 'events' } }));
  const file = join(dataDir, 'readings.ndjson');
  const env = { ...process.env, AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 't', AWS_SECRET_ACCESS_KEY: 't' };
  const send = (text: string) => {
    writeFileSync(file, text);
    const args = [CLI, '--input', file, '--outputs', outputs, '--quiet'];
    return promisify(execFile)(process.execPath, args, { env });
  };
  // Records of another table aren't sent: they would become rows of nulls.
  await expect(send('{"sku":1,"price":2}\n')).rejects.toMatchObject({
    code: 64,
    stderr: expect.stringContaining('none of the keys sku, price is a column of db.events (device_id, ts,'),
  });
  await send(sample);
  await eventually(async () => (await query.rows('SELECT 1 FROM db.events')).length === 3, 30_000);
  const sql = select.replaceAll('\\"', '"').replace('"readings-db"."tbl-readings"', 'db.events');
  expect(formatRows(await runQuery({ client: query.athena, sql, workgroup: 'lakehouse' }), 'table')).toBe(shown);
  expect(await lake.keys('error/')).toEqual([]);
}, 60_000);
