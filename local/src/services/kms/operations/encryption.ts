import type { EncryptionAlgorithmSpec } from '@aws-sdk/client-kms';
import type { Context } from '../../../core/operation';
import { keyPermission } from '../arn';
import { operation } from '../contract';
import { dryRun, incorrectKey, invalidCiphertext, unknownCiphertextKey, unsupported } from '../errors';
import { materialId, readHeader } from '../material';
import { type FoundKey, findKey, findUsableKey, requireUsable } from './usable-key';

const ALGORITHM: EncryptionAlgorithmSpec = 'SYMMETRIC_DEFAULT';

export const encrypt = operation('Encrypt', {
  permissions: (input, context) => [keyPermission('Encrypt', input.KeyId, context, input.EncryptionContext)],
  handle: async (input, context) => {
    const found = await findUsableKey(input.KeyId, context);
    requireSymmetric(input.EncryptionAlgorithm);
    if (input.DryRun === true) throw dryRun();
    const { sealed } = await seal(found, input.Plaintext, input.EncryptionContext);
    return { CiphertextBlob: sealed, KeyId: found.arn, EncryptionAlgorithm: ALGORITHM };
  },
});

export const decrypt = operation('Decrypt', {
  permissions: (input, context) => {
    const { keyId } = readHeader(bufferOf(input.CiphertextBlob));
    return [keyPermission('Decrypt', keyId, context, input.EncryptionContext)];
  },
  handle: async (input, context) => {
    requireSymmetric(input.EncryptionAlgorithm);
    requireNoRecipient(input.Recipient);
    const opened = await open(bufferOf(input.CiphertextBlob), input.KeyId, input.EncryptionContext, context);
    if (input.DryRun === true) throw dryRun();
    return {
      KeyId: opened.found.arn,
      Plaintext: opened.plaintext,
      EncryptionAlgorithm: ALGORITHM,
      KeyMaterialId: opened.materialId,
    };
  },
});

export const reEncrypt = operation('ReEncrypt', {
  permissions: (input, context) => [
    keyPermission(
      'ReEncryptFrom',
      readHeader(bufferOf(input.CiphertextBlob)).keyId,
      context,
      input.SourceEncryptionContext,
    ),
    keyPermission('ReEncryptTo', input.DestinationKeyId, context, input.DestinationEncryptionContext),
  ],
  handle: async (input, context) => {
    requireSymmetric(input.SourceEncryptionAlgorithm);
    requireSymmetric(input.DestinationEncryptionAlgorithm);
    const source = bufferOf(input.CiphertextBlob);
    const opened = await open(source, input.SourceKeyId, input.SourceEncryptionContext, context);
    const destination = await findUsableKey(input.DestinationKeyId, context);
    if (input.DryRun === true) throw dryRun();
    const { sealed, materialId } = await seal(destination, opened.plaintext, input.DestinationEncryptionContext);
    return {
      CiphertextBlob: sealed,
      SourceKeyId: opened.found.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: ALGORITHM,
      DestinationEncryptionAlgorithm: ALGORITHM,
      SourceKeyMaterialId: opened.materialId,
      DestinationKeyMaterialId: materialId,
    };
  },
});

/** Encrypts with the key's current material. */
export async function seal(
  { state, owner, key }: FoundKey,
  plaintext: Uint8Array,
  context: Record<string, string> | undefined,
): Promise<{ sealed: Buffer; materialId: string }> {
  const material = await state.currentMaterial(owner, key);
  return {
    sealed: state.material.encrypt(key.keyId, material, plaintext, context),
    materialId: materialId(key.keyId, material),
  };
}

async function open(
  sealed: Buffer,
  expectedKey: string | undefined,
  encryptionContext: Record<string, string> | undefined,
  context: Context,
): Promise<{ found: FoundKey; plaintext: Buffer; materialId: string }> {
  const header = readHeader(sealed);
  const found = await findKey(header.keyId, context).catch(() => {
    throw unknownCiphertextKey();
  });
  if (expectedKey !== undefined && (await findKey(expectedKey, context)).key.keyId !== found.key.keyId) {
    throw incorrectKey();
  }
  requireUsable(found);
  return {
    found,
    plaintext: found.state.material.decrypt(sealed, encryptionContext),
    materialId: materialId(header.keyId, header.material),
  };
}

/** @throws AwsError `UnsupportedOperationException` for output that only a Nitro enclave could read */
export function requireNoRecipient(recipient: unknown): void {
  if (recipient !== undefined)
    throw unsupported('This local endpoint encrypts for no recipient: there are no enclaves.');
}

function requireSymmetric(algorithm: string | undefined): void {
  if (algorithm !== undefined && algorithm !== ALGORITHM) throw invalidCiphertext();
}

function bufferOf(bytes: Uint8Array | undefined): Buffer {
  if (bytes === undefined) throw invalidCiphertext();
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
