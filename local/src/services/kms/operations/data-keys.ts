import { randomBytes } from 'node:crypto';
import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from '@aws-sdk/client-kms';
import type { Context, Strict } from '../../../core/operation';
import { keyPermission } from '../arn';
import { operation } from '../contract';
import { dryRun, unsupported, validation } from '../errors';
import { requireNoRecipient, seal } from './encryption';
import { findUsableKey } from './usable-key';

/** Generates a random data key, in plaintext for immediate use and encrypted under a KMS key for storage. */
export const generateDataKey = operation('GenerateDataKey', {
  permissions: (input, context) => [keyPermission('GenerateDataKey', input.KeyId, context, input.EncryptionContext)],
  handle: generate,
});

export const generateDataKeyWithoutPlaintext = operation('GenerateDataKeyWithoutPlaintext', {
  permissions: (input, context) => [
    keyPermission('GenerateDataKeyWithoutPlaintext', input.KeyId, context, input.EncryptionContext),
  ],
  handle: async (input, context) => {
    const { Plaintext: _kept, ...answer } = await generate(input, context);
    return answer;
  },
});

export const generateRandom = operation('GenerateRandom', {
  handle: (input) => {
    requireNoRecipient(input.Recipient);
    if (input.CustomKeyStoreId !== undefined) throw unsupported('This local endpoint has no custom key stores.');
    if (input.NumberOfBytes === undefined) throw validation('NumberOfBytes must be specified.');
    return { Plaintext: randomBytes(input.NumberOfBytes) };
  },
});

async function generate(input: Strict<GenerateDataKeyRequest>, context: Context): Promise<GenerateDataKeyResponse> {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
    throw validation('Please specify either number of bytes or key spec.');
  }
  requireNoRecipient(input.Recipient);
  const found = await findUsableKey(input.KeyId, context);
  if (input.DryRun === true) throw dryRun();
  const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
  const { sealed, materialId } = await seal(found, plaintext, input.EncryptionContext);
  return { CiphertextBlob: sealed, Plaintext: plaintext, KeyId: found.arn, KeyMaterialId: materialId };
}
