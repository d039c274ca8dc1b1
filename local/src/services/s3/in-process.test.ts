import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '../../core/clock';
import { Cloud } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { Store } from '../../store/store';
import { iam } from '../iam';
import { assumeRole } from '../iam/assume-role';
import { putRolePolicy } from '../iam/operations/role-policies';
import { createRole } from '../iam/operations/roles';
import { s3 } from '.';
import { objectFile } from './object-file';
import { createBucket } from './operations/buckets';
import { bytesOf, getObject } from './operations/get-object';
import { listObjectsV2 } from './operations/list-objects';
import { putObject } from './operations/put-object';
import { S3State } from './state';

const owner: Caller = {
  accountId: '111122223333',
  region: 'us-east-1',
  principalArn: 'arn:aws:iam::111122223333:root',
};

let dataDir: string;
let cloud: Cloud;
const faults: string[] = [];

async function start(): Promise<void> {
  const options = { dataDir, enforceLimits: true, log: (line: string) => faults.push(line) };
  cloud = new Cloud(new Store(join(dataDir, 'metadata')), systemClock, options, [iam, s3]);
  await cloud.start();
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'lakehouse-test-'));
  await start();
  await cloud.call(createBucket, { Bucket: 'lake' }, owner);
});

afterEach(async () => {
  await cloud.close();
  await cloud.store.close();
  rmSync(dataDir, { recursive: true });
  expect(faults).toEqual([]);
});

const text = async (Key: string, caller = owner) => {
  const { Body } = await cloud.call(getObject, { Bucket: 'lake', Key }, caller);
  return (await bytesOf(Body)).toString();
};

test('a file that is given away becomes the object, and the object is a file that can be read', async () => {
  const path = join(dataDir, 'result.parquet');
  writeFileSync(path, 'PAR1 …');
  await cloud.call(putObject, { Bucket: 'lake', Key: 'a/b.parquet', Body: { path, size: 8 } }, owner);
  await cloud.call(putObject, { Bucket: 'lake', Key: 'stream', Body: Readable.from([Buffer.from('s')]) }, owner);
  await cloud.call(putObject, { Bucket: 'lake', Key: 'buffer', Body: Buffer.from('b') }, owner);
  expect(readdirSync(dataDir)).not.toContain('result.parquet');
  const file = await objectFile(cloud, 'lake', 'a/b.parquet', owner);
  expect(file).toMatchObject({ path: join(dataDir, 's3/lake/objects/a/b.parquet'), size: 8 });
  expect(readFileSync(file.path, 'utf8')).toBe('PAR1 …');
  expect([await text('stream'), await text('buffer')]).toEqual(['s', 'b']);
});

test('a file that is given away stays if it becomes no object, and can be given again', async () => {
  const path = join(dataDir, 'result.parquet');
  writeFileSync(path, 'PAR1');
  const put = (IfNoneMatch?: string) =>
    cloud.call(putObject, { Bucket: 'lake', Key: 'k', Body: { path, size: 4 }, IfNoneMatch }, owner);
  await cloud.call(putObject, { Bucket: 'lake', Key: 'k', Body: Buffer.from('other') }, owner);
  const transaction = jest.spyOn(cloud.store, 'transaction').mockRejectedValue(new Error('no room'));
  await expect(put()).rejects.toThrow('no room');
  transaction.mockRestore();
  await expect(put('*')).rejects.toMatchObject({ code: 'PreconditionFailed' });
  expect(await text('k')).toBe('other');
  await put();
  expect(await text('k')).toBe('PAR1');
  expect(existsSync(path)).toBe(false);
});

