import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { parquetReadObjects } from 'hyparquet';
import { eventually } from 'lakehouse-local/testing';
import { lakeFixture } from 'lakehouse-local/testing/athena';
import { Lake } from 'lakehouse-local/testing/delivery';
import { withoutNulls } from 'lakehouse-local/testing/wide-schema';
import { isObject } from '../core/is-object';

const PATIENCE_MS = 180_000;
const BATCH = 100;
/** Paths in one query: each has its column read, of hundreds of leaves, within a query's memory. */
const A_QUERY = 4;
const SELECTED = 40;

type Sample = Record<string, unknown>;

const PACKAGES = join(__dirname, '../../../node_modules');
const read = (path: string) => JSON.parse(readFileSync(join(PACKAGES, path), 'utf8'));
const AWS = '@serverless/event-mocks/dist/events/aws';

/** Events of public sources, as packages of samples hold them. */
const SAMPLES: Readonly<Record<string, () => Sample[]>> = {
  /** Bodies of GitHub's webhooks. */
  github: () =>
    (read('@octokit/webhooks-examples/api.github.com/index.json') as { examples: Sample[] }[]).flatMap(
      ({ examples }) => examples,
    ),
  /** Events of S3, SNS, SQS, Kinesis, DynamoDB, API Gateway, CloudWatch, Cognito, Alexa. */
  aws: () => readdirSync(join(PACKAGES, AWS)).map((name) => read(`${AWS}/${name}`)),
  /** Earthquakes of the USGS, as GeoJSON features. */
  earthquakes: () => (read('vega-datasets/data/earthquakes.json') as { features: Sample[] }).features.slice(0, 500),
};

/** The Hive type that holds all of the values, as the OpenX SerDe reads them; text where they differ in kind. */
function typeOf(values: readonly unknown[]): string {
  const found = values.filter((value) => value !== null && value !== undefined);
  const all = (isOne: (value: unknown) => boolean) => found.length > 0 && found.every(isOne);
  if (all((value) => typeof value === 'boolean')) return 'boolean';
  if (all(Number.isSafeInteger)) return 'bigint';
  if (all((value) => typeof value === 'number')) return 'double';
  if (all(Array.isArray)) return `array<${typeOf(found.flat())}>`;
  if (!all(isObject)) return 'string';
  const members = membersOf(found as Sample[]);
  return members.length === 0
    ? 'map<string,string>'
    : `struct<${members.map(([name, type]) => `${name}:${type}`).join(',')}>`;
}

/** Columns, or a struct's members: the keys of all objects in lower case, each with its type. */
function membersOf(objects: readonly Sample[]): [name: string, type: string][] {
  const values = new Map<string, unknown[]>();
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const name = key.toLowerCase();
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return [...values].map(([name, found]) => [name, typeOf(found)]);
}

/** A value in a row's form, without nulls: keys in lower case, and JSON text where the type is string. */
function expected(value: unknown, type: string): unknown {
  if (type === 'string') return isObject(value) || Array.isArray(value) ? { json: lowered(value) } : String(value);
  if (Array.isArray(value)) return value.map((item) => (item === null ? null : expected(item, inner(type))));
  if (!isObject(value)) return value;
  const types = type.startsWith('map<') ? undefined : new Map(splitMembers(type));
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(
    members.map(([key, member]) => [key.toLowerCase(), expected(member, types?.get(key.toLowerCase()) ?? 'string')]),
  );
}

function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), lowered(member)]));
}

const inner = (type: string) => type.slice('array<'.length, -1);

/** A struct type's members. */
function splitMembers(type: string): [name: string, type: string][] {
  const members: [string, string][] = [];
  let [depth, start] = [0, 0];
  const text = type.slice('struct<'.length, -1);
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at);
    if (character === '<') depth++;
    else if (character === '>') depth--;
    else if (at === text.length || (character === ',' && depth === 0)) {
      const member = text.slice(start, at);
      members.push([member.slice(0, member.indexOf(':')), member.slice(member.indexOf(':') + 1)]);
      start = at + 1;
    }
  }
  return members;
}

const athena = lakeFixture({ each: true, enforceLimits: false });
const lake = new Lake(athena);

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
    expect(athena.faults).toEqual([]);

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
      const answer = await athena.rows(sql);
      expect(answer).toHaveLength(samples.length);
      for (const [row, texts] of answer.entries()) {
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
