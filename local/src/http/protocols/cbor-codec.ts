import { isDate } from 'node:util/types';
/*
 * CBOR (RFC 8949) in AWS's protocols: maps with text keys, byte strings as blobs, tag 1 as time. An own implementation,
 * since requests are untrusted: other tags are ignored, nesting is limited, and no claimed length is allocated before
 * its bytes are there.
 */

/** Unit of tag 1: seconds in RPC v2; milliseconds for Kinesis' clients. */
export type CborTimeUnit = 'seconds' | 'milliseconds';

/** Bytes that aren't CBOR, or use unsupported types. */
export class CborError extends Error {}

const MAX_DEPTH = 64;
const BREAK = Symbol('break');
const EMPTY = Buffer.alloc(0);

/** Decodes one value. @throws CborError */
export function decodeCbor(bytes: Buffer, unit: CborTimeUnit): unknown {
  const decoder = new Decoder(bytes, unit);
  const value = decoder.value(0);
  if (!decoder.atEnd) throw new CborError('bytes are left after the value');
  return value;
}

class Decoder {
  private offset = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly unit: CborTimeUnit,
  ) {}

  get atEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  value(depth: number): unknown {
    const value = this.item(depth);
    if (value === BREAK) throw new CborError('a break that ends nothing');
    return value;
  }

  private item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new CborError('nested too deeply');
    const initial = this.take(1)[0] as number;
    const major = initial >> 5;
    const info = initial & 31;
    if (major === 7) return this.simple(info);
    const length = this.argument(info);
    switch (major) {
      case 0:
        return this.definite(length);
      case 1:
        return -1 - this.definite(length);
      case 2:
        return length === undefined ? this.chunks(2) : this.take(length);
      case 3:
        return (length === undefined ? this.chunks(3) : this.take(length)).toString('utf8');
      case 4:
        return this.list(length, depth);
      case 5:
        return this.map(length, depth);
      default:
        return this.tagged(this.definite(length), depth);
    }
  }

  private list(length: number | undefined, depth: number): unknown[] {
    const items: unknown[] = [];
    while (length === undefined || items.length < length) {
      const item = this.item(depth + 1);
      if (item !== BREAK) items.push(item);
      else if (length === undefined) break;
      else throw new CborError('a list that is shorter than it says');
    }
    return items;
  }

  private map(length: number | undefined, depth: number): Record<string, unknown> {
    // No prototype: a key such as `__proto__` must not be special.
    const members: Record<string, unknown> = Object.create(null);
    for (let count = 0; length === undefined || count < length; count++) {
      const key = this.item(depth + 1);
      if (key === BREAK && length === undefined) break;
      if (typeof key !== 'string') throw new CborError('a key that is not text');
      members[key] = this.value(depth + 1);
    }
    return members;
  }

  private tagged(tag: number, depth: number): unknown {
    const value = this.value(depth + 1);
    if (tag !== 1) return value;
    if (typeof value !== 'number') throw new CborError('a time that is not a number');
    return new Date(this.unit === 'seconds' ? value * 1000 : value);
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfFloat(this.take(2).readUInt16BE());
      case 26:
        return this.take(4).readFloatBE();
      case 27:
        return this.take(8).readDoubleBE();
      case 31:
        return BREAK;
      default:
        throw new CborError('a simple value that no protocol uses');
    }
  }

  /** @returns undefined for an indefinite length */
  private argument(info: number): number | undefined {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.take(1)[0] as number;
      case 25:
        return this.take(2).readUInt16BE();
      case 26:
        return this.take(4).readUInt32BE();
      case 27:
        return Number(this.take(8).readBigUInt64BE());
      case 31:
        return undefined;
      default:
        throw new CborError('a length that is reserved');
    }
  }

  private definite(value: number | undefined): number {
    if (value === undefined) throw new CborError('an indefinite length where there is none');
    return value;
  }

  private chunks(major: number): Buffer {
    const chunks: Buffer[] = [];
    for (;;) {
      const initial = this.take(1)[0] as number;
      if (initial === 0xff) return Buffer.concat(chunks);
      if (initial >> 5 !== major) throw new CborError('a string in pieces of different kinds');
      chunks.push(this.take(this.definite(this.argument(initial & 31))));
    }
  }

  private take(length: number): Buffer {
    const end = this.offset + length;
    if (end > this.bytes.length) throw new CborError('it ends too early');
    const taken = length === 0 ? EMPTY : this.bytes.subarray(this.offset, end);
    this.offset = end;
    return taken;
  }
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

/** Encodes a result: undefined members are omitted, byte arrays are blobs, dates are times. */
export function encodeCbor(value: unknown, unit: CborTimeUnit): Buffer {
  const parts: Uint8Array[] = [];
  write(value, unit, parts);
  return Buffer.concat(parts);
}

function write(value: unknown, unit: CborTimeUnit, parts: Uint8Array[]): void {
  if (value === null || value === undefined) parts.push(Buffer.of(0xf6));
  else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xf5 : 0xf4));
  else if (typeof value === 'number') parts.push(number(value));
  else if (typeof value === 'bigint') parts.push(head(0, Number(value)));
  else if (typeof value === 'string') parts.push(head(3, Buffer.byteLength(value)), Buffer.from(value));
  else if (value instanceof Uint8Array) parts.push(head(2, value.length), value);
  else if (isDate(value)) {
    parts.push(head(6, 1), number(unit === 'seconds' ? value.getTime() / 1000 : value.getTime()));
  } else if (Array.isArray(value)) {
    parts.push(head(4, value.length));
    for (const item of value) write(item, unit, parts);
  } else writeMap(value instanceof Map ? [...value] : Object.entries(value as object), unit, parts);
}

function writeMap(entries: readonly (readonly [string, unknown])[], unit: CborTimeUnit, parts: Uint8Array[]): void {
  const present = entries.filter(([, member]) => member !== undefined);
  parts.push(head(5, present.length));
  for (const [key, member] of present) {
    write(key, unit, parts);
    write(member, unit, parts);
  }
}

function number(value: number): Buffer {
  if (Number.isSafeInteger(value)) return value >= 0 ? head(0, value) : head(1, -1 - value);
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, argument: number): Buffer {
  const first = major << 5;
  if (argument < 24) return Buffer.of(first | argument);
  if (argument < 0x100) return Buffer.of(first | 24, argument);
  const wide = argument < 0x1_0000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8;
  const bytes = Buffer.alloc(1 + wide, first | (wide === 2 ? 25 : wide === 4 ? 26 : 27));
  if (wide === 8) bytes.writeBigUInt64BE(BigInt(argument), 1);
  else bytes.writeUIntBE(argument, 1, wide);
  return bytes;
}
