import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import fc from 'fast-check';
import { localFixture } from 'lakehouse-local/testing';

const local = localFixture();
let around: string[];

beforeAll(async () => {
  await send({ method: 'PUT', path: '/fuzz', headers: {}, body: '' });
  // The first use of the AWS managed key creates the folder of keys.
  await send({ method: 'PUT', path: '/fuzz/k', headers: { 'x-amz-server-side-encryption': 'aws:kms' }, body: '' });
  around = readdirSync(local.dataDir).sort();
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Sends a request unchanged; resolves with the status, or 0 if the connection was closed on it. */
function send({ method, path, headers, body }: Sent): Promise<number> {
  const { hostname, port } = new URL(local.url);
  return new Promise((resolve) => {
    const outgoing = request({ hostname, port, method, path, headers }, (response) => {
      response.resume();
      response.on('close', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}

const piece = fc.constantFrom(
  'a',
  '..',
  '.',
  '%2e%2e',
  '%2f',
  '%00',
  '%',
  '%zz',
  '%ff',
  '/',
  '//',
  '\\',
  'é',
  ' ',
  '+',
  '~',
  ':',
);
const path = fc
  .tuple(fc.constantFrom('/fuzz/', '/', '/../', '/fuzz', '/%2e%2e/'), fc.array(piece, { maxLength: 8 }))
  .map(([start, rest]) =>
    (start + rest.join('')).replace(/[^\u0021-\u007e]/g, (character) => encodeURIComponent(character)),
  );
const flag = fc.constantFrom(
  '',
  '',
  '?acl',
  '?uploads',
  '?uploadId=x',
  '?uploadId=x&partNumber=1',
  '?partNumber=-1',
  '?versions&max-keys=x',
  '?list-type=2&max-keys=99999999999',
  '?delete',
  '?policy',
  '?tagging',
  '?lifecycle',
  '?versioning',
  '?replication',
  '?cors',
  '?notification',
  '?attributes',
  '?versionId=..',
  '?continuation-token=%ff',
  '?X-Amz-Signature=a&X-Amz-Expires=x',
);
const headers = fc.dictionary(
  fc.constantFrom(
    'range',
    'content-md5',
    'x-amz-copy-source',
    'x-amz-content-sha256',
    'content-encoding',
    'x-amz-decoded-content-length',
    'x-amz-checksum-crc32',
    'x-amz-trailer',
    'x-amz-tagging',
    'if-match',
    'if-none-match',
    'if-modified-since',
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-aws-kms-key-id',
    'x-amz-object-attributes',
    'x-amz-acl',
    'origin',
    'x-amz-meta-m',
    'host',
    'expires',
  ),
  fc.constantFrom(
    '',
    'x',
    '*',
    '-1',
    '99999999999999999999',
    'bytes=0-',
    'bytes=5-1',
    'aws-chunked',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    '../../etc/passwd',
    '/fuzz/%zz',
    'a=%zz&a=1',
    'Mon',
    'x-amz-checksum-crc32',
    'localhost',
    'http://localhost',
    'private',
    'ETag, ObjectParts',
    'aws:kms',
  ),
  { maxKeys: 4 },
);
const body = fc.constantFrom(
  '',
  'x',
  '5\r\nhello\r\n0\r\n\r\n',
  '<Delete><Object><Key>../x</Key></Object></Delete>',
  '<a',
  '{"Statement":[]}',
  '<Tagging><TagSet/></Tagging>',
  '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  '<LifecycleConfiguration/>',
  '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
  '<NotificationConfiguration><TopicConfiguration/></NotificationConfiguration>',
  '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>',
);
const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS');

test('whatever is asked is answered, without a fault and without a file outside of the data', async () => {
  await fc.assert(
    fc.asyncProperty(method, path, flag, headers, body, async (verb, where, which, what, content) => {
      const length = { 'content-length': String(Buffer.byteLength(content)) };
      const status = await send({ method: verb, path: where + which, headers: { ...what, ...length }, body: content });
      expect(status).toBeGreaterThan(0);
      expect(status === 501 || status < 500).toBe(true);
      expect(local.faults).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
  expect(readdirSync(local.dataDir).sort()).toEqual(around);
  expect(existsSync(`${local.dataDir}/../etc`)).toBe(false);
  expect(await send({ method: 'GET', path: '/fuzz', headers: {}, body: '' })).toBeLessThan(500);
});