describe('a role', () => {
  const RoleName = 'delivery';
  const roleArn = `arn:aws:iam::${owner.accountId}:role/${RoleName}`;
  const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const allow = (Action: string, Resource: string) =>
    cloud.call(
      putRolePolicy,
      { RoleName, PolicyName: 'p', PolicyDocument: policy({ Effect: 'Allow', Action, Resource }) },
      owner,
    );

  beforeEach(async () => {
    const AssumeRolePolicyDocument = policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'firehose.amazonaws.com' },
      Condition: { StringEquals: { 'sts:ExternalId': owner.accountId } },
    });
    await cloud.call(createRole, { RoleName, AssumeRolePolicyDocument }, owner);
  });

  const options = { externalId: owner.accountId, region: 'us-east-1' };

  test('is assumed by the service that it trusts, with the external id that it asks for', () => {
    const caller = assumeRole(cloud, roleArn, 'firehose.amazonaws.com', options);
    expect(caller).toMatchObject({ roleArn, accountId: owner.accountId });
    const denied = expect.objectContaining({ code: 'AccessDenied' });
    expect(() => assumeRole(cloud, roleArn, 'glue.amazonaws.com', options)).toThrow(denied);
    expect(() => assumeRole(cloud, roleArn, 'firehose.amazonaws.com', { region: 'us-east-1' })).toThrow(denied);
    expect(() => assumeRole(cloud, `${roleArn}-2`, 'firehose.amazonaws.com', options)).toThrow(denied);
  });

  test('may do what its policy says and nothing else, from the moment that the policy says so', async () => {
    const caller = assumeRole(cloud, roleArn, 'firehose.amazonaws.com', options);
    const put = (Key: string) => cloud.call(putObject, { Bucket: 'lake', Key, Body: Buffer.from('x') }, caller);
    await expect(put('in/k')).rejects.toMatchObject({ code: 'AccessDenied' });
    await allow('s3:PutObject', 'arn:aws:s3:::lake/in/*');
    await put('in/k');
    await expect(put('out/k')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(text('in/k', caller)).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(objectFile(cloud, 'lake', 'in/k', caller)).rejects.toMatchObject({ code: 'AccessDenied' });
    const list = cloud.call(listObjectsV2, { Bucket: 'lake' }, caller);
    await expect(list).rejects.toMatchObject({
      message: `User: ${caller.principalArn} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::lake" because no identity-based policy allows the s3:ListBucket action`,
    });
  });

  test("is bound by the bucket's policy too, but not for want of TLS on loopback", async () => {
    const caller = assumeRole(cloud, roleArn, 'firehose.amazonaws.com', options);
    await allow('s3:*', '*');
    const state = cloud.state(S3State);
    const setPolicy = async (document: string) => {
      const bucket = state.bucket('lake', owner);
      await state.commit([], () => state.buckets.put('lake', { ...bucket, documents: { policy: document } }));
    };
    const put = () => cloud.call(putObject, { Bucket: 'lake', Key: 'k', Body: Buffer.from('x') }, caller);
    const Resource = 'arn:aws:s3:::lake/*';
    const tls = { Bool: { 'aws:SecureTransport': 'false' } };
    await setPolicy(policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource, Condition: tls }));
    await put();
    await setPolicy(policy({ Effect: 'Deny', Principal: { AWS: roleArn }, Action: 's3:PutObject', Resource }));
    await expect(put()).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in a resource-based policy'),
    });
    await allow('s3:ListBucket', '*');
    await setPolicy(policy({ Effect: 'Allow', Principal: { AWS: roleArn }, Action: 's3:PutObject', Resource }));
    await put();
  });
});

describe('a process that dies', () => {
  const restart = async () => {
    await cloud.close();
    await cloud.store.close();
    await start();
  };

  test('between commit and file move: the next start makes the move', async () => {
    const put = (Key: string, body: string) =>
      cloud.call(putObject, { Bucket: 'lake', Key, Body: Buffer.from(body) }, owner);
    await put('k', 'one');
    const state = cloud.state(S3State);
    // The process is gone before the files are touched.
    jest.spyOn(state.files, 'apply').mockImplementation(() => {
      throw new Error('killed');
    });
    const results = await Promise.allSettled([put('k', 'two'), put('new', 'n')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(readFileSync(join(dataDir, 's3/lake/objects/k'), 'utf8')).toBe('one');
    await restart();
    expect(await text('k')).toBe('two');
    expect(await text('new')).toBe('n');
  });

  test('not, but is refused the move by the disk: no body of another version is read, and the next try makes it', async () => {
    const put = (Key: string, body: string) =>
      cloud.call(putObject, { Bucket: 'lake', Key, Body: Buffer.from(body) }, owner);
    await put('k', 'one');
    const { files } = cloud.state(S3State);
    const apply = jest.spyOn(files, 'apply').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    await expect(put('k', 'two')).rejects.toThrow('ENOSPC');
    await expect(text('k')).rejects.toThrow('ENOSPC');
    await expect(objectFile(cloud, 'lake', 'k', owner)).rejects.toThrow('ENOSPC');
    apply.mockRestore();
    expect(await text('k')).toBe('two');
    await restart();
    expect(await text('k')).toBe('two');
  });

  test('before the commit: the object is what it was, and nothing is left of the new body', async () => {
    await cloud.call(putObject, { Bucket: 'lake', Key: 'k', Body: Buffer.from('one') }, owner);
    const temporary = cloud.state(S3State).temporaryFolder();
    writeFileSync(join(temporary, 'half'), 'tw');
    await restart();
    expect(await text('k')).toBe('one');
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('a disk that is full', () => {
  const full = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
  const put = (body: Buffer | Readable) => cloud.call(putObject, { Bucket: 'lake', Key: 'k', Body: body }, owner);
  const temporary = () => readdirSync(cloud.state(S3State).temporaryFolder());

  test('in the middle of a body leaves what was there, and nothing of the new one', async () => {
    await put(Buffer.from('one'));
    const probe = await open(__filename);
    const handles = Object.getPrototypeOf(probe) as { write: typeof probe.write };
    await probe.close();
    const write = jest.spyOn(handles, 'write');
    // The first piece is written, the second isn't.
    const body = Readable.from(
      (function* () {
        yield Buffer.from('tw');
        write.mockImplementation(full);
        yield Buffer.from('o');
      })(),
    );
    await expect(put(body)).rejects.toMatchObject({ code: 'ENOSPC' });
    write.mockRestore();
    expect(temporary()).toEqual([]);
    expect(await text('k')).toBe('one');
  });

  test('at the commit leaves what was there, and nothing of the new body', async () => {
    await put(Buffer.from('one'));
    const transaction = jest.spyOn(cloud.store, 'transaction').mockImplementation(full);
    await expect(put(Buffer.from('two'))).rejects.toMatchObject({ code: 'ENOSPC' });
    transaction.mockRestore();
    expect(temporary()).toEqual([]);
    expect(await text('k')).toBe('one');
  });
});
