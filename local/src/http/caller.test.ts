import { readCredential } from './caller';

const read = (authorization: string | undefined, query: Record<string, string> = {}) =>
  readCredential({ ...(authorization !== undefined && { authorization }) }, new URLSearchParams(query));

const scope = (key: string) => `${key}/20261126/eu-west-1/kinesis/aws4_request`;
const version4 = (key: string) => `AWS4-HMAC-SHA256 Credential=${scope(key)}, SignedHeaders=host, Signature=x`;

test('credentials are read of either version, from a header or a URL', () => {
  const found = { accessKeyId: 'one', service: 'kinesis', region: 'eu-west-1' };
  expect(read(version4('one'))).toEqual(found);
  expect(read(undefined, { 'X-Amz-Credential': scope('one') })).toEqual(found);
  expect(read('AWS one:x')).toEqual({ accessKeyId: 'one', service: 's3' });
  expect(read(undefined, { AWSAccessKeyId: 'one' })).toEqual({ accessKeyId: 'one', service: 's3' });
  expect(read(undefined)).toEqual({});
});

test("a header's credential isn't replaced by a parameter's", () => {
  const found = { accessKeyId: 'one', service: 'kinesis' };
  expect(read(version4('one'), { AWSAccessKeyId: 'two' })).toMatchObject(found);
  expect(read(version4('one'), { 'X-Amz-Credential': scope('two') })).toMatchObject(found);
});
