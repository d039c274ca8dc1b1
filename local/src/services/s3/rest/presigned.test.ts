import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const local = localFixture({ clock: new TestClock(NOW) });
const { newBucket, put, get } = objectsOf(local);

const KEY = 'test';
const version2 = (more: Record<string, string> = {}) => ({
  AWSAccessKeyId: KEY,
  Signature: 'x',
  Expires: String(NOW / 1000 + 60),
  ...more,
});
const version4 = (more: Record<string, string> = {}) => ({
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': `${KEY}/${(more['X-Amz-Date'] ?? '20261126').slice(0, 8)}/us-east-1/s3/aws4_request`,
  'X-Amz-Date': '20261126T120000Z',
  'X-Amz-Expires': '60',
  'X-Amz-SignedHeaders': 'host',
  'X-Amz-Signature': 'x',
  ...more,
});

let path: string;
beforeAll(async () => {
  const bucket = await newBucket();
  await put(bucket, 'k', 'body');
  path = `${bucket}/k`;
});

const ask = (query: Record<string, string>, init: RequestInit = {}) =>
  fetch(`${local.url}/${path}?${new URLSearchParams(query)}`, init);
const told = async (query: Record<string, string>, headers: Record<string, string> = {}) => {
  const answer = await ask(query, { headers });
  const text = await answer.text();
  const [, code, message] = /<Code>(\w+)<\/Code><Message>(.*?)<\/Message>/.exec(text) ?? [];
  return [answer.status, code, message];
};

test('hold headers', async () => {
  expect((await ask(version2({ 'x-amz-meta-a': 'b' }), { method: 'PUT' })).status).toBe(200);
  const [bucket = '', key = ''] = path.split('/');
  expect((await get(bucket, key)).Metadata).toEqual({ a: 'b' });
  expect((await ask(version2({ 'If-None-Match': '*' }), { method: 'PUT' })).status).toBe(412);
});

const bad = (message: string) => [400, 'AuthorizationQueryParametersError', expect.stringContaining(message)];
const INCOMPLETE = [403, 'AccessDenied', expect.stringContaining('requires the Signature, Expires and')];
test('take what they were signed without, whatever checksum the SDK signed', async () => {
  const [Bucket = '', Key = ''] = path.split('/');
  const signingDate = new Date(NOW);
  const url = await getSignedUrl(local.s3, new PutObjectCommand({ Bucket, Key }), { signingDate });
  expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
  expect((await fetch(url, { method: 'PUT', body: 'anything' })).status).toBe(200);
  expect((await get(Bucket, Key)).ETag).toBe('"f0e166dc34d14d6c228ffac576c9a43c"');
});

test("sign S3's headers", async () => {
  const metadata = { 'x-amz-meta-a': 'b', 'X-Amz-Expires': '5', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const answer = await ask(version4(), { method: 'PUT', headers: metadata });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toMatch(/<HeadersNotSigned>(x-amz-meta-a, x-amz-expires|x-amz-expires, x-amz-meta-a)</);
  const signed = version4({ 'X-Amz-SignedHeaders': 'host;x-amz-meta-a' });
  expect((await ask(signed, { method: 'PUT', headers: { 'x-amz-meta-a': 'b' } })).status).toBe(200);
  expect((await ask(version4({ 'x-amz-meta-a': 'b' }), { method: 'PUT' })).status).toBe(200);
});

test('say what they lack', async () => {
  expect(await told({ AWSAccessKeyId: KEY, Signature: 'x' })).toEqual(INCOMPLETE);
  expect(await told({ 'X-Amz-Signature': 'x' })).toEqual(bad('requires the X-Amz-Algorithm'));
  expect(await told({ 'response-expires': 'x' })).toMatchObject([400, 'InvalidRequest', expect.anything()]);
});

const EXPIRED = [403, 'AccessDenied', 'Request has expired'];
const NO_SECOND = [403, 'AccessDenied', 'Invalid date (should be seconds since epoch)'];
test.each([
  [String(NOW / 1000), [200]],
  ['99999999999', [200]],
  [String(NOW / 1000 - 1), EXPIRED],
  ['-1', EXPIRED],
  ['', NO_SECOND],
  ['NaN', NO_SECOND],
  ['0xffffffff', NO_SECOND],
  ['1e10', NO_SECOND],
  [`${NOW / 1000 + 60}.5`, NO_SECOND],
  ['9'.repeat(400), NO_SECOND],
])('of version 2 end at %s', async (Expires, answer) => {
  expect(await told(version2({ Expires }))).toMatchObject(answer);
});

test.each([
  ['604800', [200]],
  ['0', [200]],
  ['-1', bad('must be non-negative')],
  ['604801', bad('must be less than a week')],
  ['9'.repeat(400), bad('must be less than a week')],
  ['', bad('should be a number')],
  ['NaN', bad('should be a number')],
  ['1e3', bad('should be a number')],
  ['0x10', bad('should be a number')],
  [' 60', bad('should be a number')],
  ['60.5', bad('should be a number')],
])('of version 4 last %s seconds', async (seconds, answer) => {
  expect(await told(version4({ 'X-Amz-Expires': seconds }))).toMatchObject(answer);
});

const NO_DATE = [403, 'AccessDenied', expect.stringContaining('must be in the ISO8601 Long Format')];
test.each([
  ['20261126T121500Z', [200]],
  ['20261126T121501Z', [403, 'AccessDenied', 'Request is not yet valid']],
  ['20300101T000000Z', [403, 'AccessDenied', 'Request is not yet valid']],
  ['20261126T115859Z', EXPIRED],
  ['20261399T000000Z', NO_DATE],
  ['20260230T000000Z', NO_DATE],
  ['00000101T000000Z', EXPIRED],
  ['20261126T120000', NO_DATE],
])('of version 4 signed at %s', async (date, answer) => {
  expect(await told(version4({ 'X-Amz-Date': date }))).toMatchObject(answer);
});

test('of other algorithms are refused', async () => {
  expect(await told(version4({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }))).toMatchObject(bad('X-Amz-Algorithm only'));
});

test("are signed on their credential's day", async () => {
  const credential = { 'X-Amz-Credential': `${KEY}/20261125/us-east-1/s3/aws4_request` };
  expect(await told(version4(credential))).toMatchObject(bad('Invalid credential date'));
});

test('are the only authentication', async () => {
  const refused = [400, 'InvalidArgument', expect.stringContaining('Only one auth mechanism allowed')];
  const authorization = `AWS ${KEY}:x`;
  expect(await told(version2(), { authorization })).toEqual(refused);
  expect(await told(version4(), { authorization })).toEqual(refused);
  expect(await told({ ...version2(), ...version4() })).toEqual(refused);
});
