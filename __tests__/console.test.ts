/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { parquetReadObjects } from 'hyparquet';
import { describeInBrowser, launchBrowser } from 'lakehouse-local/testing/browser';
import { startServer, stopServer } from 'lakehouse-local/testing/process';
import type { Browser, Page } from 'playwright-core';
import { demoClients } from '../tools/src/demo/clients';
import { openInbox, showAlerts, showCounts } from '../tools/src/demo/consumers';
import { changeCustomers, DEMO_CHANGES } from '../tools/src/demo/customers';
import { showCounters, showSearch } from '../tools/src/demo/movements';
import { showOutsideIn } from '../tools/src/demo/outside-in';
import type { Watch } from '../tools/src/demo/watch';
import { runQuery } from '../tools/src/query/athena';
import { Deployment, STEP_MS } from './support/deployment';

/** Folder for new pictures of the README; none are made without it. */
const pictures = process.env.CONSOLE_PICTURES;
/** Timeout for values that appear after delivery's buffer, a minute's metric and a poll of the page. */
const SEEN_MS = 90_000;

describeInBrowser('the console in a browser', () => {
  // No retries, so that failures of consumers show at once.
  const deployment = new Deployment({
    LAKEHOUSE_ALARM_TOPIC: 'true',
    LAKEHOUSE_TABLE_FORMAT: 'iceberg',
    LAKEHOUSE_MOVEMENTS: 'outside-in,inside-out,around-the-perimeter',
    LAKEHOUSE_CONSUMERS:
      '[{"name": "alerts", "maximumRetryAttempts": 0}, {"name": "insights", "tumblingWindowSeconds": 5}]',
  });
  let watch: Watch;
  let server: ChildProcess;
  let url: string;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];

  beforeAll(async () => {
    await deployment.start();
    await deployment.apply();
    const { signal } = new AbortController();
    watch = { clients: demoClients(deployment.url), signal, timeoutMs: SEEN_MS, say: () => undefined };
    const args = ['--port', '0', '--outputs', deployment.outputsFile];
    ({ child: server, url } = await startServer('console/dist/server/cli.js', args, deployment.environment));
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('request', (made) => {
      if (!made.url().startsWith(url) && !made.url().startsWith('data:') && !made.url().startsWith('blob:')) {
        foreign.push(made.url());
      }
    });
    page.setDefaultTimeout(SEEN_MS);
  }, 2 * STEP_MS);

  afterAll(async () => {
    await browser?.close();
    if (server !== undefined) await stopServer(server);
    await deployment.remove();
  });

  const node = (title: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  const open = (tab: string) =>
    page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: tab }).click();

  test(
    'an empty deployment is shown step by step, ready',
    async () => {
      const bodies: Promise<Buffer>[] = [];
      page.on('response', (response) => {
        if (/html|javascript|css/.test(response.headers()['content-type'] ?? '')) bodies.push(response.body());
      });
      await page.goto(url, { waitUntil: 'networkidle' });
      const compressed = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
      expect(compressed).toBeGreaterThan(10_000);
      expect(compressed).toBeLessThan(300_000);
      page.removeAllListeners('response');
      await node('Producer').getByText('QUIET').waitFor();
      await node('Stream').getByText('ACTIVE').waitFor();
      await node('Delivery').getByText('ACTIVE').waitFor();
      await node('Bucket').getByText('EMPTY').waitFor();
      await node('Query').getByText('ENABLED').waitFor();
      await page.getByText(`Endpoint ${deployment.url}`).waitFor();
    },
    STEP_MS,
  );

  test(
    'Send delivers 1,000 events, and the flow and the graphs rise',
    async () => {
      await open('Send');
      await page.getByRole('button', { name: /^Send to/ }).click();
      await page.getByText('1,000 of 1,000 delivered').waitFor();
      await node('Bucket').getByText('1,000 rows').waitFor();
      await node('Producer').getByText('SENDING').waitFor();
      await open('Graphs');
      const graph = page.getByRole('figure').filter({ hasText: 'Delivery: records' }).first();
      await graph.getByRole('button', { name: /Table/ }).click();
      // The table shows the same series: 1,000 records read and delivered, in one minute or split over two.
      await page.waitForFunction(() => {
        const rows = [...document.querySelectorAll('section[aria-label="Delivery: records"] tbody tr')];
        const sum = (column: number) =>
          rows.reduce((total, row) => total + Number(row.children[column]?.textContent?.replaceAll(',', '')), 0);
        return sum(1) === 1000 && sum(2) === 1000;
      });
      await graph.getByRole('button', { name: /Table/ }).click();
    },
    STEP_MS,
  );

  test(
    'insights counts what SQL counts, as metrics and in a DynamoDB table',
    async () => {
      const { athena_workgroup_name: workgroup = '', metrics_namespace: namespace = '' } = deployment.outputs();
      const sql =
        'SELECT status, count(*) AS records FROM "kinesis-rd-db"."tbl-kinesis-rd" GROUP BY status ORDER BY status';
      const counts = await runQuery({ client: watch.clients.athena, sql, workgroup });
      expect(counts.rows.map(([status]) => status)).toEqual(['Active', 'Canceled', 'Inactive']);
      await showCounts(watch, namespace, 'status', counts);
      await showCounters(watch, 'kinesis-rd-counters', 'status', counts);
    },
    STEP_MS,
  );

  test(
    'a thousand changes of customers arrive in the lake and in the table to search by: the latest are what a Scan finds',
    async () => {
      const { athena_workgroup_name: workgroup = '' } = deployment.outputs();
      const names = {
        customersTable: 'kinesis-rd-customers',
        changesTable: '"kinesis-rd-db"."kinesis-rd-customer-changes"',
        customersView: '"kinesis-rd-db"."kinesis-rd-customers"',
      };
      await changeCustomers(watch.clients.dynamodb, names.customersTable, DEMO_CHANGES);
      const query = (sql: string) => runQuery({ client: watch.clients.athena, sql, workgroup });
      await showOutsideIn(watch, names, DEMO_CHANGES, query);
      await showSearch(watch, names.customersTable, 'kinesis-rd-customers-search');
    },
    STEP_MS,
  );

  test(
    'movements are drawn in the flow; items are found by key, by an index, by the beginning of a key, and by PartiQL',
    async () => {
      await node('Inside-out').getByText('kinesis-rd-stream → kinesis-rd-insights → kinesis-rd-counters').waitFor();
      await node('Around the perimeter').getByText('ENABLED').waitFor();
      await node('Outside-in').getByText('ACTIVE', { exact: true }).waitFor();
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        // High enough for the flow, consumers, movements and the first graphs.
        await page.setViewportSize({ width: 1280, height: 1300 });
        await picture(colorScheme);
      }
      await page.setViewportSize({ width: 1280, height: 900 });
      await node('Outside-in').getByRole('link', { name: 'its tables' }).click();
      const table = page.getByRole('region', { name: 'Tables in DynamoDB' });
      await table.getByRole('cell', { name: 'NEW_AND_OLD_IMAGES' }).waitFor();
      const customers = page.getByRole('region', { name: 'Items of kinesis-rd-customers', exact: true });
      await customers.getByText('50 or more items').waitFor();
      await customers.getByRole('button', { name: 'More' }).click();
      await customers.getByText('100 or more items').waitFor();
      await picture('tables');
      await customers.getByLabel('id =').fill('c-00001');
      await customers.getByRole('button', { name: 'Query' }).click();
      await customers.getByText('1 item,').waitFor();
      await customers.getByRole('cell', { name: 'Grace Lovelace' }).waitFor();
      // An index has the attributes that it projects, and no others.
      await customers.getByRole('combobox', { name: 'By' }).selectOption('by-email');
      await customers.getByLabel('email =').fill('alan.lovelace.2@example.com');
      await customers.getByRole('button', { name: 'Query' }).click();
      await customers.getByRole('cell', { name: 'Alan Lovelace' }).waitFor();
      expect(await customers.getByRole('columnheader', { name: 'balance' }).count()).toBe(0);
      await customers
        .getByRole('textbox', { name: 'PartiQL' })
        .fill(`SELECT id, balance FROM "kinesis-rd-customers" WHERE id = 'c-00003'`);
      await customers.getByRole('button', { name: 'Select' }).click();
      await customers.getByRole('cell', { name: 'c-00003' }).waitFor();
      expect(await customers.getByRole('columnheader').count()).toBe(2);
      await customers
        .getByRole('textbox', { name: 'PartiQL' })
        .fill(`DELETE FROM "kinesis-rd-customers" WHERE id = 'c-00003'`);
      await customers.getByRole('button', { name: 'Select' }).click();
      await customers.getByText('the console changes no items').waitFor();
      await table.getByRole('button', { name: 'kinesis-rd-customers-search' }).click();
      const words = page.getByRole('region', { name: 'Items of kinesis-rd-customers-search' });
      await words.getByLabel('letters =').fill('ho');
      await words.getByLabel('Condition on entry').selectOption('begins with');
      await words.getByRole('textbox', { name: 'entry' }).fill('hop');
      await words.getByRole('button', { name: 'Query' }).click();
      await words
        .getByRole('cell', { name: /^hopper#/ })
        .first()
        .waitFor();
      await open('SQL');
    },
    STEP_MS,
  );

  test(
    'the new object is found by browsing year, month, day and hour, and its Parquet is opened',
    async () => {
      await open('Lake');
      const folders = page.getByRole('region', { name: 'Folders and objects' });
      await folders.getByRole('button', { name: 'tbl-kinesis-rd/' }).click();
      for (const pattern of [/^20\d\d\/$/, /^\d\d\/$/, /^\d\d\/$/, /^\d\d\/$/])
        await folders.getByRole('button', { name: pattern }).first().click();
      await folders
        .getByRole('button', { name: /^kinesis-rd_delivery_stream-1-.*\.parquet$/ })
        .first()
        .click();
      const object = page.getByRole('region', { name: 'Object' });
      await object.getByText('SNAPPY').waitFor();
      expect(await object.getByRole('table', { name: 'Schema' }).getByRole('row').count()).toBe(8);
      expect(await object.getByRole('table', { name: 'First rows' }).getByRole('row').count()).toBeGreaterThan(1);
      await picture('lake');
    },
    STEP_MS,
  );

  test(
    "the article's query shows ten rows; a count finds all that was sent",
    async () => {
      await open('SQL');
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByText('10 rows').waitFor();
      expect(await page.getByRole('table', { name: 'Result of the query' }).locator('tbody tr').count()).toBe(10);
      await runSql('SELECT status, count(*) AS events FROM "tbl-kinesis-rd" GROUP BY status ORDER BY status');
      await page.getByText('3 rows').waitFor();
      const counts = await page
        .getByRole('table', { name: 'Result of the query' })
        .locator('tbody td:nth-child(2)')
        .allTextContents();
      expect(counts.map(Number).reduce((sum, value) => sum + value, 0)).toBe(1000);
      await page.getByLabel('Chart').selectOption('bar');
      await page.getByRole('img', { name: /events as a bar chart/ }).waitFor();
      await picture('sql');
    },
    STEP_MS,
  );

  test(
    'a result of 100,000 rows scrolls to its end with few rows in the document, and is downloaded whole',
    async () => {
      await runSql(
        'SELECT a.n * 1000 + b.n AS number FROM UNNEST(sequence(0, 99)) AS a(n) CROSS JOIN UNNEST(sequence(0, 999)) AS b(n) ORDER BY 1',
      );
      await page.getByText('100,000 rows').waitFor();
      const grid = page.getByRole('region', { name: 'Result' });
      await grid.evaluate((box) => {
        box.scrollTop = box.scrollHeight;
      });
      await grid.getByRole('cell', { name: '99999', exact: true }).waitFor();
      expect(await grid.getByRole('row').count()).toBeLessThan(100);
      // The header stays in sight.
      expect(await grid.getByRole('columnheader', { name: 'number' }).isVisible()).toBe(true);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download CSV' }).click(),
      ]);
      const lines = readFileSync(await download.path(), 'utf8')
        .trimEnd()
        .split('\r\n');
      expect([lines.length, lines[0], lines[100_000]]).toEqual([100_001, '"number"', '"99999"']);
    },
    STEP_MS,
  );

  test(
    'a result is downloaded as JSON and as Parquet with the same values, and its plan is shown',
    async () => {
      await runSql(
        'SELECT 9007199254740993 AS exact, 0.5e0 AS half, true AS yes, cast(NULL AS varchar) AS nothing, \'a "b"\' AS words',
      );
      await page.getByText('1 row', { exact: true }).waitFor();
      const saved = async (name: string | RegExp, role: 'button' | 'link') => {
        const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole(role, { name }).click()]);
        return readFileSync(await file.path());
      };
      expect((await saved(/^JSON/, 'button')).toString()).toBe(
        '{"exact":9007199254740993,"half":0.5,"yes":true,"nothing":null,"words":"a \\"b\\""}\n',
      );
      const parquet = await saved(/^Parquet/, 'link');
      const rows = await parquetReadObjects({ file: new Uint8Array(parquet).buffer });
      expect(rows).toEqual([{ exact: 9007199254740993n, half: 0.5, yes: true, nothing: null, words: 'a "b"' }]);
      await page.getByRole('button', { name: 'Plan' }).click();
      await page.getByRole('columnheader', { name: 'Query Plan' }).waitFor();
    },
    STEP_MS,
  );

  test(
    "the Iceberg table's snapshots are a time line; one shows its rows and what it changed, OPTIMIZE is offered as SQL",
    async () => {
      await runSql('DELETE FROM "tbl-kinesis-rd-iceberg" WHERE status = \'Active\'');
      await page.getByRole('region', { name: 'Query', exact: true }).getByText('SUCCEEDED').waitFor();
      await open('Iceberg');
      const line = page.getByRole('list', { name: 'Time line' }).getByRole('listitem');
      await line.filter({ hasText: /delete .*rows? went/ }).waitFor();
      const snapshot = page.getByRole('region', { name: 'Snapshot', exact: true });
      await snapshot.getByRole('cell', { name: 'added position deletes' }).waitFor();
      await snapshot.getByRole('button', { name: 'Rows that went' }).click();
      await snapshot.getByText('100 rows').waitFor();
      // The first delivery is the last entry, and has rows that the newest snapshot lacks.
      await line.last().getByRole('button', { name: 'append' }).click();
      await snapshot.getByRole('button', { name: 'Its rows' }).click();
      await snapshot.getByRole('cell', { name: 'Active', exact: true }).first().waitFor();
      const files = page.getByRole('table', { name: 'Files by kind' });
      await files.getByRole('cell', { name: 'position deletes' }).waitFor();
      await picture('iceberg');
      await page.getByRole('button', { name: 'OPTIMIZE' }).click();
      await page.getByRole('textbox', { name: 'SQL' }).getByText('REWRITE DATA USING BIN_PACK').waitFor();
    },
    STEP_MS,
  );

  test(
    "the stream's records are seen in their shard: the newest, the oldest, and those of one partition key",
    async () => {
      const put = (key: string, text: string) =>
        deployment
          .client(KinesisClient)
          .send(new PutRecordCommand({ StreamName: 'kinesis-rd-stream', PartitionKey: key, Data: Buffer.from(text) }));
      const record = { uuid: 'seen-in-the-browser', status: 'Active' };
      await put('a-key-to-look-for', JSON.stringify(record));
      await open('Records');
      const table = page.getByRole('table', { name: 'Records, newest first' });
      await table.getByText('seen-in-the-browser').waitFor();
      await page.getByText('at the tip, following').waitFor();
      await page.getByLabel('Partition key').fill('a-key-to-look-for');
      await page.getByRole('button', { name: 'Look' }).click();
      await page.getByText('The newest 1 record;').waitFor();
      // A record put now appears without a reload.
      await put('a-key-to-look-for', JSON.stringify({ ...record, uuid: 'seen-as-it-came' }));
      await table.getByText('seen-as-it-came').waitFor();
      expect(await table.locator('tbody tr').count()).toBe(2);
      // The address is a link to the same view.
      const link = page.url();
      expect(link).toContain('key=a-key-to-look-for');
      await page.getByLabel('From').selectOption('oldest');
      await page.getByLabel('Partition key').fill('');
      await page.getByRole('button', { name: 'Look' }).click();
      await page.waitForFunction(
        () => document.querySelectorAll('[aria-label="Records, newest first"] tbody tr').length > 100,
      );
      await page.goto(link);
      await page.reload();
      await page.getByText('The newest 2 records;').waitFor();
      await open('SQL');
    },
    STEP_MS,
  );

  test(
    'consumers are seen beside the way; what one gives up is read, and handed to it again',
    async () => {
      await node('kinesis-rd-insights').getByText('ENABLED').waitFor();
      await node('kinesis-rd-insights')
        .getByText(/^invocations: \d/)
        .waitFor();
      const publishTo = (ALARM_TOPIC_ARN: string) =>
        deployment.client(LambdaClient).send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: 'kinesis-rd-alerts',
            Environment: { Variables: { ALARM_TOPIC_ARN } },
          }),
        );
      const record = { uuid: 'given-up-in-the-browser', status: 'Canceled' };
      await publishTo('arn:aws:sns:us-east-1:000000000000:not-its-own');
      await deployment.client(KinesisClient).send(
        new PutRecordCommand({
          StreamName: 'kinesis-rd-stream',
          PartitionKey: 'given-up',
          Data: Buffer.from(JSON.stringify(record)),
        }),
      );
      await node('kinesis-rd-alerts').getByRole('link', { name: '1 dead letter' }).click();
      const consumer = page.getByRole('region', { name: 'kinesis-rd-alerts' });
      await consumer.getByRole('button', { name: 'Read dead letters' }).click();
      await consumer.getByText('RetryAttemptsExhausted').waitFor();
      await consumer.getByRole('button', { name: 'Show records' }).click();
      await consumer.getByText('given-up-in-the-browser').waitFor();
      // The function still fails: the letter stays.
      await consumer.getByRole('button', { name: 'Run again' }).click();
      await consumer.getByText(/^Failed: /).waitFor();
      const topicArn = deployment.outputs().alarm_topic_arn as string;
      const inbox = await openInbox(watch.clients, topicArn);
      await publishTo(topicArn);
      await consumer.getByRole('button', { name: 'Run again' }).click();
      await consumer.getByText('1 record processed; the letter is gone.').waitFor();
      await showAlerts(watch, inbox, new Set([record.uuid]));
      await consumer.getByRole('button', { name: 'Read dead letters' }).click();
      await consumer.getByText('The queue is empty.').waitFor();
      await consumer
        .getByRole('table', { name: 'Last invocations of kinesis-rd-alerts' })
        .getByText(/not authorized/)
        .first()
        .waitFor();
      await open('SQL');
    },
    STEP_MS,
  );

  test(
    'a long query is cancelled; the history shows it, and takes a query back into the editor',
    async () => {
      // Condition over all three at once: by an equality of two sides the engine joins, and ends within seconds.
      await runSql(
        'SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 9000)) AS b(n) CROSS JOIN UNNEST(sequence(1, 9000)) AS c(n) WHERE (a.n * b.n + c.n) % 7 = 3',
      );
      const region = page.getByRole('region', { name: 'Query', exact: true });
      await region.getByText('RUNNING').waitFor();
      await region.getByRole('button', { name: 'Cancel' }).click();
      await region.getByText('CANCELLED').waitFor();
      const queries = page.getByRole('complementary', { name: 'Queries' });
      await queries.getByText('cancelled').waitFor();
      await queries.getByRole('button', { name: 'newest-ten' }).click();
      await page.getByRole('textbox', { name: 'SQL' }).getByText('ORDER BY').waitFor();
    },
    STEP_MS,
  );

  test(
    "a query that can't run shows Athena's own words, and costs nothing",
    async () => {
      await open('SQL');
      await runSql('SELECT nothing FROM "tbl-kinesis-rd"');
      await page.getByText(/^FAILED in .* scanned: free on AWS$/).waitFor();
      await page
        .getByRole('alert')
        .filter({ hasText: /COLUMN_NOT_FOUND|cannot be resolved/ })
        .waitFor();
    },
    STEP_MS,
  );

  test(
    'a poison record appears under the errors, with its reason',
    async () => {
      const poison = '{"uuid": "this is no JSON';
      await deployment
        .client(KinesisClient)
        .send(
          new PutRecordCommand({ StreamName: 'kinesis-rd-stream', PartitionKey: 'poison', Data: Buffer.from(poison) }),
        );
      await open('Lake');
      const folders = page.getByRole('region', { name: 'Folders and objects' });
      await folders.getByRole('button', { name: 'error/' }).click();
      const table = folders.getByRole('table');
      await table.getByRole('button', { name: 'format-conversion-failed/' }).click();
      for (const pattern of [/^20\d\d\/$/, /^\d\d\/$/, /^\d\d\/$/, /^\d\d\/$/])
        await table.getByRole('button', { name: pattern }).first().click();
      await table.getByRole('button', { name: /^kinesis-rd_delivery_stream-1-/ }).click();
      await page.getByRole('region', { name: 'Object' }).getByText('DataFormatConversion').waitFor();
      await page.getByText(poison).waitFor();
      // The alarm's own words say what to do.
      await node('Delivery').getByText('ALARM').waitFor();
      await node('Delivery').getByText('under the error prefix, each with its reason').waitFor();
      // Failed records are counted while their objects exist, even after log and metrics have expired: one for each of
      // the two delivery streams, to the Parquet table and to the Iceberg table.
      await node('Delivery').getByRole('link', { name: '2 failed records under error/' }).waitFor();
      await open('Logs');
      await page.getByRole('link', { name: '2 failed records' }).last().waitFor();
    },
    STEP_MS,
  );

  test(
    'the catalog tells the columns and the projection in words',
    async () => {
      await open('Catalog');
      await page.getByText('year: a date written yyyy').waitFor();
      expect(await page.getByRole('table', { name: 'Columns' }).getByRole('row').count()).toBe(12);
    },
    STEP_MS,
  );

  test(
    'the page outlives the endpoint and recovers by itself',
    async () => {
      await deployment.stop();
      await node('Stream').getByText('The service is not reachable').waitFor();
      await deployment.start();
      await node('Stream').getByText('ACTIVE').waitFor();
      await node('Bucket').getByText('HOLDS DATA').waitFor();
    },
    STEP_MS,
  );

  test(
    'no view has a serious accessibility finding, in light and in dark, wide and at phone width',
    async () => {
      const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
      const findings: string[] = [];
      for (const [colorScheme, width] of [
        ['light', 1400],
        ['dark', 1280],
        ['light', 375],
        ['dark', 375],
        ['light', 768],
        // 1,280 pixels at a page zoom of 200%.
        ['dark', 640],
      ] as const) {
        const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        page = await context.newPage();
        page.setDefaultTimeout(SEEN_MS);
        await page.goto(url);
        await node('Stream').getByText('ACTIVE').waitFor();
        await page.evaluate(axe);
        for (const tab of ['Graphs', 'Records', 'Lake', 'Catalog', 'SQL', 'Logs', 'Consumers', 'Tables', 'Send']) {
          await open(tab);
          await page.getByRole('region', { name: tab, exact: true }).waitFor();
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
          // axe checks the widest and the narrowest page: sizes between them have the same elements.
          if (width === 768 || width === 640) continue;
          const { violations } = await page.evaluate(() =>
            (globalThis as unknown as { axe: Axe }).axe.run({ resultTypes: ['violations'] }),
          );
          for (const { id, impact, nodes } of violations) {
            if (impact === 'serious' || impact === 'critical')
              findings.push(`${colorScheme} ${width} ${tab}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
          }
        }
        await context.close();
      }
      expect(findings).toEqual([]);
    },
    // Six sizes of nine views.
    2 * STEP_MS,
  );

  test('nothing was asked of another host', () => expect(foreign).toEqual([]));

  test('a foreign Host or Origin, and a form, are refused', async () => {
    const { port } = new URL(url);
    const answer = (headers: Record<string, string>, method = 'GET', path = '/api/setup') =>
      new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject).end(method === 'POST' ? '{"sql":"SELECT 1"}' : undefined);
      });
    expect(await answer({ host: 'evil.example' })).toBe(403);
    expect(await answer({ origin: 'https://evil.example' })).toBe(403);
    expect(await answer({ origin: url })).toBe(200);
    expect(await answer({ 'content-type': 'text/plain' }, 'POST', '/api/queries')).toBe(415);
  });

  async function runSql(sql: string): Promise<void> {
    // Keys, as a person's: `fill` sets the page's selection, which the editor drops if the columns for completion arrive
    // in that moment, and the old text stays behind the new.
    await page.getByRole('textbox', { name: 'SQL' }).click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(sql);
    await page.getByRole('button', { name: 'Run' }).click();
  }

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${pictures}/console-${name}.png` });
  }
});

interface Axe {
  run(options: { resultTypes: string[] }): Promise<{ violations: Violation[] }>;
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}
