import * as s3 from '@aws-sdk/client-s3';
import { localFixture } from 'lakehouse-local/testing';
import { objectsOf } from 'lakehouse-local/testing/s3';

const local = localFixture();
const { newBucket, put, get, send } = objectsOf(local);

const policy = (Policy: string) => (Bucket: string) => send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
const statement =
  (more: object, suffix = '') =>
  (Bucket: string) => {
    const Resource = `arn:aws:s3:::${Bucket}${suffix}`;
    const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:ListBucket', Resource, ...more };
    return policy(JSON.stringify({ Version: '2012-10-17', Statement }))(Bucket);
  };

type Case = [what: string, answer: (bucket: string) => Promise<unknown>, code: string, members?: object];

// biome-ignore format: a table.
const CASES: Case[] = [
  ['a policy that is no JSON', policy('x'), 'MalformedPolicy', { message: "Policies must be valid JSON and the first byte must be '{'" }],
  ['a policy without statements', policy('{}'), 'MalformedPolicy', { message: 'Missing required field Statement' }],
  ["a policy of another bucket's", statement({ Resource: 'arn:aws:s3:::elsewhere' }), 'MalformedPolicy', { message: 'Policy has invalid resource' }],
  ['a policy of a bucket that only begins alike', statement({}, '-x'), 'MalformedPolicy', { message: 'Policy has invalid resource' }],
  ["a policy of another service's actions", statement({ Action: 'sqs:*' }), 'MalformedPolicy', { message: 'Policy has invalid action' }],
  ['a policy for objects, of the bucket', statement({ Action: ['s3:ListBucket', 's3:GetObject'] }), 'MalformedPolicy', { message: 'Action does not apply to any resource(s) in statement' }],
  ['a policy for the bucket, of objects', statement({}, '/*'), 'MalformedPolicy', { message: 'Action does not apply to any resource(s) in statement' }],
  ['a policy for a role that is not there', statement({ Principal: { AWS: 'arn:aws:iam::000000000000:role/nobody' } }), 'MalformedPolicy', { message: 'Invalid principal in policy' }],
];

test.each(CASES)('S3 refuses %s', async (_what, answer, name, members = {}) => {
  await expect(answer(await newBucket())).rejects.toMatchObject({ name, ...members });
});

test('a policy binds the owner of its bucket too, who can always take it away', async () => {
  const Bucket = await newBucket();
  await put(Bucket, 'kept/k', '');
  await put(Bucket, 'k', '');
  const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/kept/*` };
  await policy(JSON.stringify({ Version: '2012-10-17', Statement }))(Bucket);
  await expect(get(Bucket, 'kept/k')).rejects.toMatchObject({ name: 'AccessDenied' });
  const copied = new s3.CopyObjectCommand({ Bucket: await newBucket(), Key: 'k', CopySource: `${Bucket}/kept/k` });
  await expect(send(copied)).rejects.toMatchObject({ name: 'AccessDenied' });
  const Objects = [{ Key: 'kept/k' }, { Key: 'k' }];
  const deleted = await send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(deleted).toMatchObject({ Deleted: [{ Key: 'k' }], Errors: [{ Key: 'kept/k', Code: 'AccessDenied' }] });
  await send(new s3.DeleteBucketPolicyCommand({ Bucket }));
  await get(Bucket, 'kept/k');
});
