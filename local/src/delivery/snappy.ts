import { Transform } from 'node:stream';
import { crc32c } from '../core/crc';

/** Snappy looks back this far at most, so blocks of it are compressed one by one. */
const BLOCK_BYTES = 65_536;
const HASH_BITS = 14;
const MIN_MATCH = 4;

/** Compresses one block ("Snappy compressed format description"). @param block at most 64 KiB. */
export function snappyBlock(block: Buffer): Buffer {
  const out = Buffer.allocUnsafe(32 + block.length + Math.ceil(block.length / 6));
  let at = writeVarint(out, block.length);
  const table = new Uint16Array(1 << HASH_BITS);
  let literal = 0;
  let position = 0;
  while (position + MIN_MATCH <= block.length) {
    const word = block.readUInt32LE(position);
    const hash = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const candidate = table[hash] as number;
    table[hash] = position;
    if (candidate >= position || block.readUInt32LE(candidate) !== word) {
      position++;
      continue;
    }
    at = writeLiteral(out, at, block, literal, position);
    let length = MIN_MATCH;
    while (position + length < block.length && block[candidate + length] === block[position + length]) length++;
    at = writeCopy(out, at, position - candidate, length);
    position += length;
    literal = position;
  }
  at = writeLiteral(out, at, block, literal, block.length);
  return out.subarray(0, at);
}

function writeVarint(out: Buffer, value: number): number {
  let at = 0;
  for (; value >= 0x80; value >>>= 7) out[at++] = (value & 0x7f) | 0x80;
  out[at++] = value;
  return at;
}

function writeLiteral(out: Buffer, at: number, block: Buffer, start: number, end: number): number {
  const length = end - start - 1;
  if (length < 0) return at;
  if (length < 60) out[at++] = length << 2;
  else if (length < 256) {
    out[at++] = 60 << 2;
    out[at++] = length;
  } else {
    out[at++] = 61 << 2;
    out.writeUInt16LE(length, at);
    at += 2;
  }
  block.copy(out, at, start, end);
  return at + end - start;
}

/** Copies of up to 64 bytes, with the offset in two bytes. */
function writeCopy(out: Buffer, at: number, offset: number, length: number): number {
  for (let rest = length; rest > 0; ) {
    const some = Math.min(rest, 64);
    out[at++] = ((some - 1) << 2) | 2;
    out.writeUInt16LE(offset, at);
    at += 2;
    rest -= some;
  }
  return at;
}

const STREAM_IDENTIFIER = Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]);

/** Snappy's framing format: blocks with checksums, for any reader of `.snappy` files. */
export function snappyFrames(): Transform {
  let started = false;
  return inBlocks((block) => {
    const body = snappyBlock(block);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(((body.length + 4) << 8) >>> 0, 0);
    head[0] = 0;
    head.writeUInt32LE(maskedCrc32c(block), 4);
    const chunks = started ? [head, body] : [STREAM_IDENTIFIER, head, body];
    started = true;
    return Buffer.concat(chunks);
  });
}

/** Hadoop's block format: both lengths before each block. */
export function hadoopSnappy(): Transform {
  return inBlocks((block) => {
    const body = snappyBlock(block);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(block.length, 0);
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body]);
  });
}

function inBlocks(encode: (block: Buffer) => Buffer): Transform {
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (; rest.length >= BLOCK_BYTES; rest = rest.subarray(BLOCK_BYTES))
        this.push(encode(rest.subarray(0, BLOCK_BYTES)));
      done();
    },
    flush(done) {
      if (rest.length > 0) this.push(encode(rest));
      done();
    },
  });
}

/** Snappy's checksum of a checksum, so that data which holds its own doesn't upset it. */
function maskedCrc32c(data: Buffer): number {
  const running = crc32c();
  running.update(data);
  const crc = running.digest().readUInt32BE();
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
