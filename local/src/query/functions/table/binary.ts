import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { invalidArgument } from '../../values/value';
import { murmur3, spooky32, spooky64, xxhash64 } from '../hashes';
import { type FunctionRow, scalar, script } from '../row';

const ALPHABET_32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function toBase32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const text = (bits.match(/.{1,5}/g) ?? [])
    .map((group) => ALPHABET_32[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

function fromBase32(text: string): Uint8Array {
  let bits = '';
  for (const letter of text.replace(/=+$/, '')) {
    const value = ALPHABET_32.indexOf(letter);
    if (value === -1) throw invalidArgument(`Unrecognized character: ${letter}`);
    bits += value.toString(2).padStart(5, '0');
  }
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

function fromBase64(text: string, url: boolean): Uint8Array {
  const allowed = url ? /^[A-Za-z0-9_-]*={0,2}$/ : /^[A-Za-z0-9+/]*={0,2}$/;
  const digits = text.replace(/=+$/, '').length;
  // Padding may be missing, but not partial.
  if (!allowed.test(text) || digits % 4 === 1 || (digits < text.length && text.length % 4 !== 0))
    throw invalidArgument(`Illegal base64 character or length: ${text}`);
  return Buffer.from(text, url ? 'base64url' : 'base64');
}

function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw invalidArgument('invalid input length '.concat(String(text.length)));
  if (!/^[0-9a-f]*$/i.test(text)) throw invalidArgument(`invalid hexadecimal character in '${text}'`);
  return Buffer.from(text, 'hex');
}

const hash = (name: string) => script((bytes: Uint8Array) => createHash(name).update(bytes).digest());
const hmac = (name: string) =>
  script((bytes: Uint8Array, key: Uint8Array) => createHmac(name, key).update(bytes).digest());

function sized(bytes: Uint8Array, size: number, what: string): Buffer {
  if (bytes.length !== size) throw invalidArgument(what);
  return Buffer.from(bytes);
}

function floatBytes(value: number, size: 4 | 8): Uint8Array {
  const buffer = Buffer.alloc(size);
  if (size === 4) buffer.writeFloatBE(value);
  else buffer.writeDoubleBE(value);
  return buffer;
}

const bigEndian = (size: 4 | 8) => `expected ${size}-byte input`;
const ieee = (size: 4 | 8) =>
  size === 4
    ? 'Input floating-point value must be exactly 4 bytes long'
    : 'Input floating-point value must be exactly 8 bytes long';

/** `substr` of bytes: from a start counted from one, with a length. */
function slice(bytes: Uint8Array, start: bigint, length?: bigint): Uint8Array {
  const from = start < 0n ? BigInt(bytes.length) + start : start - 1n;
  if (start === 0n || from < 0n || from >= BigInt(bytes.length) || (length !== undefined && length <= 0n))
    return new Uint8Array();
  return bytes.subarray(Number(from), length === undefined ? undefined : Number(from + length));
}

function pad(bytes: Uint8Array, size: bigint, padding: Uint8Array, left: boolean): Uint8Array {
  if (size < 0n || size > 2_147_483_647n) throw invalidArgument('Target length must be in the range [0..2147483647]');
  if (padding.length === 0) throw invalidArgument('Padding bytes must not be empty');
  const missing = Number(size) - bytes.length;
  if (missing <= 0) return bytes.subarray(0, Number(size));
  const added = Buffer.alloc(missing, Buffer.from(padding));
  return Buffer.concat(left ? [added, bytes] : [bytes, added]);
}

/** Bytes ("Binary functions and operators"). */
export const BINARY: readonly FunctionRow[] = [
  scalar('length(varbinary) -> bigint', 'octet_length($1)'),
  scalar(
    'concat(varbinary, varbinary, varbinary...) -> varbinary',
    (args) => `(${args.map((_, index) => `$${index + 1}`).join(' || ')})`,
  ),
  ...['substr', 'substring'].flatMap((name) => [
    scalar(`${name}(varbinary, bigint) -> varbinary`, script(slice)),
    scalar(`${name}(varbinary, bigint, bigint) -> varbinary`, script(slice)),
  ]),
  scalar(
    'reverse(varbinary) -> varbinary',
    script((bytes: Uint8Array) => Uint8Array.from(bytes).reverse()),
  ),
  scalar(
    'lpad(varbinary, bigint, varbinary) -> varbinary',
    script((bytes, size, padding) => pad(bytes, size, padding, true)),
  ),
  scalar(
    'rpad(varbinary, bigint, varbinary) -> varbinary',
    script((bytes, size, padding) => pad(bytes, size, padding, false)),
  ),
  scalar('to_hex(varbinary) -> varchar', 'upper(hex($1))'),
  scalar('from_hex(varchar) -> varbinary', script(fromHex)),
  scalar(
    'from_hex(varbinary) -> varbinary',
    script((bytes: Uint8Array) => fromHex(Buffer.from(bytes).toString('latin1'))),
  ),
  scalar(
    'to_base64(varbinary) -> varchar',
    script((bytes: Uint8Array) => Buffer.from(bytes).toString('base64')),
  ),
  scalar(
    'to_base64url(varbinary) -> varchar',
    script((bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_')),
  ),
  scalar('to_base32(varbinary) -> varchar', script(toBase32)),
  ...['varchar', 'varbinary'].flatMap((type) => {
    const text = (value: string | Uint8Array) =>
      typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
    return [
      scalar(
        `from_base64(${type}) -> varbinary`,
        script((value) => fromBase64(text(value), false)),
      ),
      scalar(
        `from_base64url(${type}) -> varbinary`,
        script((value) => fromBase64(text(value), true)),
      ),
      scalar(
        `from_base32(${type}) -> varbinary`,
        script((value) => fromBase32(text(value))),
      ),
    ];
  }),
  scalar('md5(varbinary) -> varbinary', hash('md5')),
  scalar('sha1(varbinary) -> varbinary', hash('sha1')),
  scalar('sha256(varbinary) -> varbinary', hash('sha256')),
  scalar('sha512(varbinary) -> varbinary', hash('sha512')),
  scalar('hmac_md5(varbinary, varbinary) -> varbinary', hmac('md5')),
  scalar('hmac_sha1(varbinary, varbinary) -> varbinary', hmac('sha1')),
  scalar('hmac_sha256(varbinary, varbinary) -> varbinary', hmac('sha256')),
  scalar('hmac_sha512(varbinary, varbinary) -> varbinary', hmac('sha512')),
  scalar(
    'crc32(varbinary) -> bigint',
    script((bytes: Uint8Array) => BigInt(crc32(bytes))),
  ),
  scalar('xxhash64(varbinary) -> varbinary', script(xxhash64)),
  scalar('murmur3(varbinary) -> varbinary', script(murmur3)),
  scalar('spooky_hash_v2_32(varbinary) -> varbinary', script(spooky32)),
  scalar('spooky_hash_v2_64(varbinary) -> varbinary', script(spooky64)),
  scalar(
    'to_big_endian_32(integer) -> varbinary',
    script((value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(value);
      return bytes;
    }),
  ),
  scalar(
    'to_big_endian_64(bigint) -> varbinary',
    script((value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(value);
      return bytes;
    }),
  ),
  scalar(
    'from_big_endian_32(varbinary) -> integer',
    script((bytes: Uint8Array) => sized(bytes, 4, bigEndian(4)).readInt32BE()),
  ),
  scalar(
    'from_big_endian_64(varbinary) -> bigint',
    script((bytes: Uint8Array) => sized(bytes, 8, bigEndian(8)).readBigInt64BE()),
  ),
  scalar(
    'to_ieee754_32(real) -> varbinary',
    script((value: number) => floatBytes(value, 4)),
  ),
  scalar(
    'to_ieee754_64(double) -> varbinary',
    script((value: number) => floatBytes(value, 8)),
  ),
  scalar(
    'from_ieee754_32(varbinary) -> real',
    script((bytes: Uint8Array) => sized(bytes, 4, ieee(4)).readFloatBE()),
  ),
  scalar(
    'from_ieee754_64(varbinary) -> double',
    script((bytes: Uint8Array) => sized(bytes, 8, ieee(8)).readDoubleBE()),
  ),
];
