import { Transform } from 'node:stream';
import { compress } from 'snappyjs';
import { crc32c } from '../core/crc';

/** Size of blocks, which are compressed one by one: Snappy looks back no further. */
const BLOCK_BYTES = 65_536;

const STREAM_IDENTIFIER = Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]);

/** Snappy's framing format: blocks with checksums, for any reader of `.snappy` files. */
export function snappyFrames(): Transform {
  let started = false;
  return inBlocks((block) => {
    const body = compress(block);
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
    const body = compress(block);
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

/** Snappy's masked checksum, so that data which contain their own checksum don't break it. */
function maskedCrc32c(data: Buffer): number {
  const running = crc32c();
  running.update(data);
  const crc = running.digest().readUInt32BE();
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
