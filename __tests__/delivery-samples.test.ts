import { CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { parquetReadObjects } from 'hyparquet';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { BUCKET, Lake } from 'lakehouse-local/testing/delivery';
import { withoutNulls } from 'lakehouse-local/testing/wide-schema';
import { runQuery } from '../tools/src/query/athena';
import { expected, membersOf, SAMPLES, splitMembers } from './support/sample-events';

const PATIENCE_MS = 180_000;
const BATCH = 100;
/** Paths of a query. */
/** Paths in one query: each has its column read, of hundreds of leaves, within a query's memory. */
const A_QUERY = 4;
const SELECTED = 40;

const local = localFixture({ each: true, enforceLimits: false });
const lake = new Lake(local);
const { athena } = local;

beforeEach(async () => {
  const ResultConfiguration = { OutputLocation: `s3://${BUCKET}/results/` };
  await athena.send(new CreateWorkGroupCommand({ Name: 'samples', Configuration: { ResultConfiguration } }));
});

async function allRows(): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const key of await lake.keys('data/')) {
    const file = Uint8Array.from(await lake.body(key)).buffer;
    rows.push(...(await parquetReadObjects({ file })));
  }
  return rows;
}

/** JSON text parsed, where a structure is expected. */
function readable(found: unknown, wanted: unknown): unknown {
  if (typeof wanted === 'object' && wanted !== null && 'json' in wanted && typeof found === 'string')
    return { json: JSON.parse(found) };
  if (Array.isArray(found) && Array.isArray(wanted)) return found.map((item, index) => readable(item, wanted[index]));
  if (typeof found !== 'object' || found === null || typeof wanted !== 'object' || wanted === null) return found;
  return Object.fromEntries(
    Object.entries(found).map(([key, item]) => [key, readable(item, (wanted as Record<string, unknown>)[key])]),
  );
}

/** Paths through structs to single values, as SQL writes them, with each sample's value. */
function paths(type: string, path: string, values: readonly unknown[]): [sql: string, values: readonly unknown[]][] {
  if (type.startsWith('array<') || type.startsWith('map<')) return [];
  if (!type.startsWith('struct<')) return [[path, values]];
  return splitMembers(type).flatMap(([name, memberType]) =>
    paths(
      memberType,
      `${path}."${name}"`,
      values.map((value) => (value as Record<string, unknown> | undefined)?.[name]),
    ),
  );
}

test.each(Object.keys(SAMPLES))(
  'events of %s come out of the stream, out of Parquet and out of SQL as they were',
  async (family) => {
    const samples = (SAMPLES[family]?.() ?? []).map((sample, index) => ({ sample_id: index, ...sample }));
    const columns = membersOf(samples);
    await lake.build(Object.fromEntries(columns));
    const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 2 };
    const conversion = lake.destination().DataFormatConversionConfiguration;
    const InputFormatConfiguration = { Deserializer: { OpenXJsonSerDe: {} } };
    const DataFormatConversionConfiguration = { ...conversion, InputFormatConfiguration };
    await lake.deliver('d', lake.destination({ BufferingHints, DataFormatConversionConfiguration }), false);
    for (let from = 0; from < samples.length; from += BATCH) {
      const Records = samples
        .slice(from, from + BATCH)
        .map((sample) => ({ Data: Buffer.from(JSON.stringify(sample)) }));
      await lake.firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: 'd', Records }));
    }
    const rows = await eventually(async () => {
      const found = await allRows();
      return found.length >= samples.length && found;
    }, PATIENCE_MS);
    expect(await lake.keys('error/')).toEqual([]);
    const type = `struct<${columns.map(([name, each]) => `${name}:${each}`).join(',')}>`;
    const wanted = samples.map((sample) => expected(sample, type));
    const found = rows.map(withoutNulls).sort((a, b) => idOf(a) - idOf(b));
    for (const [index, row] of found.entries()) expect(readable(row, wanted[index])).toEqual(wanted[index]);
    expect(local.faults).toEqual([]);

    const selected = columns.flatMap(([name, each]) =>
      paths(
        each,
        `"${name}"`,
        wanted.map((row) => (row as Record<string, unknown>)[name]),
      ),
    );
    const step = Math.max(1, Math.floor(selected.length / SELECTED));
    const some = selected.filter((_, index) => index % step === 0).slice(0, SELECTED);
    for (let from = 0; from < some.length; from += A_QUERY) {
      const part = some.slice(from, from + A_QUERY);
      const sql = `SELECT sample_id, ${part.map(([path]) => path).join(', ')} FROM db.events ORDER BY sample_id`;
      const result = await runQuery({ client: athena, sql, workgroup: 'samples', database: 'db' });
      expect(result.rows).toHaveLength(samples.length);
      for (const [row, texts] of result.rows.entries()) {
        expect(texts[0]).toBe(String(row));
        for (const [at, [path, values]] of part.entries())
          expect([path, same(texts[at + 1], values[row])]).toEqual([path, shown(values[row])]);
      }
    }
  },
  PATIENCE_MS + 120_000,
);

const idOf = (row: unknown) => Number((row as { sample_id: number }).sample_id);

/** A value in a form that can be compared with SQL's text. */
function shown(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? value : String(value);
}

function same(text: string | null | undefined, value: unknown): unknown {
  if (text === null || text === undefined) return null;
  if (typeof value === 'number') return String(Number(text));
  return typeof value === 'object' ? { json: JSON.parse(text) } : text;
}
