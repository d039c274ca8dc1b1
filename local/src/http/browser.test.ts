import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { localFixture } from 'lakehouse-local/testing';

const LATER = Math.floor(Date.now() / 1000) + 3_600;

const local = localFixture();
let page: string;

beforeAll(async () => {
  const { s3 } = local;
  await s3.send(new CreateBucketCommand({ Bucket: 'pages' }));
  const Body = '<script>fetch("/")</script>';
  await s3.send(new PutObjectCommand({ Bucket: 'pages', Key: 'page.html', Body, ContentType: 'text/html' }));
  page = `${local.url}/pages/page.html`;
});

/** Sends a browser's headers: Node's own fetch sends other fetch metadata. */
function visit(url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status?: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    get(url, { headers }, async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, body: await text(response) });
    }).once('error', reject);
  });
}

const PRESIGNED = `?AWSAccessKeyId=test&Expires=${LATER}&Signature=x`;
const foreign = (mode: string, dest: string) => ({
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': mode,
  'sec-fetch-dest': dest,
});

test.each([
  ['loads an object as a script', '', foreign('no-cors', 'script')],
  ['loads an image', '', foreign('no-cors', 'image')],
  ['loads a presigned URL as a script', PRESIGNED, foreign('no-cors', 'script')],
  ['frames an object', '', foreign('navigate', 'iframe')],
  ['frames a presigned URL', PRESIGNED, foreign('navigate', 'iframe')],
  ['links to an object', '', foreign('navigate', 'document')],
  ['says where it is', '', { ...foreign('no-cors', 'image'), referer: 'https://evil.example/' }],
])('a page of another site that %s is refused', async (_what, query, headers) => {
  const answer = await visit(page + query, headers);
  expect(answer.status).toBe(403);
  expect(answer.body).toContain('web pages of this machine');
});

test.each([
  ['a program', '', {}, 'same-origin'],
  ['a link to a presigned URL', PRESIGNED, foreign('navigate', 'document'), 'same-origin'],
  ['a person who types it', '', { ...foreign('navigate', 'document'), 'sec-fetch-site': 'none' }, 'same-origin'],
  ['a page of this machine', '', { ...foreign('no-cors', 'image'), referer: 'http://localhost:3000/' }, 'cross-origin'],
])('%s gets the object, which no browser runs', async (_who, query, headers, policy) => {
  const answer = await visit(page + query, headers as Record<string, string>);
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html',
    'content-security-policy': expect.stringMatching(/^sandbox(?! allow-scripts)/),
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': policy,
  });
});

test.each([
  ['characters beyond Latin-1', 'attachment; filename="отчёт ☃.csv"', 400],
  ['accents', 'attachment; filename="été.csv"', 200],
])(
  'a response-content-disposition with %s comes back where a header can hold it',
  async (_name, disposition, status) => {
    const answer = await visit(`${page}${PRESIGNED}&response-content-disposition=${encodeURIComponent(disposition)}`);
    expect(answer.status).toBe(status);
    if (status !== 200) return;
    const bytes = Buffer.from(String(answer.headers['content-disposition']), 'latin1');
    expect(bytes.toString('utf8')).toBe(disposition);
  },
);

test('one with a line break is answered, with no header of its own', async () => {
  const broken = encodeURIComponent('attachment\r\nx-injected: yes');
  const answer = await visit(`${page}${PRESIGNED}&response-content-disposition=${broken}`);
  expect(answer.status).toBe(200);
  expect(answer.headers['x-injected']).toBeUndefined();
});

test("a URL presigned by version 2 is its key's: a role without rights gets nothing, another account its own", async () => {
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await local.iam.send(new CreateRoleCommand({ RoleName: 'nothing', AssumeRolePolicyDocument }));
  const { Credentials } = await local.sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'session' }),
  );
  const by = (key: string | undefined, url = page) =>
    visit(`${url}?AWSAccessKeyId=${key}&Expires=${LATER}&Signature=x`).then(({ status }) => status);
  expect(await by(Credentials?.AccessKeyId)).toBe(403);
  expect(await by('test')).toBe(200);
  const credentials = { accessKeyId: '111122223333', secretAccessKey: 'x' };
  const other = new S3Client({ ...local.config, credentials, forcePathStyle: true });
  await other.send(new CreateBucketCommand({ Bucket: 'others' }));
  await other.send(new PutObjectCommand({ Bucket: 'others', Key: 'k', Body: 'x' }));
  expect(await by('111122223333', `${local.url}/others/k`)).toBe(200);
  expect(await by('test', `${local.url}/others/k`)).toBe(403);
  const header = await visit(page, { authorization: `AWS ${Credentials?.AccessKeyId}:x` });
  expect(header.status).toBe(403);
});
