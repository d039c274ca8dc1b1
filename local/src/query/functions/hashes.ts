/** Hash functions that node:crypto lacks. */
const MASK = 0xffff_ffff_ffff_ffffn;
const u64 = (value: bigint): bigint => value & MASK;
const rotl = (value: bigint, by: bigint): bigint => u64((value << by) | (u64(value) >> (64n - by)));

const P1 = 0x9e37_79b1_85eb_ca87n;
const P2 = 0xc2b2_ae3d_27d4_eb4fn;
const P3 = 0x1656_67b1_9e37_79f9n;
const P4 = 0x85eb_ca77_c2b2_ae63n;
const P5 = 0x27d4_eb2f_1656_67c5n;

const round = (sum: bigint, input: bigint): bigint => u64(rotl(u64(sum + input * P2), 31n) * P1);

/** XXH64 with the seed 0, as a number. */
export function xxhash64Value(bytes: Uint8Array): bigint {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let hash: bigint;
  if (input.length >= 32) {
    let [a, b, c, d] = [u64(P1 + P2), P2, 0n, u64(-P1)];
    for (; at <= input.length - 32; at += 32) {
      a = round(a, input.readBigUInt64LE(at));
      b = round(b, input.readBigUInt64LE(at + 8));
      c = round(c, input.readBigUInt64LE(at + 16));
      d = round(d, input.readBigUInt64LE(at + 24));
    }
    hash = u64(rotl(a, 1n) + rotl(b, 7n) + rotl(c, 12n) + rotl(d, 18n));
    for (const part of [a, b, c, d]) hash = u64((hash ^ round(0n, part)) * P1 + P4);
  } else hash = P5;
  hash = u64(hash + BigInt(input.length));
  for (; at + 8 <= input.length; at += 8) hash = u64(rotl(hash ^ round(0n, input.readBigUInt64LE(at)), 27n) * P1 + P4);
  if (at + 4 <= input.length) {
    hash = u64(rotl(hash ^ u64(BigInt(input.readUInt32LE(at)) * P1), 23n) * P2 + P3);
    at += 4;
  }
  for (; at < input.length; at++) hash = u64(rotl(hash ^ u64(BigInt(input[at] as number) * P5), 11n) * P1);
  hash = u64((hash ^ (hash >> 33n)) * P2);
  hash = u64((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}

export function xxhash64(bytes: Uint8Array): Uint8Array {
  const result = Buffer.alloc(8);
  result.writeBigUInt64BE(xxhash64Value(bytes));
  return result;
}

const C1 = 0x87c3_7b91_1142_53d5n;
const C2 = 0x4cf5_ad43_2745_937fn;
const mix = (value: bigint): bigint => {
  let k = u64((value ^ (value >> 33n)) * 0xff51_afd7_ed55_8ccdn);
  k = u64((k ^ (k >> 33n)) * 0xc4ce_b9fe_1a85_ec53n);
  return k ^ (k >> 33n);
};

/** MurmurHash3 of 128 bits, x64, with the seed 0. */
export function murmur3(bytes: Uint8Array): Uint8Array {
  const padded = Buffer.alloc(Math.ceil(bytes.length / 16) * 16);
  padded.set(bytes);
  let [h1, h2] = [0n, 0n];
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < padded.length; at += 16) {
    const k1 = u64(rotl(u64(padded.readBigUInt64LE(at) * C1), 31n) * C2);
    const k2 = u64(rotl(u64(padded.readBigUInt64LE(at + 8) * C2), 33n) * C1);
    if (at >= whole) {
      h2 ^= k2;
      h1 ^= k1;
      continue;
    }
    h1 = u64(u64(rotl(h1 ^ k1, 27n) + h2) * 5n + 0x52dc_e729n);
    h2 = u64(u64(rotl(h2 ^ k2, 31n) + h1) * 5n + 0x3849_5ab5n);
  }
  h1 ^= BigInt(bytes.length);
  h2 ^= BigInt(bytes.length);
  h1 = u64(h1 + h2);
  h2 = u64(h2 + h1);
  h1 = mix(h1);
  h2 = mix(h2);
  h1 = u64(h1 + h2);
  h2 = u64(h2 + h1);
  const result = Buffer.alloc(16);
  result.writeBigUInt64LE(h1, 0);
  result.writeBigUInt64LE(h2, 8);
  return result;
}

const SPOOKY: bigint = 0xdead_beef_dead_beefn;

/** SpookyHash V2: its short variant below 192 bytes, its long one above. */
function spooky(bytes: Uint8Array): bigint {
  return bytes.length < 192 ? spookyShort(bytes) : spookyLong(bytes);
}

function spookyShort(bytes: Uint8Array): bigint {
  const input = Buffer.alloc(bytes.length + 32);
  input.set(bytes);
  let [a, b, c, d]: [bigint, bigint, bigint, bigint] = [0n, 0n, SPOOKY, SPOOKY];
  let at = 0;
  let remainder = bytes.length % 32;
  const mixAll = () => {
    for (const [x, shifts] of [
      [0, 50n],
      [1, 52n],
      [2, 30n],
      [3, 41n],
      [0, 54n],
      [1, 48n],
      [2, 38n],
      [3, 37n],
      [0, 62n],
      [1, 34n],
      [2, 5n],
      [3, 36n],
    ] as const) {
      if (x === 0) [c, a] = step(c, d, a, shifts);
      else if (x === 1) [d, b] = step(d, a, b, shifts);
      else if (x === 2) [a, c] = step(a, b, c, shifts);
      else [b, d] = step(b, c, d, shifts);
    }
  };
  if (bytes.length > 15) {
    for (; at + 32 <= bytes.length; at += 32) {
      c = u64(c + input.readBigUInt64LE(at));
      d = u64(d + input.readBigUInt64LE(at + 8));
      mixAll();
      a = u64(a + input.readBigUInt64LE(at + 16));
      b = u64(b + input.readBigUInt64LE(at + 24));
    }
    if (remainder >= 16) {
      c = u64(c + input.readBigUInt64LE(at));
      d = u64(d + input.readBigUInt64LE(at + 8));
      mixAll();
      at += 16;
      remainder -= 16;
    }
  }
  d = u64(d + (BigInt(bytes.length) << 56n));
  if (remainder === 0) {
    c = u64(c + SPOOKY);
    d = u64(d + SPOOKY);
  } else {
    c = u64(c + input.readBigUInt64LE(at));
    d = u64(d + input.readBigUInt64LE(at + 8));
  }
  for (const [x, shifts] of [
    [0, 15n],
    [1, 52n],
    [2, 26n],
    [3, 51n],
    [0, 28n],
    [1, 9n],
    [2, 47n],
    [3, 54n],
    [0, 32n],
    [1, 25n],
    [2, 63n],
  ] as const) {
    if (x === 0) [d, c] = end(d, c, shifts);
    else if (x === 1) [a, d] = end(a, d, shifts);
    else if (x === 2) [b, a] = end(b, a, shifts);
    else [c, b] = end(c, b, shifts);
  }
  return a;
}

const step = (x: bigint, y: bigint, z: bigint, by: bigint): [bigint, bigint] => {
  const rotated = u64(rotl(x, by) + y);
  return [rotated, z ^ rotated];
};
const end = (x: bigint, y: bigint, by: bigint): [bigint, bigint] => {
  const rotated = rotl(y, by);
  return [u64((x ^ y) + rotated), rotated];
};

const LONG_SHIFTS = [11n, 32n, 43n, 31n, 17n, 28n, 39n, 57n, 55n, 54n, 22n, 46n];
const END_SHIFTS = [44n, 15n, 34n, 21n, 38n, 33n, 10n, 13n, 38n, 53n, 42n, 54n];

function spookyLong(bytes: Uint8Array): bigint {
  const h = Array.from({ length: 12 }, (_, index) => (index % 3 === 2 ? SPOOKY : 0n));
  const blocks = Math.floor(bytes.length / 96);
  const input = Buffer.from(bytes);
  const mixBlock = (data: Buffer, offset: number) => {
    for (let i = 0; i < 12; i++) {
      const [i2, i10, i11, i1] = [(i + 2) % 12, (i + 10) % 12, (i + 11) % 12, (i + 1) % 12];
      h[i] = u64((h[i] as bigint) + data.readBigUInt64LE(offset + i * 8));
      h[i2] = (h[i2] as bigint) ^ (h[i10] as bigint);
      h[i11] = (h[i11] as bigint) ^ (h[i] as bigint);
      h[i] = rotl(h[i] as bigint, LONG_SHIFTS[i] as bigint);
      h[i11] = u64((h[i11] as bigint) + (h[i1] as bigint));
    }
  };
  for (let block = 0; block < blocks; block++) mixBlock(input, block * 96);
  const rest = Buffer.alloc(96);
  rest.set(input.subarray(blocks * 96));
  rest[95] = bytes.length % 96;
  for (let i = 0; i < 12; i++) h[i] = u64((h[i] as bigint) + rest.readBigUInt64LE(i * 8));
  for (let pass = 0; pass < 3; pass++) {
    for (let i = 0; i < 12; i++) {
      const [a, b, c] = [(i + 11) % 12, (i + 1) % 12, (i + 2) % 12];
      h[a] = u64((h[a] as bigint) + (h[b] as bigint));
      h[c] = (h[c] as bigint) ^ (h[a] as bigint);
      h[b] = rotl(h[b] as bigint, END_SHIFTS[i] as bigint);
    }
  }
  return h[0] as bigint;
}

export function spooky64(bytes: Uint8Array): Uint8Array {
  const result = Buffer.alloc(8);
  result.writeBigUInt64BE(spooky(bytes));
  return result;
}

export function spooky32(bytes: Uint8Array): Uint8Array {
  const result = Buffer.alloc(4);
  result.writeUInt32BE(Number(spooky(bytes) & 0xffff_ffffn));
  return result;
}
