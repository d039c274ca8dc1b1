import type { Entry } from './entry';
import type { StreamId } from './stream-id';

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;
/** Base64 characters of each 12-bit value: two look-ups make four characters. */
const HIGH = new Uint8Array(4096).map((_, bits) => ALPHABET[bits >> 6] as number);
const LOW = new Uint8Array(4096).map((_, bits) => ALPHABET[bits & 63] as number);

const DATA = Buffer.from('{"Data":"');
const KEY = Buffer.from('","PartitionKey":');
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Most buffers that are kept for further requests. */
const MOST_KEPT = 8;
const KEPT_BYTES = 1024 * 1024;

/** Writes `source` from `start` to `end` as base64 at `at`; returns its end. */
function writeBase64(source: Buffer, start: number, end: number, target: Buffer, at: number): number {
  let to = at;
  let from = start;
  for (const whole = end - 2; from < whole; from += 3) {
    const bits = ((source[from] as number) << 16) | ((source[from + 1] as number) << 8) | (source[from + 2] as number);
    target[to] = HIGH[bits >> 12] as number;
    target[to + 1] = LOW[bits >> 12] as number;
    target[to + 2] = HIGH[bits & 4095] as number;
    target[to + 3] = LOW[bits & 4095] as number;
    to += 4;
  }
  const left = end - from;
  if (left === 0) return to;
  const bits = ((source[from] as number) << 16) | (left === 2 ? (source[from + 1] as number) << 8 : 0);
  target[to++] = HIGH[bits >> 12] as number;
  target[to++] = LOW[bits >> 12] as number;
  target[to++] = left === 2 ? (HIGH[bits & 4095] as number) : PADDING;
  target[to++] = PADDING;
  return to;
}

/** Writes a key as a JSON string. Plain keys, the common case, are copied character by character. */
function writeKey(key: string, target: Buffer, at: number): number {
  let to = at;
  target[to++] = QUOTE;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
      return at + target.write(JSON.stringify(key), at);
    }
    target[to++] = code;
  }
  target[to++] = QUOTE;
  return to;
}

/**
 * Writes the bodies of PutRecords requests in the JSON 1.1 protocol, into reused buffers: at a hundred thousand records
 * a second, garbage collection would cost as much as the writing.
 */
export class BodyWriter {
  private readonly head: Buffer;
  private readonly kept: Buffer[] = [];

  constructor(stream: StreamId) {
    this.head = Buffer.from(`${JSON.stringify(stream).slice(0, -1)},"Records":[`);
  }

  write(entries: readonly Entry[]): Buffer {
    let bytes = this.head.length + 2;
    for (const { start, end, key } of entries) {
      // A character of the key takes 6 bytes at most: \u and four digits.
      bytes += DATA.length + Math.ceil((end - start) / 3) * 4 + KEY.length + key.length * 6 + 4;
    }
    const kept = this.kept.pop();
    const body = kept && kept.length >= bytes ? kept : Buffer.allocUnsafeSlow(Math.max(bytes, 256 * 1024));
    let at = this.head.copy(body);
    for (const { bytes: data, start, end, key } of entries) {
      at += DATA.copy(body, at);
      at = writeBase64(data, start, end, body, at);
      at += KEY.copy(body, at);
      at = writeKey(key, body, at);
      body[at++] = 0x7d;
      body[at++] = 0x2c;
    }
    if (entries.length > 0) at--;
    body[at++] = 0x5d;
    body[at++] = 0x7d;
    return body.subarray(0, at);
  }

  /** Takes back the buffer of a request that was answered in full. After any other end, a socket may still read it. */
  release(body: Buffer): void {
    if (this.kept.length < MOST_KEPT && body.buffer.byteLength <= KEPT_BYTES) this.kept.push(Buffer.from(body.buffer));
  }
}
