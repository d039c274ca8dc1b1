import {
  CreateTableCommand,
  DescribeExportCommand,
  DescribeImportCommand,
  ExportTableToPointInTimeCommand,
  ImportTableCommand,
  PutItemCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { eventually, localFixture } from 'lakehouse-local/testing';

const local = localFixture();

test('a table is exported as DynamoDB JSON, and imported from there as it was', async () => {
  const { dynamodb: client, s3 } = local;
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const keys = {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
    BillingMode: 'PAY_PER_REQUEST' as const,
  };
  await client.send(new CreateTableCommand({ TableName: 'source', ...keys }));
  const wait = { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 };
  const { reason } = await waitUntilTableExists(wait, { TableName: 'source' });
  const TableArn = (reason as { Table: { TableArn: string } }).Table.TableArn;
  for (let id = 0; id < 5; id += 1)
    await client.send(
      new PutItemCommand({
        TableName: 'source',
        Item: { id: { S: `${id}` }, n: { N: '1.5' }, b: { B: Uint8Array.of(id, 255) }, l: { L: [{ SS: ['a'] }] } },
      }),
    );
  const exporting = { TableArn, S3Bucket: 'lake', S3Prefix: 'exports' };
  await expect(client.send(new ExportTableToPointInTimeCommand(exporting))).rejects.toMatchObject({
    name: 'PointInTimeRecoveryUnavailableException',
  });
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName: 'source',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  const { ExportDescription } = await client.send(new ExportTableToPointInTimeCommand(exporting));
  const { ExportArn } = ExportDescription ?? {};
  const done = await eventually(async () => {
    const { ExportDescription: now } = await client.send(new DescribeExportCommand({ ExportArn }));
    return now?.ExportStatus !== 'IN_PROGRESS' && now;
  });
  expect(done).toMatchObject({ ExportStatus: 'COMPLETED', ItemCount: 5, ExportFormat: 'DYNAMODB_JSON' });
  const manifest = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: done.ExportManifest }));
  expect(JSON.parse((await manifest.Body?.transformToString()) ?? '')).toMatchObject({
    itemCount: 5,
    tableArn: TableArn,
  });
  const folder = done.ExportManifest?.replace(/manifest-summary\.json$/, 'data/') ?? '';
  const importing = async (S3KeyPrefix: string, TableName: string, InputCompressionType: 'GZIP' | 'NONE') => {
    const { ImportTableDescription } = await client.send(
      new ImportTableCommand({
        S3BucketSource: { S3Bucket: 'lake', S3KeyPrefix },
        InputFormat: 'DYNAMODB_JSON',
        InputCompressionType,
        TableCreationParameters: { TableName, ...keys },
      }),
    );
    return eventually(async () => {
      const { ImportArn } = ImportTableDescription ?? {};
      const { ImportTableDescription: now } = await client.send(new DescribeImportCommand({ ImportArn }));
      return now?.ImportStatus !== 'IN_PROGRESS' && now;
    });
  };
  expect(await importing(folder, 'copy', 'GZIP')).toMatchObject({
    ImportStatus: 'COMPLETED',
    ImportedItemCount: 5,
    ErrorCount: 0,
  });
  await waitUntilTableExists(wait, { TableName: 'copy' });
  const [source, copy] = await Promise.all(
    ['source', 'copy'].map(async (TableName) => (await client.send(new ScanCommand({ TableName }))).Items),
  );
  expect(copy).toEqual(source);
  const Body = '{"Item":{"id":{"S":"a"}}}\nnonsense\n{"Item":{"other":{"S":"a"}}}\n';
  await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'odd/lines.json', Body }));
  expect(await importing('odd/', 'odd', 'NONE')).toMatchObject({ ImportedItemCount: 1, ErrorCount: 2 });
});
