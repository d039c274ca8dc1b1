import * as iam from '@aws-sdk/client-iam';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
const { iam: client } = local;

const named = { InstanceProfileName: 'worker' };
const add = (RoleName: string) => client.send(new iam.AddRoleToInstanceProfileCommand({ ...named, RoleName }));
const read = async () => (await client.send(new iam.GetInstanceProfileCommand(named))).InstanceProfile;

test('an instance profile holds one role, which stays while it does', async () => {
  const Tags = [{ Key: 'team', Value: 'data' }];
  await client.send(new iam.CreateInstanceProfileCommand({ ...named, Path: '/lake/', Tags }));
  await expect(client.send(new iam.CreateInstanceProfileCommand(named))).rejects.toThrow(
    iam.EntityAlreadyExistsException,
  );
  await local.role('one');
  await local.role('two');
  await add('one');
  await expect(add('two')).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
  });
  await local.restart();
  expect(await read()).toMatchObject({
    Arn: 'arn:aws:iam::000000000000:instance-profile/lake/worker',
    InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
    Roles: [{ RoleName: 'one' }],
    Tags,
  });
  const ofRole = await client.send(new iam.ListInstanceProfilesForRoleCommand({ RoleName: 'one' }));
  expect(ofRole.InstanceProfiles).toMatchObject([named]);
  await expect(client.send(new iam.DeleteRoleCommand({ RoleName: 'one' }))).rejects.toThrow(
    'must remove roles from instance profile',
  );
  await expect(client.send(new iam.DeleteInstanceProfileCommand(named))).rejects.toThrow(iam.DeleteConflictException);
  await client.send(new iam.RemoveRoleFromInstanceProfileCommand({ ...named, RoleName: 'one' }));
  await client.send(new iam.DeleteRoleCommand({ RoleName: 'one' }));
  await client.send(new iam.UntagInstanceProfileCommand({ ...named, TagKeys: ['team'] }));
  expect((await client.send(new iam.ListInstanceProfileTagsCommand(named))).Tags).toEqual([]);
  await client.send(new iam.DeleteInstanceProfileCommand(named));
  await expect(read()).rejects.toThrow('Instance Profile worker cannot be found.');
  expect((await client.send(new iam.ListInstanceProfilesCommand({}))).InstanceProfiles).toEqual([]);
});

test('AWS managed policies have their paths, versions and documents', async () => {
  const get = async (PolicyArn: string) => {
    const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return { ...Policy, document: JSON.parse(decodeURIComponent(PolicyVersion?.Document as string)) };
  };
  expect(await get('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')).toMatchObject({
    Path: '/service-role/',
    DefaultVersionId: 'v1',
    document: { Statement: [{ Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'] }] },
  });
  const readOnly = await get('arn:aws:iam::aws:policy/ReadOnlyAccess');
  expect(JSON.stringify(readOnly.document)).toContain('"athena:Get*"');
  const { Policies = [] } = await client.send(
    new iam.ListPoliciesCommand({ Scope: 'AWS', PathPrefix: '/service-role/' }),
  );
  expect(Policies.map(({ PolicyName }) => PolicyName)).toContain('AWSGlueServiceRole');
});

test('answers tell what AWS tells: CreatePolicy the tags, CreateRole only what it was asked for', async () => {
  const Tags = [{ Key: 'a', Value: 'b' }];
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  });
  const { Policy } = await client.send(new iam.CreatePolicyCommand({ PolicyName: 'told', PolicyDocument, Tags }));
  expect(Policy?.Tags).toEqual(Tags);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
  });
  const { Role } = await client.send(new iam.CreateRoleCommand({ RoleName: 'told', AssumeRolePolicyDocument }));
  expect([Role?.RoleLastUsed, Role?.MaxSessionDuration]).toEqual([undefined, undefined]);
  const got = await client.send(new iam.GetRoleCommand({ RoleName: 'told' }));
  expect(got.Role).toMatchObject({ RoleLastUsed: {}, MaxSessionDuration: 3_600 });
  const attach = new iam.AttachRolePolicyCommand({ RoleName: 'told', PolicyArn: 'longpolicynamebutnoarn' });
  await expect(client.send(attach)).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Invalid ARN:  Could not be parsed!',
  });
  const user = new iam.CreateUserCommand({ UserName: 'nobody' });
  await expect(client.send(user)).rejects.toThrow('iam.CreateUser is not implemented by this local endpoint');
});
