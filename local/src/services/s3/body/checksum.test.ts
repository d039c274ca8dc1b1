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
  const CRC32 = 'x-amz-checksum-crc32';
  async function decode(text: Buffer, cuts: readonly number[] = [], declared?: string) {
    const trailers = new Map<string, string>();
    const bounds = [0, ...[...cuts].sort((a, b) => a - b), text.length];
    const pieces = bounds.slice(1).map((end, index) => text.subarray(bounds[index], end));
    const out: Buffer[] = [];
    for await (const chunk of decodeAwsChunked(Readable.from(pieces), trailers, declared)) out.push(chunk);
    return { body: Buffer.concat(out).toString('latin1'), trailers: Object.fromEntries(trailers) };
  }

  test('is taken off wherever the network cuts it, signed or not', async () => {
    const text = Buffer.from(
      '5;chunk-signature=abc\r\nhello\r\n7\r\n\r\nworld\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 10 }), async (cuts) => {
        expect(await decode(text, cuts, CRC32)).toEqual({
          body: 'hello\r\nworld',
          trailers: { [CRC32]: 'DUoRhQ==' },
        });
      }),
    );
  });

  test.each([
    ['5\r\nhel', 'IncompleteBody'],
    ['', 'IncompleteBody'],
    ['5\r\nhello\r\n', 'IncompleteBody'],
    ['zz\r\nhello\r\n', 'IncompleteBody'],
    ['4\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    [`${'a'.repeat(10_000)}`, 'IncompleteBody'],
  ])('%j is %s', async (text, code) => {
    await expect(decode(Buffer.from(text))).rejects.toMatchObject({ code });
  });

  // Without a checksum that the request declares, nothing would check its body.
  test.each([
    ['nothing', '', CRC32],
    ['another header', 'x-amz-checksum-sha1:x\r\n', CRC32],
    ['two headers', `${CRC32}:DUoRhQ==\r\nx-amz-checksum-sha1:x\r\n`, CRC32],
    ['no header', 'DUoRhQ==\r\n', CRC32],
    ['a header without a name', ':DUoRhQ==\r\n', CRC32],
    ['what is not declared', `${CRC32}:DUoRhQ==\r\n`, undefined],
  ])('%s behind the chunks is malformed', async (_what, trailer, declared) => {
    const text = Buffer.from(`5\r\nhello\r\n0\r\n${trailer}\r\n`);
    await expect(decode(text, [], declared)).rejects.toMatchObject({ code: 'MalformedTrailerError' });
  });

  test('a signature of the trailing header is not declared', async () => {
    const text = Buffer.from(`0\r\n${CRC32}:AAAAAA==\r\nx-amz-trailer-signature:x\r\n\r\n`);
    expect((await decode(text, [], CRC32)).trailers).toMatchObject({ [CRC32]: 'AAAAAA==' });
  });
});
