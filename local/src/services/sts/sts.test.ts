import { TagRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import * as sdk from '@aws-sdk/client-sts';
import { localFixture, policy, TestClock } from 'lakehouse-local/testing';

const clock = new TestClock();
const local = localFixture({ clock });
const { sts } = local;

beforeAll(async () => {
  await local.s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
});

const ACCOUNT = '000000000000';
const trust = (...Action: string[]) => policy({ Effect: 'Allow', Action, Principal: { AWS: ACCOUNT } });
const role = (name: string, document = trust('sts:AssumeRole', 'sts:TagSession')) => local.role(name, document);
const request = (RoleArn: string, more: Partial<sdk.AssumeRoleCommandInput> = {}) =>
  new sdk.AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', ...more });

function as({ Credentials }: { readonly Credentials?: sdk.Credentials }) {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...local.config, credentials };
}

const put = (config: ReturnType<typeof as>, Key: string) =>
  new S3Client(config).send(new PutObjectCommand({ Bucket: 'lake', Key, Body: 'x' }));
const get = (config: ReturnType<typeof as>, Key: string) =>
  new S3Client(config).send(new GetObjectCommand({ Bucket: 'lake', Key }));

test('a session policy narrows what the role may, and grants nothing', async () => {
  const arn = await role('narrow');
  await local.permit('narrow', { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' });
  const Policy = policy({ Effect: 'Allow', Action: ['s3:PutObject', 's3:ListAllMyBuckets'], Resource: '*' });
  const made = await sts.send(request(arn, { Policy }));
  expect(made.PackedPolicySize).toBeGreaterThan(0);
  const session = as(made);
  await put(session, 'a');
  await expect(get(session, 'a')).rejects.toThrow('because no session policy allows the s3:GetObject action');
  await expect(new S3Client(session).send(new ListBucketsCommand({}))).rejects.toThrow(
    'because no identity-based policy allows the s3:ListAllMyBuckets action',
  );
  // The policies outlive a restart as the session does.
  await local.restart();
  await expect(get(session, 'a')).rejects.toThrow('no session policy');
});

test('managed session policies narrow too, and must be there', async () => {
  const arn = await role('managed');
  await local.permit('managed', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const readOnly = { arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' };
  const session = as(await sts.send(request(arn, { PolicyArns: [readOnly] })));
  await get(session, 'a');
  await expect(put(session, 'b')).rejects.toThrow('no session policy');
  const missing = request(arn, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }] });
  await expect(sts.send(missing)).rejects.toMatchObject({ name: 'ValidationError' });
});

test("session tags hide the role's, and the transitive ones pass on", async () => {
  const [first, second] = [await role('tagged'), await role('chained')];
  const Tags = [{ Key: 'team', Value: 'old' }];
  await local.iam.send(new TagRoleCommand({ RoleName: 'tagged', Tags }));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable.
  const own = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::lake/${aws:PrincipalTag/team}/*' };
  await local.permit('tagged', own, {
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Resource: second,
  });
  await local.permit('chained', own);
  const tags = { Tags: [{ Key: 'Team', Value: 'new' }], TransitiveTagKeys: ['team'] };
  const session = as(await sts.send(request(first, tags)));
  await put(session, 'new/a');
  await expect(put(session, 'old/a')).rejects.toMatchObject({ name: 'AccessDenied' });
  const chain = new sdk.STSClient(session);
  await put(as(await chain.send(request(second))), 'new/b');
  await expect(chain.send(request(second, { Tags: [{ Key: 'TEAM', Value: 'x' }] }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message:
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  });
});

test('tags of a session have only the characters that tags may have', async () => {
  for (const tag of [
    { Key: 'a$', Value: 'b' },
    { Key: 'a', Value: 'b$' },
  ])
    await expect(sts.send(request('arn:aws:iam::000000000000:role/any', { Tags: [tag] }))).rejects.toThrow(
      expect.objectContaining({ name: 'ValidationError', message: expect.stringContaining("at 'tags.1.member.") }),
    );
});

test('tags need the right to set them, of which the trust policy may ask what they are', async () => {
  const tags = (Value: string) => ({ Tags: [{ Key: 'team', Value }] });
  const untagged = await role('untagged', trust('sts:AssumeRole'));
  await expect(sts.send(request(untagged, tags('a')))).rejects.toThrow(
    `is not authorized to perform: sts:TagSession on resource: ${untagged}`,
  );
  const Condition = { StringEquals: { 'aws:RequestTag/team': 'a' } };
  const both = {
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Principal: { AWS: ACCOUNT },
    Condition,
  };
  const asked = await role('asked', policy(both));
  await sts.send(request(asked, tags('a')));
  await expect(sts.send(request(asked, tags('b')))).rejects.toMatchObject({ name: 'AccessDenied' });
});

const ARN = `arn:aws:iam::${ACCOUNT}:role/narrow`;
const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
// biome-ignore format: a table.
const REFUSALS: readonly [what: string, more: Partial<sdk.AssumeRoleCommandInput>, code: string, message: string][] = [
  ['an ARN that is none', { RoleArn: 'nothing-valid-in-here' }, 'ValidationError', 'nothing-valid-in-here is invalid'],
  ['one without a resource', { RoleArn: 'arn:a:a::aaaaaaaaaa:' }, 'ValidationError', 'arn:a:a::aaaaaaaaaa: is invalid'],
  ['a bad session name', { RoleSessionName: 'a:b' }, 'ValidationError', "Value 'a:b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"],
  ['a policy that is none', { Policy: '{}' }, 'MalformedPolicyDocumentException', ''],
  ['a policy that is too large', { Policy: policy(...Array.from({ length: 400 }, (_, index) => ({ ...statement, Sid: `s${index}${Math.sin(index)}`.replace(/\W/g, '') }))) }, 'PackedPolicyTooLargeException', 'Packed policy consumes'],
  ['a tag twice', { Tags: [{ Key: 'a', Value: '' }, { Key: 'A', Value: '' }] }, 'InvalidParameterValue', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'],
  ['a transitive tag that is none', { Tags: [{ Key: 'a', Value: '' }], TransitiveTagKeys: ['b'] }, 'InvalidParameterValue', 'The specified transitive tag key must be included in the requested tags.'],
];

test.each(REFUSALS)('AssumeRole refuses %s', async (_what, more, code, message) => {
  await expect(sts.send(request(ARN, more))).rejects.toMatchObject({
    name: code,
    message: expect.stringContaining(message),
  });
});

const token = (claims: object) =>
  ['{}', JSON.stringify(claims), 'sig'].map((part) => Buffer.from(part).toString('base64url')).join('.');

test("a provider's token gives a role, as the role's trust policy says", async () => {
  const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.example.com`;
  const Condition = { StringEquals: { 'token.actions.example.com:sub': 'repo:a' } };
  const Action = 'sts:AssumeRoleWithWebIdentity';
  const RoleArn = await role('web', policy({ Effect: 'Allow', Action, Principal: { Federated }, Condition }));
  await local.permit('web', { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' });
  const exp = Math.floor(clock.now() / 1000) + 60;
  const claims = { iss: 'https://token.actions.example.com', aud: 'sts.amazonaws.com', sub: 'repo:a', exp };
  const send = (WebIdentityToken: string) =>
    sts.send(new sdk.AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'ci', WebIdentityToken }));
  const made = await send(token(claims));
  expect(made).toMatchObject({
    SubjectFromWebIdentityToken: 'repo:a',
    Audience: 'sts.amazonaws.com',
    Provider: Federated,
  });
  const who = await new sdk.STSClient(as(made)).send(new sdk.GetCallerIdentityCommand({}));
  expect(who.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/web/ci`);
  await put(as(made), 'web');
  await expect(get(as(made), 'web')).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(send(token({ ...claims, sub: 'repo:b' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(send(token({ ...claims, iss: 'https://else.example.com' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await expect(send(token({ ...claims, exp: exp - 61 }))).rejects.toThrow(sdk.ExpiredTokenException);
  await expect(send('nothing')).rejects.toThrow(sdk.InvalidIdentityTokenException);
});

test('a federated user may do what his policies allow, and nothing without', async () => {
  const federate = async (...statements: object[]) => {
    const Policy = statements.length === 0 ? undefined : policy(...statements);
    return sts.send(new sdk.GetFederationTokenCommand({ Name: 'ann', Policy }));
  };
  const made = await federate({ Effect: 'Allow', Action: ['s3:PutObject', 'sts:AssumeRole'], Resource: '*' });
  expect(made.FederatedUser).toEqual({
    FederatedUserId: `${ACCOUNT}:ann`,
    Arn: `arn:aws:sts::${ACCOUNT}:federated-user/ann`,
  });
  await put(as(made), 'ann');
  await expect(get(as(made), 'ann')).rejects.toThrow('no session policy');
  await expect(put(as(await federate()), 'ann')).rejects.toMatchObject({ name: 'AccessDenied' });
  const user = new sdk.STSClient(as(made));
  expect((await user.send(new sdk.GetCallerIdentityCommand({}))).UserId).toBe(`${ACCOUNT}:ann`);
  await expect(user.send(request(ARN))).rejects.toThrow('Cannot call AssumeRole with federation token credentials');
  await expect(user.send(new sdk.GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('an access key is of an account', async () => {
  const info = async (AccessKeyId: string) =>
    (await sts.send(new sdk.GetAccessKeyInfoCommand({ AccessKeyId }))).Account;
  expect(await info('1111222233334444')).toBe(ACCOUNT);
  const { Credentials } = await sts.send(request(ARN));
  expect(await info(Credentials?.AccessKeyId as string)).toBe(ACCOUNT);
});

describe('a presigned GetCallerIdentity', () => {
  const stampOf = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');

  /** Asks by a presigned URL. @param others parameters that differ; null takes one out */
  async function ask(accessKeyId: string, others: Record<string, string | null> = {}) {
    const stamp = stampOf(clock.now());
    const parameters = {
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${accessKeyId}/${stamp.slice(0, 8)}/us-east-1/sts/aws4_request`,
      'X-Amz-Date': stamp,
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'a',
      ...others,
    };
    const query = new URLSearchParams(
      Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    );
    const response = await fetch(`${local.url}/?${query}`);
    return `${response.status} ${await response.text()}`;
  }

  test('tells who signed it, until it expires; a URL changes nothing', async () => {
    const { Credentials } = await sts.send(request(await role('signer')));
    const key = Credentials?.AccessKeyId as string;
    const signed = { 'X-Amz-Date': stampOf(clock.now()) };
    expect(await ask(key, signed)).toContain(`<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/signer/me</Arn>`);
    expect(await ask(key, { Action: 'AssumeRole' })).toContain('<Code>InvalidAction</Code>');
    clock.advance(61_000);
    expect(await ask(key, signed)).toContain('<Code>SignatureDoesNotMatch</Code><Message>Signature expired: ');
  });

  test.each([
    ['X-Amz-Expires', '-999999999999999999999', 'X-Amz-Expires must be '],
    ['X-Amz-Expires', '9'.repeat(400), 'X-Amz-Expires must be '],
    ['X-Amz-Expires', '604801', 'X-Amz-Expires must be '],
    ['X-Amz-Expires', 'an hour', 'X-Amz-Expires must be '],
    ['X-Amz-Expires', '', 'X-Amz-Expires must be '],
    ['X-Amz-Date', 'today', 'Date must be in ISO-8601 &#39;basic format&#39;. Got &#39;today&#39;.'],
    ['X-Amz-Date', '20260230T000000Z', 'Date must be in ISO-8601 &#39;basic format&#39;.'],
    ['X-Amz-Date', null, 'AWS query-string parameters must include &#39;X-Amz-Date&#39;.'],
    ['X-Amz-Algorithm', null, 'AWS query-string parameters must include &#39;X-Amz-Algorithm&#39;.'],
  ])('is refused with %s %j', async (name, value, message) => {
    const answer = await ask('000000000000', { [name]: value });
    expect(answer).toMatch(/^400 /);
    expect(answer).toContain(`<Code>IncompleteSignature</Code><Message>${message}`);
  });
});
