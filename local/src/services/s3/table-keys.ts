import { MAX_KEY_BYTES } from '../../store/key-encoder';

/** Bytes of an upload's id, the longest end of a table's key. */
const UPLOAD_ID_BYTES = 42;

/** Whether the tables can hold all entries of an object's key: only hundreds of NUL characters reach LMDB's limit first. */
export function isStorable(bucket: string, key: string): boolean {
  return versionText(bucket, key).length + UPLOAD_ID_BYTES <= MAX_KEY_BYTES;
}

/** A table's key. Longer ones are cut: none is stored, and as a bound of a range LMDB fails on them. */
function tableKey(...parts: readonly Buffer[]): Buffer {
  const whole = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  return whole.length > MAX_KEY_BYTES ? whole.subarray(0, MAX_KEY_BYTES) : whole;
}

export function objectKey(bucket: string, key: string): Buffer {
  return tableKey(Buffer.from(`${bucket}\0${key}`));
}

export function uploadKey(bucket: string, key: string, uploadId: string): Buffer {
  return tableKey(versionText(bucket, key), Buffer.from(uploadId));
}

/** Common prefix of all versions of a key; prefixes sort as the keys' bytes do. */
export function versionPrefix(bucket: string, key: string): Buffer {
  return tableKey(versionText(bucket, key));
}

function versionText(bucket: string, key: string): Buffer {
  return Buffer.from(`${bucket}\0${key.replaceAll('\0', '\0\u0002')}\0\u0001`);
}

const MAX_SEQUENCE = 2 ** 48 - 1;

export function versionKey(bucket: string, key: string, sequence: number): Buffer {
  const order = Buffer.alloc(6);
  order.writeUIntBE(MAX_SEQUENCE - sequence, 0, 6);
  return tableKey(versionText(bucket, key), order);
}

/** The first bytes after all that begin with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  for (let index = end.length - 1; index >= 0; index--) {
    const byte = end[index] as number;
    if (byte < 0xff) {
      end[index] = byte + 1;
      return end.subarray(0, index + 1);
    }
  }
  return Buffer.from([0xff, 0xff, 0xff, 0xff]);
}
