import * as iam from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { localFixture, policy, TestClock } from 'lakehouse-local/testing';

const clock = new TestClock();
const local = localFixture({ clock });
const { iam: client, sts } = local;

const TRUST = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '000000000000' } });
const makeRole = (name: string, trust = TRUST) => local.role(name, trust);

test('a role is what it was made, with its documents URL-encoded', async () => {
  const Tags = [{ Key: 'Team', Value: 'data' }];
  const made = await client.send(
    new iam.CreateRoleCommand({
      RoleName: 'kept',
      Path: '/lake/',
      AssumeRolePolicyDocument: TRUST,
      Description: 'd',
      Tags,
    }),
  );
  expect(made.Role).toMatchObject({ Arn: 'arn:aws:iam::000000000000:role/lake/kept', Tags });
  expect(made.Role?.RoleId).toMatch(/^AROA[A-Z0-9]{17}$/);
  await local.restart();
  const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'kept' }));
  expect(Role).toMatchObject({ RoleId: made.Role?.RoleId, Description: 'd', Tags });
  expect(Role?.AssumeRolePolicyDocument).toBe(encodeURIComponent(TRUST));
  const second = { Key: 'second', Value: 'b' };
  await client.send(new iam.TagRoleCommand({ RoleName: 'kept', Tags: [second] }));
  await client.send(new iam.TagRoleCommand({ RoleName: 'kept', Tags: [{ Key: 'Team', Value: 'new' }] }));
  const tags = async () => (await client.send(new iam.ListRoleTagsCommand({ RoleName: 'kept' }))).Tags;
  expect(await tags()).toEqual([{ Key: 'Team', Value: 'new' }, second]);
  await client.send(new iam.UntagRoleCommand({ RoleName: 'kept', TagKeys: ['team', 'SECOND'] }));
  expect(await tags()).toEqual([]);
});

test('an account has no alias', async () => {
  expect(await client.send(new iam.ListAccountAliasesCommand({}))).toMatchObject({
    AccountAliases: [],
    IsTruncated: false,
  });
});

test('a role that holds policies is not deleted', async () => {
  await makeRole('held');
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonKinesisFullAccess';
  const document = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  await client.send(new iam.PutRolePolicyCommand({ RoleName: 'held', PolicyName: 'p', PolicyDocument: document }));
  await client.send(new iam.AttachRolePolicyCommand({ RoleName: 'held', PolicyArn }));
  const remove = () => client.send(new iam.DeleteRoleCommand({ RoleName: 'held' }));
  await expect(remove()).rejects.toThrow(iam.DeleteConflictException);
  await client.send(new iam.DetachRolePolicyCommand({ RoleName: 'held', PolicyArn }));
  await expect(remove()).rejects.toThrow('must delete policies first');
  const read = await client.send(new iam.GetRolePolicyCommand({ RoleName: 'held', PolicyName: 'p' }));
  expect(decodeURIComponent(read.PolicyDocument as string)).toBe(document);
  await client.send(new iam.DeleteRolePolicyCommand({ RoleName: 'held', PolicyName: 'p' }));
  await remove();
  await expect(client.send(new iam.GetRoleCommand({ RoleName: 'held' }))).rejects.toThrow(iam.NoSuchEntityException);
});

test('what IAM refuses is refused by the same exceptions', async () => {
  await makeRole('twice');
  await expect(makeRole('Twice')).rejects.toThrow(iam.EntityAlreadyExistsException);
  await expect(makeRole('bad', '{}')).rejects.toThrow(iam.MalformedPolicyDocumentException);
  await expect(makeRole('not/a/name')).rejects.toMatchObject({ name: 'ValidationError' });
  const missing = new iam.GetRolePolicyCommand({ RoleName: 'twice', PolicyName: 'none' });
  await expect(client.send(missing)).rejects.toThrow(iam.NoSuchEntityException);
  const unknown = new iam.AttachRolePolicyCommand({ RoleName: 'twice', PolicyArn: 'arn:aws:iam::aws:policy/Nothing' });
  await expect(client.send(unknown)).rejects.toThrow('does not exist or is not attachable');
  const malformed = new iam.AttachRolePolicyCommand({ RoleName: 'twice', PolicyArn: 'arn:aws:iam::aws:nothing' });
  await expect(client.send(malformed)).rejects.toMatchObject({ name: 'ValidationError' });
  const detached = new iam.DetachRolePolicyCommand({ RoleName: 'twice', PolicyArn: 'arn:aws:iam::aws:nothing' });
  await expect(client.send(detached)).rejects.toMatchObject({ name: 'ValidationError' });
  const nobody = { AWS: 'arn:aws:iam::000000000000:role/nobody' };
  const trustsNobody = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: nobody });
  await expect(makeRole('trusting', trustsNobody)).rejects.toThrow(
    `Invalid principal in policy: "AWS":"${nobody.AWS}"`,
  );
  const changed = new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'twice', PolicyDocument: trustsNobody });
  await expect(client.send(changed)).rejects.toThrow(iam.MalformedPolicyDocumentException);
});

