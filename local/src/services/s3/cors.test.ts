import { request } from 'node:http';
import * as s3 from '@aws-sdk/client-s3';
import { localFixture, TestClock } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const clock = new TestClock(Date.now());
const local = localFixture({ clock });
const { newBucket, put, send } = objectsOf(local);

const PAGE = 'http://localhost:3000';

const allow = (Bucket: string, CORSRules: s3.CORSRule[]) =>
  send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));

/** Sends a browser's request, with headers that `fetch` can't send. */
function ask(method: string, path: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(local.url);
  return new Promise<{ status?: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    request({ hostname, port, method, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}

const preflight = (path: string, origin: string, method: string, headers = '') =>
  ask('OPTIONS', path, {
    origin,
    'access-control-request-method': method,
    ...(headers === '' ? {} : { 'access-control-request-headers': headers }),
  });

test('rules are kept, checked, and deleted', async () => {
  const Bucket = await newBucket();
  const CORSRules = [
    {
      ID: 'page',
      AllowedOrigins: [PAGE, 'http://*.localhost'],
      AllowedMethods: ['GET', 'PUT'],
      AllowedHeaders: ['*'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 60,
    },
  ];
  await allow(Bucket, CORSRules);
  expect((await send(new s3.GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
  await expect(allow(Bucket, [{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }])).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: 'Found unsupported HTTP method in CORS config. Unsupported method is PATCH',
  });
  await expect(allow(Bucket, [{ AllowedOrigins: ['*a*'], AllowedMethods: ['GET'] }])).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
  await send(new s3.DeleteBucketCorsCommand({ Bucket }));
  await expect(send(new s3.GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchCORSConfiguration',
  });
});

test('a page of an allowed origin may send what a rule names, and reads the answer', async () => {
  const bucket = await newBucket();
  await put(bucket, 'k', 'body');
  const path = `/${bucket}/k`;
  expect(await preflight(path, PAGE, 'PUT')).toMatchObject({
    status: 403,
    body: expect.stringContaining('<Message>CORSResponse: CORS is not enabled for this bucket.</Message>'),
  });
  await allow(bucket, [
    { AllowedOrigins: ['http://other.localhost'], AllowedMethods: ['DELETE'] },
    { AllowedOrigins: [PAGE], AllowedMethods: ['GET', 'PUT'], AllowedHeaders: ['x-amz-*'], ExposeHeaders: ['ETag'] },
  ]);
  // S3 reads a preflight's headers in any request.
  for (const [name, value] of [
    ['access-control-request-method', 'DELETE'],
    ['access-control-request-headers', 'x-other'],
  ] as const) {
    const { headers } = await ask('GET', path, { origin: PAGE, [name]: value });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
  expect(await preflight(path, PAGE, 'PUT', 'X-Amz-Date, x-amz-acl')).toMatchObject({
    status: 200,
    headers: {
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-date, x-amz-acl',
    },
  });
  for (const [origin, method, headers] of [
    [PAGE, 'DELETE', ''],
    [PAGE, 'PUT', 'authorization'],
    ['http://localhost:3001', 'PUT', ''],
  ] as const)
    expect((await preflight(path, origin, method, headers)).status).toBe(403);
  const got = await ask('GET', path, { origin: PAGE });
  expect(got).toMatchObject({
    status: 200,
    body: 'body',
    headers: { 'access-control-allow-origin': PAGE, 'access-control-expose-headers': 'ETag' },
  });
  const missing = await ask('GET', `${path}-none`, { origin: PAGE });
  expect(missing).toMatchObject({ status: 404, headers: { 'access-control-allow-origin': PAGE } });
  expect((await ask('GET', path, {})).headers).not.toHaveProperty('access-control-allow-origin');
});
