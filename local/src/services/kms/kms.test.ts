import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  AlreadyExistsException,
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSInvalidStateException,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  MalformedPolicyDocumentException,
  NotFoundException,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  UnsupportedOperationException,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { localFixture, TestClock } from 'lakehouse-local/testing';

const CHECKSUM_BYTES = 4;
const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('a secret that is easy to spot');

const clock = new TestClock();
const local = localFixture({ clock });
const { kms } = local;

async function makeKey(): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Tags: [{ TagKey: 'team', TagValue: 'data' }] }));
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' };
}

const encrypt = async (KeyId: string, EncryptionContext?: Record<string, string>) =>
  (await kms.send(new EncryptCommand({ KeyId, Plaintext: PLAINTEXT, EncryptionContext }))).CiphertextBlob as Uint8Array;
const decrypt = async (CiphertextBlob: Uint8Array, EncryptionContext?: Record<string, string>) =>
  Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext as Uint8Array);

test('a key is found by id, ARN, alias and alias ARN, and by nothing else', async () => {
  const { id, arn } = await makeKey();
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/lake', TargetKeyId: id }));
  for (const KeyId of [id, arn, 'alias/lake', 'arn:aws:kms:us-east-1:000000000000:alias/lake']) {
    expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({
      KeyId: id,
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
    });
  }
  expect((await kms.send(new ListKeysCommand({}))).Keys).toContainEqual({ KeyId: id, KeyArn: arn });
  expect((await kms.send(new ListResourceTagsCommand({ KeyId: id }))).Tags).toEqual([
    { TagKey: 'team', TagValue: 'data' },
  ]);
  await expect(kms.send(new DescribeKeyCommand({ KeyId: 'alias/none' }))).rejects.toThrow(NotFoundException);
  await expect(kms.send(new DescribeKeyCommand({ KeyId: 'nonsense' }))).rejects.toThrow(NotFoundException);
  await expect(kms.send(new CreateAliasCommand({ AliasName: 'alias/lake', TargetKeyId: id }))).rejects.toThrow(
    AlreadyExistsException,
  );
  // Only cryptographic operations and DescribeKey accept an alias.
  await expect(kms.send(new GetKeyPolicyCommand({ KeyId: 'alias/lake' }))).rejects.toThrow(NotFoundException);
  await expect(
    kms.send(new DisableKeyCommand({ KeyId: 'arn:aws:kms:us-east-1:000000000000:alias/lake' })),
  ).rejects.toThrow('Key Aliases are not supported for this operation.');
  const foreign = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  await expect(kms.send(new DescribeKeyCommand({ KeyId: foreign }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  const other = await makeKey();
  await kms.send(new UpdateAliasCommand({ AliasName: 'alias/lake', TargetKeyId: other.id }));
  const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: other.arn }));
  expect(Aliases).toMatchObject([{ AliasName: 'alias/lake', TargetKeyId: other.id }]);
});

