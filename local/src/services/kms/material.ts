import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { openChecksummed, sealChecksummed } from '../../store/checksummed';
import { invalidCiphertext } from './errors';

const MATERIAL_BYTES = 32;
const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Header of a ciphertext: format, key id, number of the material, IV. */
const HEADER_BYTES = 1 + 16 + 4 + IV_BYTES;

/**
 * Key material on disk: one file per key, readable by its owner only, 32 bytes for each rotation and a checksum. It is
 * written before the key is acknowledged, and leaves this class as ciphertext only.
 */
export class KeyMaterial {
  private readonly folder: string;
  private readonly cache = new Map<string, Buffer>();

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'kms');
  }

  /** Adds material to a key, new or rotated. @param count number of the key's materials so far */
  add(keyId: string, count: number): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
    // A rotation interrupted between file and transaction left one more material, which is replaced.
    const kept = count === 0 ? Buffer.alloc(0) : this.read(keyId).subarray(0, count * MATERIAL_BYTES);
    const content = Buffer.concat([kept, randomBytes(MATERIAL_BYTES)]);
    const path = this.path(keyId);
    const file = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(file, sealChecksummed(content));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
    this.cache.set(keyId, content);
  }

  remove(keyId: string): void {
    this.cache.delete(keyId);
    rmSync(this.path(keyId), { force: true });
  }

  /** Encrypts by AES-256-GCM with one of the key's materials; the encryption context is authenticated, not stored. */
  encrypt(keyId: string, material: number, plaintext: Uint8Array, context: Record<string, string> = {}): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(FORMAT, 0);
    keyBytes(keyId).copy(header, 1);
    header.writeUInt32BE(material, 17);
    randomBytes(IV_BYTES).copy(header, 21);
    const cipher = createCipheriv('aes-256-gcm', this.bytes(keyId, material), header.subarray(21));
    cipher.setAAD(authenticated(header, context));
    return Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws AwsError `InvalidCiphertextException` if the ciphertext or the context was altered */
  decrypt(ciphertext: Buffer, context: Record<string, string> = {}): Buffer {
    const { keyId, material } = readHeader(ciphertext);
    try {
      const header = ciphertext.subarray(0, HEADER_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.bytes(keyId, material), header.subarray(21));
      decipher.setAAD(authenticated(header, context));
      decipher.setAuthTag(ciphertext.subarray(ciphertext.length - TAG_BYTES));
      const body = ciphertext.subarray(HEADER_BYTES, ciphertext.length - TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]);
    } catch {
      throw invalidCiphertext();
    }
  }

  private bytes(keyId: string, material: number): Buffer {
    return this.read(keyId).subarray(material * MATERIAL_BYTES, (material + 1) * MATERIAL_BYTES);
  }

  private read(keyId: string): Buffer {
    let found = this.cache.get(keyId);
    if (found === undefined) {
      found = openChecksummed(readFileSync(this.path(keyId)));
      if (found === undefined) throw new Error(`The material of the key ${keyId} is damaged on disk.`);
      this.cache.set(keyId, found);
    }
    return found;
  }

  private path(keyId: string): string {
    return join(this.folder, `${keyId}.key`);
  }
}

/** Key and material of a ciphertext. @throws AwsError `InvalidCiphertextException` */
export function readHeader(ciphertext: Buffer): { keyId: string; material: number } {
  if (ciphertext.length < HEADER_BYTES + TAG_BYTES || ciphertext[0] !== FORMAT) throw invalidCiphertext();
  const hex = ciphertext.toString('hex', 1, 17);
  const keyId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { keyId, material: ciphertext.readUInt32BE(17) };
}

/** AWS's id of a key's material. */
export function materialId(keyId: string, material: number): string {
  return createHash('sha256').update(`${keyId}/${material}`).digest('hex');
}

function keyBytes(keyId: string): Buffer {
  return Buffer.from(keyId.replaceAll('-', ''), 'hex');
}

// The order of the context's pairs doesn't matter, as on AWS.
function authenticated(header: Buffer, context: Record<string, string>): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}
