import { DeleteDeliveryStreamCommand, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { CreateTableCommand } from '@aws-sdk/client-glue';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { eventually, localFixture } from 'lakehouse-local/testing';
import { Lake, ROLE } from 'lakehouse-local/testing/delivery';
import { errorsOf } from 'lakehouse-local/testing/delivery-read';
import { anyRecord, anySchema, type RandomRecord, type RandomSchema } from 'lakehouse-local/testing/random-records';

/** Number of runs, each with a table and a delivery stream, in a part of a second. More by `npm run test:random`. */
const RUNS = Number(process.env.RANDOM_RUNS ?? 25);
const PATIENCE_MS = 60_000;

const local = localFixture();
const lake = new Lake(local);
let made = 0;

beforeAll(async () => {
  await lake.build({ id: 'string' });
  const Statement = { Effect: 'Allow', Action: 'glue:Get*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await lake.iam.send(new PutRolePolicyCommand({ RoleName: 'delivery', PolicyName: 'tables', PolicyDocument }));
});

interface Case {
  readonly schema: RandomSchema;
  readonly openx: boolean;
  readonly compression: 'SNAPPY' | 'GZIP' | 'UNCOMPRESSED';
  readonly records: readonly RandomRecord[];
}

const anyCase: fc.Arbitrary<Case> = anySchema.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    openx: fc.boolean(),
    compression: fc.constantFrom('SNAPPY', 'GZIP', 'UNCOMPRESSED'),
    records: fc.array(anyRecord(schema), { minLength: 1, maxLength: 30 }),
  }),
);

async function deliver({ schema, openx, compression }: Case, name: string): Promise<void> {
  const Columns = schema.map(([Name, Type]) => ({ Name, Type }));
  const TableInput = { Name: name, StorageDescriptor: { Columns } };
  await lake.glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput }));
  const destination = lake.destination({
    Prefix: `${name}/data/`,
    ErrorOutputPrefix: `${name}/error/`,
    DataFormatConversionConfiguration: {
      Enabled: true,
      InputFormatConfiguration: { Deserializer: openx ? { OpenXJsonSerDe: {} } : { HiveJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: compression } } },
      SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'db', TableName: name },
    },
  });
  await lake.deliver(name, destination, false);
}

async function put(name: string, records: readonly Buffer[]): Promise<void> {
  const Records = records.map((Data) => ({ Data }));
  await lake.firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records }));
}

/** Rows in Parquet objects, and records below the error prefix. */
async function arrived(name: string): Promise<{ rows: number; errors: string[] }> {
  let rows = 0;
  for (const key of await lake.keys(`${name}/data/`)) {
    const body = await lake.body(key);
    rows += Number(parquetMetadata(Uint8Array.from(body).buffer).num_rows);
  }
  return { rows, errors: (await errorsOf(lake, `${name}/error/`)).map(({ text }) => text) };
}

/** Waits until each record is accounted for: as the rows of its documents, or as one error. */
async function settled(name: string, records: readonly RandomRecord[]): Promise<void> {
  await eventually(async () => {
    const { rows, errors } = await arrived(name);
    const failed = new Map<string, number>();
    for (const text of errors) failed.set(text, (failed.get(text) ?? 0) + 1);
    let expected = 0;
    for (const { data, documents } of records) {
      const left = failed.get(String(data)) ?? 0;
      if (left > 0) failed.set(String(data), left - 1);
      else expected += documents;
    }
    const unknown = [...failed.values()].reduce((sum, count) => sum + count, 0);
    if (unknown > 0 || rows > expected) throw new Error(`${rows} rows for ${expected}, ${unknown} errors too many`);
    return rows === expected;
  }, PATIENCE_MS);
}

test(
  'whatever the table and whatever comes, each record is delivered or put aside, once, and the stream goes on',
  async () => {
    const property = fc.asyncProperty(anyCase, async (example) => {
      const name = `t${made++}`;
      await deliver(example, name);
      await put(
        name,
        example.records.map(({ data }) => data),
      );
      await settled(name, example.records);
      // Later records are delivered, too: nothing is blocked, and nothing was delivered twice.
      const last = { data: Buffer.from('{}'), documents: 1 };
      await put(name, [last.data]);
      await settled(name, [...example.records, last]);
      await lake.firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }));
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: false });
  },
  RUNS * 5_000 + 30_000,
);