test("AWS's managed policies are read, but nobody changes them", async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonKinesisFullAccess';
  const PolicyDocument = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
  for (const change of [
    new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
    new iam.TagPolicyCommand({ PolicyArn, Tags: [{ Key: 'a', Value: 'b' }] }),
    new iam.DeletePolicyCommand({ PolicyArn }),
  ]) {
    await expect(client.send(change as iam.DeletePolicyCommand)).rejects.toMatchObject({ name: 'AccessDenied' });
  }
  const read = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
  expect(read.Policy).toMatchObject({ DefaultVersionId: 'v1', Tags: [] });
});

test('a policy that bounds a role is counted, found and not deleted', async () => {
  const PolicyDocument = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  const made = await client.send(new iam.CreatePolicyCommand({ PolicyName: 'bound', PolicyDocument }));
  const PolicyArn = made.Policy?.Arn as string;
  await makeRole('within');
  const RoleName = 'within';
  await client.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: PolicyArn }));
  const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
  expect(Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 });
  const entities = async (PolicyUsageFilter?: iam.PolicyUsageType) =>
    (await client.send(new iam.ListEntitiesForPolicyCommand({ PolicyArn, PolicyUsageFilter }))).PolicyRoles;
  expect(await entities()).toMatchObject([{ RoleName }]);
  expect(await entities('PermissionsPolicy')).toEqual([]);
  const remove = () => client.send(new iam.DeletePolicyCommand({ PolicyArn }));
  await expect(remove()).rejects.toThrow(iam.DeleteConflictException);
  await client.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }));
  await remove();
});

test('a managed policy has up to five versions, and the default one counts', async () => {
  const document = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  const made = await client.send(new iam.CreatePolicyCommand({ PolicyName: 'versions', PolicyDocument: document }));
  const PolicyArn = made.Policy?.Arn as string;
  const next = () =>
    client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document, SetAsDefault: true }));
  for (let count = 2; count <= 5; count++) await next();
  await expect(next()).rejects.toThrow(iam.LimitExceededException);
  expect((await client.send(new iam.GetPolicyCommand({ PolicyArn }))).Policy?.DefaultVersionId).toBe('v5');
  const remove = (VersionId: string) => client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  await expect(remove('v5')).rejects.toThrow(iam.DeleteConflictException);
  for (const version of ['v1', 'v2', 'v3', 'v4']) await remove(version);
  await client.send(new iam.DeletePolicyCommand({ PolicyArn }));
  await expect(client.send(new iam.GetPolicyCommand({ PolicyArn }))).rejects.toThrow(iam.NoSuchEntityException);
});

test('lists come in pages', async () => {
  for (let count = 0; count < 3; count++) await makeRole(`page-${count}`);
  const names: string[] = [];
  for await (const page of iam.paginateListRoles({ client, pageSize: 2 }, {})) {
    names.push(...(page.Roles ?? []).map((role) => role.RoleName as string));
  }
  expect(names).toEqual(expect.arrayContaining(['page-0', 'page-1', 'page-2']));
  expect(new Set(names).size).toBe(names.length);
});