test("AWS's own aliases are listed, and have a key from the first look on", async () => {
  const listed = async () => (await kms.send(new ListAliasesCommand({}))).Aliases ?? [];
  expect(await listed()).toContainEqual({
    AliasName: 'alias/aws/kinesis',
    AliasArn: 'arn:aws:kms:us-east-1:000000000000:alias/aws/kinesis',
  });
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/kinesis' }));
  expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', Enabled: true });
  expect(await listed()).toContainEqual(
    expect.objectContaining({ AliasName: 'alias/aws/kinesis', TargetKeyId: KeyMetadata?.KeyId }),
  );
  const again = await Promise.all(
    ['kinesis', 's3', 's3', 's3'].map((service) => kms.send(new DescribeKeyCommand({ KeyId: `alias/aws/${service}` }))),
  );
  const ids = again.map((described) => described.KeyMetadata?.KeyId);
  expect([ids[0], new Set(ids).size]).toEqual([KeyMetadata?.KeyId, 2]);
  await expect(kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('what was encrypted is decrypted with the same encryption context, in any order, and with no other', async () => {
  const { id, arn } = await makeKey();
  const sealed = await encrypt(id, { stream: 's', purpose: 'test' });
  expect(Buffer.from(sealed).includes(PLAINTEXT)).toBe(false);
  expect(await decrypt(sealed, { purpose: 'test', stream: 's' })).toEqual(PLAINTEXT);
  await expect(decrypt(sealed, { purpose: 'test' })).rejects.toThrow(InvalidCiphertextException);
  const tampered = Buffer.from(sealed);
  tampered[tampered.length - 20] = (tampered[tampered.length - 20] as number) ^ 1;
  await expect(decrypt(tampered, { stream: 's', purpose: 'test' })).rejects.toThrow(InvalidCiphertextException);
  await expect(decrypt(Buffer.from('no ciphertext at all'))).rejects.toThrow(InvalidCiphertextException);
  const ofOtherKey = Buffer.from(sealed);
  ofOtherKey[5] = (ofOtherKey[5] as number) ^ 1;
  await expect(decrypt(ofOtherKey)).rejects.toMatchObject({ name: 'AccessDeniedException' });

  const other = await makeKey();
  await expect(kms.send(new DecryptCommand({ CiphertextBlob: sealed, KeyId: other.id }))).rejects.toThrow(
    IncorrectKeyException,
  );
  const moved = await kms.send(
    new ReEncryptCommand({
      CiphertextBlob: sealed,
      SourceEncryptionContext: { stream: 's', purpose: 'test' },
      DestinationKeyId: other.id,
    }),
  );
  expect(moved).toMatchObject({ SourceKeyId: arn, KeyId: other.arn });
  expect(await decrypt(moved.CiphertextBlob as Uint8Array)).toEqual(PLAINTEXT);
});

test('a data key comes in clear and sealed; material is on disk for its owner only, and survives a restart', async () => {
  const { id } = await makeKey();
  const dataKey = await kms.send(new GenerateDataKeyCommand({ KeyId: id, KeySpec: 'AES_256' }));
  expect(dataKey.Plaintext).toHaveLength(32);
  await local.restart();
  expect(await decrypt(dataKey.CiphertextBlob as Uint8Array)).toEqual(Buffer.from(dataKey.Plaintext as Uint8Array));
  const folder = join(local.dataDir, 'kms');
  const files = readdirSync(folder);
  expect(files).toContain(`${id}.key`);
  for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a disabled key and one about to be deleted compute nothing', async () => {
  const { id } = await makeKey();
  const sealed = await encrypt(id);
  await kms.send(new DisableKeyCommand({ KeyId: id }));
  await expect(encrypt(id)).rejects.toThrow(DisabledException);
  await expect(decrypt(sealed)).rejects.toThrow(DisabledException);
  await kms.send(new EnableKeyCommand({ KeyId: id }));
  expect(await decrypt(sealed)).toEqual(PLAINTEXT);

  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
  await expect(decrypt(sealed)).rejects.toThrow(KMSInvalidStateException);
  await kms.send(new CancelKeyDeletionCommand({ KeyId: id }));
  await kms.send(new EnableKeyCommand({ KeyId: id }));
  expect(await decrypt(sealed)).toEqual(PLAINTEXT);

  await kms.send(new CreateAliasCommand({ AliasName: 'alias/short', TargetKeyId: id }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
  clock.advance(7 * DAY_MS);
  await expect(kms.send(new DescribeKeyCommand({ KeyId: id }))).rejects.toThrow(NotFoundException);
  // The alias was deleted with the key, and is free again.
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/short', TargetKeyId: (await makeKey()).id }));
  await local.restart();
  expect(readdirSync(join(local.dataDir, 'kms'))).not.toContain(`${id}.key`);
});

test('rotation makes new material when its day comes, and the old still decrypts', async () => {
  const { id } = await makeKey();
  await kms.send(new EnableKeyRotationCommand({ KeyId: id, RotationPeriodInDays: 90 }));
  expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId: id }))).toMatchObject({
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
    NextRotationDate: new Date(clock.now() + 90 * DAY_MS),
  });
  const size = () => readFileSync(join(local.dataDir, 'kms', `${id}.key`)).length - CHECKSUM_BYTES;
  const before = await encrypt(id);
  expect(size()).toBe(32);
  clock.advance(90 * DAY_MS);
  const after = await encrypt(id);
  expect(size()).toBe(64);
  expect(await decrypt(before)).toEqual(PLAINTEXT);
  expect(await decrypt(after)).toEqual(PLAINTEXT);
});

test('policies: the default one, a new one, and those that would lock their owner out', async () => {
  const { id } = await makeKey();
  const read = async () => (await kms.send(new GetKeyPolicyCommand({ KeyId: id }))).Policy ?? '';
  expect(JSON.parse(await read())).toMatchObject({ Statement: [{ Action: 'kms:*' }] });
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: ['kms:Put*', 'kms:Decrypt'], Resource: '*' }],
  });
  await kms.send(new PutKeyPolicyCommand({ KeyId: id, Policy: policy }));
  expect(await read()).toBe(policy);
  for (const Policy of ['{', '{"Version":"2012-10-17","Statement":[]}']) {
    await expect(kms.send(new PutKeyPolicyCommand({ KeyId: id, Policy }))).rejects.toThrow(
      MalformedPolicyDocumentException,
    );
  }
});

test('key types that are not here are refused by name', async () => {
  await expect(kms.send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }))).rejects.toThrow(
    UnsupportedOperationException,
  );
});
