import { createHash, randomBytes } from 'node:crypto';

const VERSION_ID = /^([0-9a-z]{10}[0-9A-Za-z]{18})([0-9a-f]{4})$/;

/**
 * Creates a version id. It begins with its position among the key's versions, so that a listing can continue after a
 * deleted version; it ends in a check value, since S3 distinguishes invalid ids from deleted versions.
 */
export function newVersionId(sequence: number): string {
  const random = randomBytes(18)
    .toString('base64')
    .replace(/[^0-9A-Za-z]/g, '0')
    .slice(0, 18);
  const id = sequence.toString(36).padStart(10, '0') + random;
  return id + checkOf(id);
}

const checkOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 4);

/** The sequence number in a version id. */
export function sequenceIn(versionId: string): number | undefined {
  return isWellFormed(versionId) && versionId !== 'null' ? Number.parseInt(versionId.slice(0, 10), 36) : undefined;
}

export function isWellFormed(versionId: string): boolean {
  const [, id, check] = VERSION_ID.exec(versionId) ?? [];
  return versionId === 'null' || (id !== undefined && checkOf(id) === check);
}
