import { randomBytes } from 'node:crypto';
import type {
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
  GenerateRandomRequest,
  GenerateRandomResponse,
} from '@aws-sdk/client-kms';
import { type Context, operation, type Strict } from '../../../core/operation';
import { any, string, structure } from '../../../core/shape';
import * as is from '../constraints';
import { dryRun, unsupported, validation } from '../errors';
import { requireNoRecipient, seal } from './encryption';
import { findUsableKey, keyPermission } from './usable-key';

const members = {
  KeyId: is.keyId,
  EncryptionContext: is.encryptionContext,
  NumberOfBytes: is.byteCount,
  KeySpec: is.dataKeySpec,
  GrantTokens: is.grantTokens,
  Recipient: any,
  DryRun: is.flag,
};

/** A random key, in clear text to use at once and under a KMS key to keep. */
export const generateDataKey = operation<GenerateDataKeyRequest, GenerateDataKeyResponse>({
  name: 'GenerateDataKey',
  input: structure(members, 'KeyId'),
  permissions: (input, context) => [keyPermission('GenerateDataKey', input.KeyId, context, input.EncryptionContext)],
  handle: generate,
});

export const generateDataKeyWithoutPlaintext = operation<
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse
>({
  name: 'GenerateDataKeyWithoutPlaintext',
  input: structure(members, 'KeyId'),
  permissions: (input, context) => [
    keyPermission('GenerateDataKeyWithoutPlaintext', input.KeyId, context, input.EncryptionContext),
  ],
  handle: async (input, context) => {
    const { Plaintext: _kept, ...answer } = await generate(input, context);
    return answer;
  },
});

export const generateRandom = operation<GenerateRandomRequest, GenerateRandomResponse>({
  name: 'GenerateRandom',
  input: structure({ NumberOfBytes: is.byteCount, CustomKeyStoreId: string({ min: 1, max: 64 }), Recipient: any }),
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
