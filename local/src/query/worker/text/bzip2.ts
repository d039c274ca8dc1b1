/** Bytes that aren't bzip2. */
export class Bzip2Error extends Error {}

const BLOCK = 0x314159265359n;
const END = 0x177245385090n;
const MAX_CODE = 20;

/** Reads bits, high ones first. */
class Bits {
  private at = 0;
  private bit = 0;

  constructor(private readonly bytes: Buffer) {}

  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0; ) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new Bzip2Error('unexpected end of file');
      const take = Math.min(left, 8 - this.bit);
      value = value * 2 ** take + ((byte >> (8 - this.bit - take)) & (2 ** take - 1));
      this.bit += take;
      left -= take;
      if (this.bit === 8) [this.bit, this.at] = [0, this.at + 1];
    }
    return value;
  }

  align(): void {
    if (this.bit > 0) [this.bit, this.at] = [0, this.at + 1];
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }
}

/** Decompresses, a block at a time; concatenated streams are supported. @throws Bzip2Error */
export function* bunzip2(bytes: Buffer): Generator<Buffer> {
  const bits = new Bits(bytes);
  while (!bits.done) {
    if (bits.read(24) !== 0x425a68) throw new Bzip2Error('it does not begin as bzip2 does');
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) throw new Bzip2Error('its block size is none');
    let streamCrc = 0;
    for (;;) {
      const magic = BigInt(bits.read(24)) * 0x1000000n + BigInt(bits.read(24));
      const crc = bits.read(32);
      if (magic === END) {
        if (crc !== streamCrc) throw new Bzip2Error('its checksum does not match');
        break;
      }
      if (magic !== BLOCK) throw new Bzip2Error('a block does not begin as it should');
      const block = readBlock(bits, level * 100_000);
      if (crc32(block) !== crc) throw new Bzip2Error("a block's checksum does not match");
      streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ crc) >>> 0;
      yield block;
    }
    bits.align();
  }
}

function readBlock(bits: Bits, size: number): Buffer {
  if (bits.read(1) !== 0) throw new Bzip2Error('it is randomized, which no writer does any more');
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  const groups = bits.read(3);
  const selectors = readSelectors(bits, groups);
  const trees = Array.from({ length: groups }, () => new Huffman(readLengths(bits, symbols.length + 2)));
  const transformed = readTransformed(bits, symbols, selectors, trees, size);
  if (origin >= transformed.length) throw new Bzip2Error('a block has no origin');
  return expandRuns(untransform(transformed, origin));
}

function readSymbols(bits: Bits): number[] {
  const used = bits.read(16);
  const symbols: number[] = [];
  for (let high = 0; high < 16; high++) {
    if ((used & (0x8000 >> high)) === 0) continue;
    const low = bits.read(16);
    for (let bit = 0; bit < 16; bit++) if ((low & (0x8000 >> bit)) !== 0) symbols.push(high * 16 + bit);
  }
  if (symbols.length === 0) throw new Bzip2Error('a block has no symbols');
  return symbols;
}

function readSelectors(bits: Bits, groups: number): number[] {
  if (groups < 2 || groups > 6) throw new Bzip2Error('a block has no trees');
  const order = Array.from({ length: groups }, (_, index) => index);
  return Array.from({ length: bits.read(15) }, () => {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= groups) throw new Bzip2Error('a selector is out of range');
    const [chosen] = order.splice(place, 1) as [number];
    order.unshift(chosen);
    return chosen;
  });
}

function readLengths(bits: Bits, count: number): number[] {
  let length = bits.read(5);
  return Array.from({ length: count }, () => {
    while (bits.read(1) === 1) length += bits.read(1) === 0 ? 1 : -1;
    if (length < 1 || length > MAX_CODE) throw new Bzip2Error('a code is too long');
    return length;
  });
}

/** Decodes canonical Huffman codes, bit by bit. */
class Huffman {
  private readonly counts = new Uint32Array(MAX_CODE + 1);
  private readonly sorted: number[] = [];

  constructor(lengths: readonly number[]) {
    for (let length = 1; length <= MAX_CODE; length++) {
      lengths.forEach((each, symbol) => {
        if (each !== length) return;
        this.counts[length] = (this.counts[length] as number) + 1;
        this.sorted.push(symbol);
      });
    }
  }

  read(bits: Bits): number {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= MAX_CODE; length++) {
      code = code * 2 + bits.read(1);
      const count = this.counts[length] as number;
      if (code - first < count) return this.sorted[index + code - first] as number;
      index += count;
      first = (first + count) * 2;
    }
    throw new Bzip2Error('a code is unknown');
  }
}

/** Undoes the zero run-length and move-to-front encodings. */
function readTransformed(
  bits: Bits,
  symbols: readonly number[],
  selectors: readonly number[],
  trees: readonly Huffman[],
  size: number,
): Uint8Array {
  const block = new Uint8Array(size);
  const front = [...symbols];
  const end = symbols.length + 1;
  let [length, run, weight] = [0, 0, 1];
  for (let group = 0; ; group++) {
    const tree = trees[selectors[group] ?? -1];
    if (tree === undefined) throw new Bzip2Error('a block goes on without a selector');
    for (let index = 0; index < 50; index++) {
      const symbol = tree.read(bits);
      if (symbol <= 1) {
        run += weight << symbol;
        weight *= 2;
        if (run > size) throw new Bzip2Error('a block is too long');
        continue;
      }
      if (length + run + 1 > size && symbol !== end) throw new Bzip2Error('a block is too long');
      if (length + run > size) throw new Bzip2Error('a block is too long');
      block.fill(front[0] as number, length, length + run);
      length += run;
      [run, weight] = [0, 1];
      if (symbol === end) return block.subarray(0, length);
      const [moved] = front.splice(symbol - 1, 1) as [number];
      front.unshift(moved);
      block[length++] = moved;
    }
  }
}

/** Undoes the Burrows-Wheeler transform. */
function untransform(last: Uint8Array, origin: number): Uint8Array {
  const starts = new Uint32Array(257);
  for (const byte of last) starts[byte + 1] = (starts[byte + 1] as number) + 1;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1] = (starts[byte + 1] as number) + (starts[byte] as number);
  const next = new Uint32Array(last.length);
  last.forEach((byte, index) => {
    next[starts[byte] as number] = index;
    starts[byte] = (starts[byte] as number) + 1;
  });
  const bytes = new Uint8Array(last.length);
  let at = next[origin] as number;
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = last[at] as number;
    at = next[at] as number;
  }
  return bytes;
}

/** Undoes run lengths: four equal bytes are followed by the number of further ones. */
function expandRuns(bytes: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  let [start, run] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    run = at > start && bytes[at] === bytes[at - 1] ? run + 1 : 1;
    if (run < 4) continue;
    parts.push(Buffer.from(bytes.subarray(start, at + 1)));
    parts.push(Buffer.alloc(bytes[at + 1] ?? 0, bytes[at]));
    start = at + 2;
    at++;
    run = 0;
  }
  parts.push(Buffer.from(bytes.subarray(start)));
  return Buffer.concat(parts);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** bzip2's checksum, a CRC-32 with high bits first. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 255] as number)) >>> 0;
  return ~crc >>> 0;
}
