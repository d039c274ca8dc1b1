import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reviewPlan, sizeText, sizeWorkload, type Workload } from 'lakehouse-tools';

/** The workload of docs/cost.md. */
const EXAMPLE: Workload = { recordsPerSecond: 100, recordBytes: 500, queriesPerDay: 10 };
const document = readFileSync(join(__dirname, '..', 'docs', 'cost.md'), 'utf8');

const resource = (type: string, after: object | null, before: object | null = null) => ({
  address: `${type}.it`,
  type,
  mode: 'managed',
  change: { actions: before === null ? ['create'] : ['update'], before: before as never, after: after as never },
});
const delivery = {
  extended_s3_configuration: [
    {
      buffering_size: 128,
      buffering_interval: 120,
      s3_backup_mode: 'Enabled',
      data_format_conversion_configuration: [{}],
    },
  ],
};
const stack = [
  resource('aws_kinesis_stream', { shard_count: 1, retention_period: 24 }),
  resource('aws_kinesis_firehose_delivery_stream', delivery),
  resource('aws_athena_workgroup', {}),
];

/*
 * The arithmetic of the example, by hand: 730 h are 2,628,000 s, 262,800,000 records of 500 bytes.
 * Kinesis: 730 x 0.015; 262.8 million units x 0.014.
 * Firehose: 262,800,000 x 5 KB / 1,048,576 KB = 1,253.1281 GB, x 0.029 and x 0.018.
 * S3: 131.4e9 bytes = 122.3758 GB raw, x 0.35 = 42.8315 GB of Parquet, x 0.023 each; 21,900 files twice, 0.005 a thousand.
 * Athena: 10 queries on 30.4167 days, each 1/30.4167 of 42.8315 GB = 428.315 GB = 0.418277 TB, x 5.
 */
const BY_HAND: [string, number][] = [
  ['shard hours', 10.95],
  ['PUT payload units of 25 KB', 3.68],
  ['data in, records rounded up to 5 KB', 36.34],
  ['format conversion', 22.56],
  ['S3: a month of delivered files', 0.99],
  ['S3: PUT of delivered files', 0.11],
  ['S3: a month of raw backup', 2.81],
  ['S3: PUT of raw backup', 0.11],
  ['queries, one day scanned each', 2.09],
];
const TOTAL = 79.64;

describe('the example of docs/cost.md', () => {
  const { cost } = reviewPlan({ resource_changes: stack }, { workload: EXAMPLE });

  test('every item is what the arithmetic says, to the cent', () => {
    expect(cost.items.map(({ item, after }) => [item, after])).toEqual(BY_HAND);
    expect(cost).toMatchObject({ before: 0, after: TOTAL, difference: TOTAL });
  });

  test('the document says the same', () => {
    for (const [item, usd] of BY_HAND)
      expect(document).toMatch(new RegExp(`\\| ${item.replace(/[:]/g, '.')} \\|.*\\| ${usd.toFixed(2)} \\|`));
    expect(document).toContain(`| **total** | | **${TOTAL.toFixed(2)}** |`);
  });

  test('an update shows before, after and the difference; what has no price is named', () => {
    const changed = [
      resource('aws_kinesis_stream', { shard_count: 3 }, { shard_count: 1 }),
      resource('aws_lambda_function', { memory_size: 128 }),
    ];
    const result = reviewPlan({ resource_changes: changed }, { workload: EXAMPLE }).cost;
    expect(result).toMatchObject({ before: 14.63, after: 36.53, difference: 21.9, unpriced: ['aws_lambda_function'] });
  });
});

describe('size', () => {
  test.each([
    [1, 1, 'PROVISIONED'],
    [100, 1, 'PROVISIONED'],
    [1000, 1, 'PROVISIONED'],
    [10_000, 10, 'PROVISIONED'],
    [1_000_000, 1000, 'PROVISIONED'],
  ])('%d records/s of 500 bytes take %d shards', (recordsPerSecond, shards, cheaper) => {
    const answer = sizeWorkload({ ...EXAMPLE, recordsPerSecond });
    expect(answer.shards.minimum).toBe(shards);
    expect(answer.shards.recommended).toBeGreaterThanOrEqual(shards);
    expect(answer.cheaper).toBe(cheaper);
    expect(answer.quotas[0]?.share).toBeGreaterThanOrEqual(answer.quotas.at(-1)?.share ?? 1);
    expect(sizeText(answer)).toContain('First quota');
  });

  test('large records are bound by bytes', () => {
    const { shards } = sizeWorkload({ ...EXAMPLE, recordsPerSecond: 1000, recordBytes: 4096 });
    expect(shards).toMatchObject({ minimum: 4, boundBy: 'bytes' });
  });

  test("packing undoes Firehose's rounding: 51 documents of 500 bytes in 25 KB", () => {
    const { packing, modes } = sizeWorkload(EXAMPLE);
    expect(packing.documentsPerRecord).toBe(51);
    expect(packing.saves).toBeCloseTo(Math.min(...modes.map(({ usd }) => usd)) - packing.usd, 2);
    const packed = sizeWorkload({ ...EXAMPLE, packBytes: 25_600 });
    expect(packed.traffic.recordsPerSecond).toBeCloseTo(100 / 51);
    const items = packed.modes[0]?.items ?? [];
    // 51 x 501 bytes are 25,551, billed as 25,600: five fifths of 5 KB instead of 51.
    expect(items.find(({ item }) => item.startsWith('data in'))?.usd).toBeCloseTo((36.34 * 5) / 51, 2);
  });

  test('the file interval follows the buffer: the size fills first only with much traffic', () => {
    expect(sizeWorkload(EXAMPLE).buffer).toMatchObject({ seconds: 900, secondsPerFile: 900 });
    const { buffer, files } = sizeWorkload({ ...EXAMPLE, recordsPerSecond: 100_000 });
    expect(buffer.secondsPerFile).toBeLessThan(3);
    expect(files.perMonth).toBeGreaterThan(900_000);
  });

  test('one record a minute makes no more files than there are records', () => {
    const { files } = sizeWorkload({ ...EXAMPLE, recordsPerSecond: 1 / 3600 });
    expect(files.perMonth).toBe(730);
  });
});
