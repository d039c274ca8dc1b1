import { Readable } from 'node:stream';
import fc from 'fast-check';
import { decodeAwsChunked } from './aws-chunked';
import { ALGORITHMS, type ChecksumAlgorithm, startChecksum } from './checksum';

// The check values of the published catalogue of CRCs, and of the SHAs, for '123456789'.
const KNOWN: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
};

test.each(ALGORITHMS)('%s', (algorithm) => {
  const running = startChecksum(algorithm);
  running.update(Buffer.from('1234'));
  running.update(Buffer.from('56789'));
  expect(running.digest().toString('hex')).toBe(KNOWN[algorithm]);
});

describe('aws-chunked', () => {
  async function decode(text: Buffer, cuts: readonly number[] = []) {
    const trailers = new Map<string, string>();
    const bounds = [0, ...[...cuts].sort((a, b) => a - b), text.length];
    const pieces = bounds.slice(1).map((end, index) => text.subarray(bounds[index], end));
    const out: Buffer[] = [];
    for await (const chunk of decodeAwsChunked(Readable.from(pieces), trailers)) out.push(chunk);
    return { body: Buffer.concat(out).toString('latin1'), trailers: Object.fromEntries(trailers) };
  }

  test('is taken off wherever the network cuts it, signed or not', async () => {
    const text = Buffer.from(
      '5;chunk-signature=abc\r\nhello\r\n7\r\n\r\nworld\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 10 }), async (cuts) => {
        expect(await decode(text, cuts)).toEqual({
          body: 'hello\r\nworld',
          trailers: { 'x-amz-checksum-crc32': 'DUoRhQ==' },
        });
      }),
    );
  });

  test.each([
    ['5\r\nhel', 'IncompleteBody'],
    ['', 'IncompleteBody'],
    ['5\r\nhello\r\n', 'IncompleteBody'],
    ['zz\r\nhello\r\n', 'InvalidRequest'],
    ['4\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    [`${'a'.repeat(10_000)}`, 'InvalidRequest'],
  ])('%j is %s', async (text, code) => {
    await expect(decode(Buffer.from(text))).rejects.toMatchObject({ code });
  });
});
