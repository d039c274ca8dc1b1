import fs from 'node:fs';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { localFixture } from 'lakehouse-local/testing';
import { makeStream } from 'lakehouse-local/testing/kinesis';

const MEGABYTE = 1024 * 1024;

const local = localFixture({ faults: /The disk of .* is full/ });

afterEach(() => jest.restoreAllMocks());

/** Sets the free space that the operating system reports. */
async function freeOnDisk(megabytes: number): Promise<void> {
  const real = fs.statfsSync('/');
  jest.restoreAllMocks();
  jest.spyOn(fs, 'statfsSync').mockReturnValue({ ...real, bsize: 1, bavail: megabytes * MEGABYTE } as never);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

test('before the disk is full, data is refused, then metadata, with the disk named; with room it goes on by itself', async () => {
  const config = { ...local.config, maxAttempts: 1 };
  const kinesis = new KinesisClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await makeStream(kinesis, 'events', 1);
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const Records = [{ Data: Buffer.from('x'), PartitionKey: 'k' }];
  const put = () => kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
  const putObject = () => s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'k', Body: 'x' }));
  const create = (StreamName: string) => kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));

  await freeOnDisk(50);
  expect((await put()).FailedRecordCount).toBe(1);
  await expect(putObject()).rejects.toThrow('disk of the local endpoint is full');
  await create('small');
  await freeOnDisk(20);
  await expect(create('none')).rejects.toThrow('disk of the local endpoint is full');
  await freeOnDisk(500);
  expect((await put()).FailedRecordCount).toBe(0);
  await putObject();
  await create('none');
});
