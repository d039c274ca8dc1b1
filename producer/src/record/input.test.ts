import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createKeyOf } from '../send/partition-key';
import { decodeInput } from './input';
import { fieldText } from './json-text';
import { createRandom } from './random';
import { toChunk } from './source';

async function read(bytes: Uint8Array, size = 3): Promise<string> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size)),
  );
  const out: Buffer[] = [];
  for await (const piece of decodeInput(Readable.from(pieces), 'in.json')) out.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(out).toString();
}

const utf16 = (text: string, order: 'le' | 'be'): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

describe('the input of lines', () => {
  const lines = '{"city":"Zürich 😀"}\n{"city":"東京"}\n';

  test.each([
    ['plain', Buffer.from(lines)],
    ['plain with a byte order mark', Buffer.from(`\ufeff${lines}`)],
    ['UTF-16, little-endian', utf16(`\ufeff${lines}`, 'le')],
    ['UTF-16, big-endian', utf16(`\ufeff${lines}`, 'be')],
    ['UTF-16 without a mark, little-endian', utf16(lines, 'le')],
    ['UTF-16 without a mark, big-endian', utf16(lines, 'be')],
    ['gzip', gzipSync(lines)],
    ['gzip of several members', Buffer.concat([gzipSync(lines.slice(0, 15)), gzipSync(lines.slice(15))])],
    ['gzip of UTF-16', gzipSync(utf16(`\ufeff${lines}`, 'le'))],
  ])('is read: %s', async (_, bytes) => {
    for (const size of [1, 2, 3, 7, 1000]) expect(await read(bytes, size)).toBe(lines);
  });

  test.each([
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0]],
    ['bzip2', [...Buffer.from('BZh91AY')]],
    ['xz', [0xfd, ...Buffer.from('7zXZ\0')]],
    ['zip', [0x50, 0x4b, 3, 4, 20]],
    ['Parquet', [...Buffer.from('PAR1\u0015')]],
    ['UTF-32', [...Buffer.from('{\0\0\0"\0\0\0')]],
    ['damaged gzip', [...gzipSync(lines).subarray(0, 20), ...Buffer.alloc(30, 7)]],
    ['damaged gzip', [...gzipSync(lines).subarray(0, 30)]],
  ])('is refused by name: %s', async (name, bytes) => {
    await expect(read(Buffer.from(bytes))).rejects.toThrow(new RegExp(`in\\.json is .*${name}`));
  });

  test('may be empty, or shorter than any mark', async () => {
    expect(await read(Buffer.from(''))).toBe('');
    expect(await read(Buffer.from('1'))).toBe('1');
    expect(await read(gzipSync(''))).toBe('');
  });
});

describe('the key from a field', () => {
  const keyOf = (event: string) => createKeyOf('field:id', createRandom(1))(toChunk([event]), 0);

  test.each([
    ['{"id":9007199254740993}', '9007199254740993'],
    ['{"id":-9223372036854775808}', '-9223372036854775808'],
    ['{"a":{"id":1},"id" : 18446744073709551615 }', '18446744073709551615'],
    ['{"id":1,"id":9007199254740993}', '9007199254740993'],
    ['{"a":"\\"id\\":7","\\u0069d":9007199254740995}', '9007199254740995'],
    ['{"id":0.1000000000000000055}', '0.1000000000000000055'],
    ['{"id":{"n": 9007199254740993, "s":"a b"}}', '{"n":9007199254740993,"s":"a b"}'],
    ['{"id":[ 9007199254740993 , {"x":[]} ],"b":1}', '[9007199254740993,{"x":[]}]'],
    ['{"id":42}', '42'],
    ['{"id":1e2}', '100'],
    ['{"id":true}', 'true'],
    ['{"id":"a \\u0041"}', 'a A'],
  ])('of %s is %s', (event, key) => expect(keyOf(event)).toBe(key));

  test.each(['[1,2]', '{}', '{"id":null}', '"id"', '{"constructor":1}', 'no json'])('is missing in %s', (event) => {
    expect(() => keyOf(event)).toThrow();
  });

  test('is the text of any value in any document', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 6 }), fc.nat({ max: 4 }), (object, space) => {
        const json = JSON.stringify(object, null, space);
        for (const [name, value] of Object.entries(JSON.parse(json))) {
          expect(JSON.parse(fieldText(json, name) ?? 'undefined')).toEqual(value);
        }
      }),
    );
  });
});
