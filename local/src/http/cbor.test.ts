import { decode, Encoder, Tag } from 'cbor-x';
import fc from 'fast-check';
import { localFixture } from 'lakehouse-local/testing';
import { CborError, decodeCbor, encodeCbor } from './protocols/cbor-codec';

// An independent encoder in place of CBOR clients.
const encoder = new Encoder({ useRecords: false, tagUint8Array: false, mapsAsObjects: true });

const local = localFixture();

async function call(operation: string, input: unknown) {
  const answer = await fetch(local.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-cbor-1.1', 'x-amz-target': `Kinesis_20131202.${operation}` },
    body: new Uint8Array(encoder.encode(input)),
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    output: decodeCbor(Buffer.from(await answer.arrayBuffer()), 'milliseconds') as Record<string, unknown>,
  };
}

test('Kinesis in CBOR: blobs are bytes, times are milliseconds, errors have their type', async () => {
  await local.stream('cbor');
  const began = Date.now();
  const put = await call('PutRecords', {
    StreamName: 'cbor',
    Records: [{ Data: Buffer.from([0, 255, 1]), PartitionKey: 'p' }],
  });
  expect(put).toMatchObject({ status: 200, type: 'application/x-amz-cbor-1.1', output: { FailedRecordCount: 0 } });
  const { output } = await call('GetShardIterator', {
    StreamName: 'cbor',
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'AT_TIMESTAMP',
    Timestamp: new Tag(began, 1),
  });
  const got = await call('GetRecords', { ShardIterator: output.ShardIterator });
  const [record] = got.output.Records as { Data: Buffer; ApproximateArrivalTimestamp: Date }[];
  expect(record?.Data).toEqual(Buffer.from([0, 255, 1]));
  expect(record?.ApproximateArrivalTimestamp.getTime()).toBeGreaterThanOrEqual(began);
  expect(record?.ApproximateArrivalTimestamp.getTime()).toBeLessThan(began + 60_000);
  expect(await call('DescribeStream', { StreamName: 'none' })).toMatchObject({
    status: 400,
    output: { __type: 'ResourceNotFoundException', message: expect.stringContaining('none') },
  });
});

test('RPC v2 CBOR finds the operation by its path', async () => {
  const answer = await fetch(`${local.url}/service/Kinesis_20131202/operation/DescribeLimits`, {
    method: 'POST',
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body: new Uint8Array(encoder.encode({})),
  });
  expect(answer.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
  expect(decode(Buffer.from(await answer.arrayBuffer()))).toMatchObject({ OpenShardCount: expect.any(Number) });
});

test('reads what another encoder writes, and writes what another decoder reads', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.array(tie('value')),
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('value'),
      ),
    ),
  }));
  fc.assert(
    fc.property(value, (sample) => {
      const expected = normalized(sample);
      expect(normalized(decodeCbor(Buffer.from(encoder.encode(sample)), 'seconds'))).toEqual(expected);
      expect(normalized(decode(encodeCbor(sample, 'seconds')))).toEqual(expected);
    }),
  );
});

// Normalizes: zero has one sign, large integers one type, and maps one prototype.
function normalized(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === 0) return 0;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normalized(member)]));
}

test('any bytes give a value or a CborError, and no memory that a length only claims', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        decodeCbor(Buffer.from(bytes), 'seconds');
      } catch (error) {
        expect(error).toBeInstanceOf(CborError);
      }
    }),
    { numRuns: 2_000 },
  );
  for (const hostile of ['5b7fffffffffffffff', '9b7fffffffffffffff', 'bb7fffffffffffffff', '81'.repeat(100_000)]) {
    expect(() => decodeCbor(Buffer.from(hostile, 'hex'), 'seconds')).toThrow(CborError);
  }
});