describe('a session of a role', () => {
  const session = (roleArn: string, externalId?: string) => local.assume(roleArn, externalId);

  test('is the role, and may do what its policies allow', async () => {
    const roleArn = await makeRole('reader');
    const { s3: owner } = local;
    await owner.send(new CreateBucketCommand({ Bucket: 'by-role' }));
    await owner.send(new PutObjectCommand({ Bucket: 'by-role', Key: 'k', Body: 'v' }));
    const its = await session(roleArn);
    const who = await its.sts.send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe('arn:aws:sts::000000000000:assumed-role/reader/me');
    const { s3 } = its;
    const get = () => s3.send(new GetObjectCommand({ Bucket: 'by-role', Key: 'k' }));
    await expect(get()).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/reader/me is not authorized to perform: s3:GetObject on resource: ' +
        '"arn:aws:s3:::by-role/k" because no identity-based policy allows the s3:GetObject action',
    });
    await local.permit('reader', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::by-role/*' });
    expect(await (await get()).Body?.transformToString()).toBe('v');
    const put = s3.send(new PutObjectCommand({ Bucket: 'by-role', Key: 'k', Body: 'w' }));
    await expect(put).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });

  test('is had only by whom the trust policy names, with the external id it asks for', async () => {
    const trust = policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::000000000000:root' },
      Condition: { StringEquals: { 'sts:ExternalId': 'secret' } },
    });
    const roleArn = await makeRole('external', trust);
    await expect(session(roleArn)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(session(roleArn, 'wrong')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(session(roleArn, 'secret')).resolves.toBeDefined();
    const service = policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'firehose.amazonaws.com' },
    });
    await expect(session(await makeRole('service-only', service))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('gets another by a trust policy that names its role, or by its account and a policy of its own', async () => {
    const first = await makeRole('first');
    const its = await session(first);
    const trust = (AWS: string) => policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } });
    const next = (roleArn: string) => its.assume(roleArn);
    const byName = await makeRole('by-name', trust(first));
    const byAccount = await makeRole('by-account', trust('000000000000'));
    const toOther = await makeRole('to-other', trust(await makeRole('other')));
    await next(byName);
    await expect(next(byAccount)).rejects.toMatchObject({ name: 'AccessDenied' });
    await local.permit('first', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    await next(byAccount);
    await expect(next(toOther)).rejects.toMatchObject({ name: 'AccessDenied' });

    await client.send(new iam.UpdateRoleCommand({ RoleName: 'by-name', MaxSessionDuration: 7_200 }));
    const long = { RoleArn: byName, RoleSessionName: 'long', DurationSeconds: 7_200 };
    const chained = its.sts.send(new AssumeRoleCommand(long));
    await expect(chained).rejects.toThrow('1 hour session limit for roles assumed by role chaining');
  });

  test('is known by what its role is called, path and all', async () => {
    const its = await session(await makeRole('admin'));
    const Role = { RoleName: 'pathed', Path: '/lake/', AssumeRolePolicyDocument: TRUST };
    await client.send(new iam.CreateRoleCommand(Role));
    const { iam: asRole } = its;
    const read = () => asRole.send(new iam.GetRoleCommand({ RoleName: 'pathed' }));
    await expect(read()).rejects.toThrow(
      'assumed-role/admin/me is not authorized to perform: iam:GetRole on resource: role pathed ' +
        'because no identity-based policy allows the iam:GetRole action',
    );
    await local.permit('admin', {
      Effect: 'Allow',
      Action: 'iam:GetRole',
      Resource: 'arn:aws:iam::000000000000:role/lake/*',
    });
    await read();
  });

  test('is bounded by the permissions boundary', async () => {
    const roleArn = await makeRole('bounded');
    await local.permit('bounded', { Effect: 'Allow', Action: '*', Resource: '*' });
    const { iam: iamAsRole } = await session(roleArn);
    await iamAsRole.send(new iam.ListRolesCommand({}));
    const boundary = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
    await client.send(
      new iam.PutRolePermissionsBoundaryCommand({ RoleName: 'bounded', PermissionsBoundary: boundary }),
    );
    await expect(iamAsRole.send(new iam.ListRolesCommand({}))).rejects.toThrow(
      'because no permissions boundary allows the iam:ListRoles action',
    );
  });

  test('ends', async () => {
    const its = await session(await makeRole('short'));
    clock.advance(3_601_000);
    const late = its.sts.send(new GetCallerIdentityCommand({}));
    await expect(late).rejects.toMatchObject({ name: 'ExpiredToken' });
    const dropped = { accessKeyId: 'ASIALAKE000000000000', secretAccessKey: 'x', sessionToken: 'y' };
    const unknown = local.as(dropped).sts.send(new GetCallerIdentityCommand({}));
    await expect(unknown).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  test('gets no session token', async () => {
    const its = await session(await makeRole('tokenless'));
    await expect(its.sts.send(new GetSessionTokenCommand({}))).rejects.toThrow(
      'Cannot call GetSessionToken with session credentials',
    );
  });

  test('of the owner is the owner', async () => {
    const made = await sts.send(new GetSessionTokenCommand({}));
    const accessKeyId = made.Credentials?.AccessKeyId as string;
    const its = local.as({ accessKeyId, secretAccessKey: 'x', sessionToken: 'y' });
    const who = await its.sts.send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe('arn:aws:iam::000000000000:root');
  });
});
