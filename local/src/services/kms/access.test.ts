import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  type KMSClient,
  ListGrantsCommand,
  NotFoundException,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { localFixture, policy } from 'lakehouse-local/testing';

const ACCOUNT = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'kms:*', Resource: '*' };
const CONTEXT = { purpose: 'test' };

const local = localFixture();
const { kms } = local;

interface Fixture {
  readonly KeyId: string;
  readonly arn: string;
  readonly roleArn: string;
  /** A client that acts with the role. */
  readonly role: KMSClient;
  read(context?: Record<string, string>): Promise<string>;
}

/** A key, something encrypted with it in {@link CONTEXT}, and a role without any rights. */
async function start(name: string): Promise<Fixture> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId ?? '';
  const sealing = { KeyId, Plaintext: Buffer.from('secret'), EncryptionContext: CONTEXT };
  const { CiphertextBlob } = await kms.send(new EncryptCommand(sealing));
  const roleArn = await local.role(name);
  const { kms: role } = await local.assume(roleArn);
  const read = async (EncryptionContext: Record<string, string> = CONTEXT) =>
    Buffer.from(
      (await role.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext as Uint8Array,
    ).toString();
  return { KeyId, arn: KeyMetadata?.Arn ?? '', roleArn, role, read };
}

const denied = (reason: string) => ({ name: 'AccessDeniedException', message: expect.stringContaining(reason) });
const setPolicy = (KeyId: string, ...statements: object[]) =>
  kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(...statements) }));

describe('policies', () => {
  test('an IAM policy gives the use of a key that its policy leaves to the account, in the allowed context', async () => {
    const { arn, read } = await start('by-iam');
    await expect(read()).rejects.toMatchObject(
      denied(`kms:Decrypt on resource: ${arn} because no identity-based policy allows the kms:Decrypt action`),
    );
    const Condition = { StringEquals: { 'kms:EncryptionContext:purpose': 'test' } };
    await local.permit('by-iam', { Effect: 'Allow', Action: 'kms:Decrypt', Resource: arn, Condition });
    expect(await read()).toBe('secret');
    await expect(read({ purpose: 'other' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('without the account in the key policy an IAM policy gives nothing', async () => {
    const { KeyId, read } = await start('without-account');
    await local.permit('without-account', { Effect: 'Allow', Action: 'kms:*', Resource: '*' });
    expect(await read()).toBe('secret');
    await setPolicy(KeyId, { ...ACCOUNT, Action: 'kms:Put*' });
    await expect(read()).rejects.toMatchObject(
      denied('because no resource-based policy allows the kms:Decrypt action'),
    );
  });

  test('a key policy gives a role the use by its name, and takes it from the whole account', async () => {
    const { KeyId, roleArn, read } = await start('by-name');
    const allow = { Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'kms:Decrypt', Resource: '*' };
    await setPolicy(KeyId, ACCOUNT, allow);
    expect(await read()).toBe('secret');
    await setPolicy(KeyId, ACCOUNT, allow, { ...ACCOUNT, Effect: 'Deny', Action: 'kms:Decrypt' });
    await expect(read()).rejects.toMatchObject(denied('with an explicit deny in a resource-based policy'));
  });

  test("AWS's own key may be looked at, but used through its service only", async () => {
    const { role } = await start('managed');
    await local.permit('managed', { Effect: 'Allow', Action: 'kms:*', Resource: '*' });
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/kinesis' }));
    const KeyId = KeyMetadata?.Arn;
    await role.send(new DescribeKeyCommand({ KeyId }));
    await expect(role.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))).rejects.toMatchObject(
      denied('because no resource-based policy allows'),
    );
  });
});

describe('grants', () => {
  test('a grant gives its operations under its constraints, from creation to revocation', async () => {
    const { KeyId, arn, roleArn, role, read } = await start('grantee');
    const asked = {
      KeyId,
      GranteePrincipal: roleArn,
      Operations: ['Decrypt' as const, 'DescribeKey' as const],
      Constraints: { EncryptionContextSubset: CONTEXT },
      Name: 'reading',
    };
    const made = await kms.send(new CreateGrantCommand(asked));
    expect(made.GrantId).toMatch(/^[0-9a-f]{64}$/);
    expect((await kms.send(new CreateGrantCommand(asked))).GrantId).toBe(made.GrantId);
    expect(await read()).toBe('secret');
    await role.send(new DescribeKeyCommand({ KeyId }));
    await expect(read({ purpose: 'other' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(role.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await local.restart();
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
    expect(Grants).toEqual([
      {
        KeyId: arn,
        GrantId: made.GrantId,
        Name: 'reading',
        CreationDate: expect.any(Date),
        GranteePrincipal: roleArn,
        IssuingAccount: 'arn:aws:iam::000000000000:root',
        Operations: ['Decrypt', 'DescribeKey'],
        Constraints: { EncryptionContextSubset: CONTEXT },
      },
    ]);
    const revoke = () => kms.send(new RevokeGrantCommand({ KeyId, GrantId: made.GrantId }));
    await revoke();
    await expect(read()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(revoke()).rejects.toThrow(NotFoundException);
  });

  test('an equal context has nothing besides', async () => {
    const { KeyId, roleArn, role } = await start('equal');
    const Constraints = { EncryptionContextEquals: CONTEXT };
    const grant = { KeyId, GranteePrincipal: roleArn, Operations: ['Encrypt' as const], Constraints };
    await kms.send(new CreateGrantCommand(grant));
    const encrypt = (EncryptionContext: Record<string, string>) =>
      role.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext }));
    await encrypt(CONTEXT);
    await expect(encrypt({ ...CONTEXT, more: 'x' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('who was granted CreateGrant gives on no more than that', async () => {
    const { KeyId, roleArn, role, read } = await start('giver');
    const other = await local.role('receiver');
    const Constraints = { EncryptionContextSubset: CONTEXT };
    const Operations = ['Decrypt' as const, 'CreateGrant' as const];
    await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: roleArn, Operations, Constraints }));
    expect(await read()).toBe('secret');
    const give = (more: object) =>
      role.send(new CreateGrantCommand({ KeyId, GranteePrincipal: other, Operations: ['Decrypt'], ...more }));
    await give({ Constraints });
    await expect(give({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(give({ Constraints, Operations: ['Encrypt'] })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('is retired by whom it says may, by token or by id', async () => {
    const { KeyId, roleArn, role } = await start('retiring');
    const other = await start('bystander');
    const make = (more: object) =>
      kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: other.roleArn, Operations: ['Decrypt'], ...more }));
    const { GrantToken } = await make({ RetiringPrincipal: roleArn });
    await expect(other.role.send(new RetireGrantCommand({ GrantToken }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await role.send(new RetireGrantCommand({ GrantToken }));
    const { GrantId } = await make({ Operations: ['Decrypt', 'RetireGrant'] });
    await other.role.send(new RetireGrantCommand({ KeyId, GrantId }));
    expect((await kms.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([]);
  });

  test.each([
    ['nobody', 'somebody', 'InvalidArnException'],
    ['a role that is not there', 'arn:aws:iam::000000000000:role/nobody', 'InvalidArnException'],
  ])('is given to no principal that is %s', async (_title, GranteePrincipal, name) => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const grant = { KeyId: KeyMetadata?.KeyId, GranteePrincipal, Operations: ['Decrypt' as const] };
    await expect(kms.send(new CreateGrantCommand(grant))).rejects.toMatchObject({ name });
  });
});
