import { decimalOf, type IcebergType } from './schema';
import { bigintToBytes, type Value, valueToBytes } from './values';

// Murmur3 with 32 bits and seed 0, which the spec's bucket transform hashes with ("Appendix B: 32-bit Hash Requirements").
const [C1, C2] = [0xcc9e2d51, 0x1b873593];
const M = '4294967295::UBIGINT';

const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));
const scramble = (block: number) => Math.imul(rotate(Math.imul(block, C1), 15), C2);

/** @returns the hash as a signed 32-bit integer. */
export function murmur3(bytes: Buffer): number {
  let hash = 0;
  const blocks = bytes.length - (bytes.length % 4);
  for (let at = 0; at < blocks; at += 4) {
    hash = (Math.imul(rotate(hash ^ scramble(bytes.readInt32LE(at)), 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= blocks; at--) tail = (tail << 8) | (bytes[at] as number);
  hash ^= blocks === bytes.length ? 0 : scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The hash of a value: integers, dates and times as 8 bytes, decimals in as few bytes as possible. */
export function hashOf(type: IcebergType, value: Value): number {
  if (decimalOf(type) !== undefined) return murmur3(bigintToBytes(value as bigint));
  if (typeof value === 'number' || typeof value === 'bigint') return murmur3(valueToBytes('long', BigInt(value)));
  return murmur3(valueToBytes(type, value));
}

const scrambled = (block: string) => {
  const product = `((${block} * ${C1}::UBIGINT) & ${M})`;
  return `(((((${product} << 15) | (${product} >> 17)) & ${M}) * ${C2}::UBIGINT) & ${M})`;
};
/** Binds a value to a name in an SQL expression, so that it is evaluated once. */
const within = (name: string, value: string, body: (name: string) => string) =>
  `list_transform([${value}], lambda ${name}: ${body(name)})[1]`;

/** SQL of the hash over a list of 4-byte blocks, a tail of fewer bytes and a length: a fold with one step per block. */
function hashSql(blocks: string, tail: string, length: string): string {
  const mixed = `xor(h, ${scrambled('k')})`;
  const step = `((((((${mixed} << 13) | (${mixed} >> 19)) & ${M}) * 5::UBIGINT) + 3864292196::UBIGINT) & ${M})`;
  const body = `list_reduce(list_prepend(0::UBIGINT, ${blocks}), lambda h, k: ${step})`;
  const ended = `xor(xor(${body}, ${scrambled(tail)}), ${length}::UBIGINT)`;
  const first = within('h', ended, (h) => `((xor(${h}, ${h} >> 16) * 2246822507::UBIGINT) & ${M})`);
  const second = within('h', first, (h) => `((xor(${h}, ${h} >> 13) * 3266489909::UBIGINT) & ${M})`);
  return within('h', second, (h) => `xor(${h}, ${h} >> 16)`);
}

const littleEndian = (hex: string, at: string, bytes: readonly number[]) =>
  `('0x' || ${bytes.map((byte) => `substr(${hex}, ${at} + ${byte * 2 + 1}, 2)`).join(' || ')})`;

/** SQL that hashes a hexadecimal text, two digits per byte. */
function hashHexSql(hex: string): string {
  return within('x', hex, (x) => {
    const count = `(len(${x}) // 8)`;
    const blocks = `list_transform(range(${count}), lambda i: ${littleEndian(x, 'i * 8', [3, 2, 1, 0])}::UBIGINT)`;
    // Missing bytes of the tail are empty texts; the zero before them makes any count of digits a number.
    const tail = `('0x0' || ${[2, 1, 0].map((byte) => `substr(${x}, ${count} * 8 + ${byte * 2 + 1}, 2)`).join(' || ')})::UBIGINT`;
    return hashSql(blocks, tail, `(len(${x}) // 2)`);
  });
}

/** SQL of the hash of a column's value, as an unsigned 32-bit integer. */
export function hashSqlOf(type: IcebergType, column: string): string {
  const decimal = decimalOf(type);
  if (decimal !== undefined) return decimalHashSql(column);
  switch (type) {
    case 'string':
      return hashHexSql(`hex(encode(${column}))`);
    case 'binary':
      return hashHexSql(`hex(${column})`);
    case 'uuid':
      return hashHexSql(`replace(${column}::VARCHAR, '-', '')`);
    case 'date':
      return longHashSql(`date_diff('day', DATE '1970-01-01', ${column})`);
    case 'time':
      return longHashSql(`date_diff('microsecond', TIME '00:00', ${column})`);
    case 'timestamp':
    case 'timestamptz':
      return longHashSql(`epoch_us(${column})`);
    default:
      if (typeof type === 'string' && type.startsWith('fixed')) return hashHexSql(`hex(${column})`);
      return longHashSql(`${column}::BIGINT`);
  }
}

/** SQL of a decimal's hash: over its digits as big-endian two's complement, in as few bytes as possible. */
function decimalHashSql(column: string): string {
  const limits = Array.from({ length: 15 }, (_, index) => `${1n << BigInt(8 * index + 7)}::HUGEINT`).join(', ');
  return within('v', `replace(${column}::VARCHAR, '.', '')::HUGEINT`, (v) => {
    const size = `(2 * (1 + len(list_filter([${limits}], lambda t: ${v} >= t OR ${v} < -t))))::INTEGER`;
    const ones = `${(1n << 128n) - 1n}::UHUGEINT`;
    const hex = `CASE WHEN ${v} < 0 THEN to_hex(${ones} - (-(${v} + 1))::UHUGEINT) ELSE to_hex(${v}::UHUGEINT) END`;
    return hashHexSql(within('s', size, (s) => `right(lpad(${hex}, 32, '0'), ${s})`));
  });
}

function longHashSql(value: string): string {
  return within('x', value, (v) => {
    const low = `(${v} & 4294967295)::UBIGINT`;
    const high = `((${v} >> 32) & 4294967295)::UBIGINT`;
    return hashSql(`[${low}, ${high}]`, '0::UBIGINT', '8');
  });
}
