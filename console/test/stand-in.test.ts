import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describeInBrowser, launchBrowser } from 'lakehouse-local/testing/browser';
import { hasMoto, startMoto } from 'lakehouse-local/testing/moto';
import { stopServer } from 'lakehouse-local/testing/process';
import type { Browser, Page } from 'playwright-core';
import { startConsole } from './console';

const suite = hasMoto ? describeInBrowser : describe.skip;

const OUTPUTS = {
  kinesis_stream_name: 'others-stream',
  delivery_stream_name: 'no-such-delivery',
  lake_bucket_name: 'others-bucket',
  table_prefix: 'events/',
  glue_database_name: 'others-db',
  glue_table_name: 'events',
  athena_workgroup_name: 'others-workgroup',
  log_group_name: 'others-log',
  log_stream_name: 'errors',
  region: 'us-east-1',
};
const SEEN_MS = 30_000;

suite("the console on an endpoint that isn't the project's own", () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-moto-'));
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  const crashes: string[] = [];

  beforeAll(async () => {
    moto = await startMoto();
    await fill(moto.url);
    let url: string;
    ({ child: server, url } = await startConsole(folder, moto.url, OUTPUTS));
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(SEEN_MS);
    page.on('pageerror', (error) => crashes.push(error.message));
    await page.goto(url);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    if (server !== undefined) await stopServer(server);
    await moto?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const node = (title: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  const open = (tab: string) =>
    page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: tab }).click();

  test('the flow shows what is there, and says what is missing', async () => {
    await node('Stream').getByText('ACTIVE').waitFor();
    await node('Bucket').getByText('1 object,').waitFor();
    await node('Table').getByText('1 column').waitFor();
    await node('Query').getByText('ENABLED').waitFor();
    await node('Delivery').getByText('no-such-delivery').first().waitFor();
    await node('Delivery').getByText('apply it again').waitFor();
  }, 60_000);

  test('the bucket is browsed, and text is shown as it is', async () => {
    await open('Lake');
    await page.getByRole('button', { name: 'events/' }).click();
    await page.getByRole('button', { name: 'one.json' }).click();
    await page.getByText('{"uuid":"1"}').waitFor();
  }, 60_000);

  test('the catalog and the log are read; Send delivers', async () => {
    await open('Catalog');
    await page.getByText('The table has no partitions.').waitFor();
    await open('Logs');
    await page.getByText('No line in the last day.').waitFor();
    await open('Send');
    await page.getByLabel('Events', { exact: true }).fill('100');
    await page.getByRole('button', { name: /^Send to/ }).click();
    await page.getByText('100 of 100 delivered, 0 failed').waitFor();
  }, 60_000);

  test('graphs and queries answer with data or with a sentence', async () => {
    await open('Graphs');
    await page.getByRole('figure').or(page.getByRole('alert')).first().waitFor();
    await open('SQL');
    await page.getByRole('textbox', { name: 'SQL' }).waitFor();
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText('SUCCEEDED').or(page.getByRole('alert')).first().waitFor();
  }, 60_000);

  test('nothing crashed', async () => {
    await node('Stream').getByText('ACTIVE').waitFor();
    expect(crashes).toEqual([]);
    expect(server.exitCode).toBeNull();
  });
});

/** Creates those parts of a lakehouse that moto supports: all but the delivery stream. */
async function fill(endpoint: string): Promise<void> {
  const settings = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    // HTTP/1.1: Kinesis' client defaults to HTTP/2, which few emulators support.
    requestHandler: new NodeHttpHandler(),
  };
  const s3 = new S3Client(settings);
  const glue = new GlueClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  const { kinesis_stream_name: StreamName, lake_bucket_name: Bucket, glue_database_name: database } = OUTPUTS;
  const { athena_workgroup_name: Name, log_group_name: logGroupName, log_stream_name: logStreamName } = OUTPUTS;
  const columns = [{ Name: 'uuid', Type: 'string' }];
  await new KinesisClient(settings).send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'events/one.json', Body: '{"uuid":"1"}' }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  await glue.send(
    new CreateTableCommand({
      DatabaseName: database,
      TableInput: { Name: OUTPUTS.glue_table_name, StorageDescriptor: { Columns: columns } },
    }),
  );
  await new AthenaClient(settings).send(new CreateWorkGroupCommand({ Name }));
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
}
