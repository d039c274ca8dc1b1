/// <reference lib="dom" />
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFixture } from 'lakehouse-local/testing';
import { describeInBrowser, launchBrowser } from 'lakehouse-local/testing/browser';
import { stopServer } from 'lakehouse-local/testing/process';
import type { Browser, Page } from 'playwright-core';
import { startConsole } from './console';

/** Number of tabs in which a person types; `CONSOLE_TABS=50` for a long run. */
const TABS = Number(process.env.CONSOLE_TABS ?? 2);
/** CPU throttling of a slow laptop, on which keys arrive faster than the page redraws. */
const CPU_THROTTLE = 4;
const KEY_MS = 40;
const TYPED = 'select status, count(*) as events from "tbl" where year = 2026 group by status';
const ANSWERS_MS = 10_000;

const OUTPUTS = {
  kinesis_stream_name: 'a-stream',
  delivery_stream_name: 'a-delivery-stream',
  lake_bucket_name: 'a-bucket',
  table_prefix: 'events/',
  glue_database_name: 'a-database',
  glue_table_name: 'events',
  athena_workgroup_name: 'primary',
  region: 'us-east-1',
};

describeInBrowser("the console's SQL editor", () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-editor-'));
  const local = localFixture();
  let server: ChildProcess;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    ({ child: server, url } = await startConsole(folder, local.url, OUTPUTS));
    browser = await launchBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    if (server !== undefined) await stopServer(server);
    rmSync(folder, { recursive: true, force: true });
  });

  const editorOf = (page: Page) => page.getByRole('textbox', { name: 'SQL' });

  test(
    'keys that come faster than the page redraws are all there, in order, and the tab goes on answering',
    async () => {
      for (let tab = 0; tab < TABS; tab += 1) {
        const page = await browser.newPage();
        page.setDefaultTimeout(ANSWERS_MS);
        await page.goto(`${url}/#SQL`);
        await editorOf(page).click();
        const devtools = await page.context().newCDPSession(page);
        await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_THROTTLE });
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.press('Delete');
        // Escape closes the completion, whose Enter and Tab this test doesn't use.
        await page.keyboard.type(TYPED, { delay: KEY_MS });
        await page.keyboard.press('Escape');
        expect(normalized(await textOf(page))).toBe(normalized(TYPED));
        // Select all, delete, paste, quickly one after the other.
        for (let round = 0; round < 3; round += 1) {
          await page.keyboard.press('ControlOrMeta+a');
          await page.keyboard.press('Delete');
          await page.keyboard.insertText(`select ${round}`);
        }
        expect(await textOf(page)).toBe('select 2');
        await page.close();
      }
    },
    60_000 + TABS * 30_000,
  );

  test('text and result survive a change of view; a link to a query shows it', async () => {
    const page = await browser.newPage();
    await page.goto(`${url}/#SQL?sql=${encodeURIComponent('select 40 + 2 as answer')}`);
    await page.getByRole('textbox', { name: 'SQL' }).getByText('40 + 2').waitFor();
    // The primary workgroup has no result location: Athena refuses in its own words, which must not become a 502.
    const refused = page.waitForResponse(
      (response) => response.url().endsWith('/api/queries') && response.request().method() === 'POST',
    );
    await page.getByRole('button', { name: 'Run' }).click();
    expect((await refused).status()).toBe(400);
    const views = page.getByRole('navigation', { name: 'Views' });
    await views.getByRole('link', { name: 'Catalog' }).click();
    await views.getByRole('link', { name: 'SQL' }).click();
    await page.getByRole('textbox', { name: 'SQL' }).getByText('40 + 2').waitFor();
    await page.getByRole('region', { name: 'Query', exact: true }).getByRole('alert').waitFor();
    await page.close();
  }, 60_000);

  test("a graph's only point stands in the middle of its axis", async () => {
    const page = await browser.newPage();
    const times = [Math.floor(Date.now() / 1000)];
    const json = [{ id: 'freshness', label: 'Delivery: data freshness', unit: 's', times, values: [6] }];
    await page.route('**/graphs?*', (route) => route.fulfill({ json }));
    await page.goto(`${url}/#Graphs`);
    await page.getByRole('img', { name: /^Delivery: data freshness/ }).waitFor();
    const place = await page.evaluate(() => {
      const canvas = document.querySelector('.plot canvas') as HTMLCanvasElement;
      const { data, width } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        ...([0, 0, canvas.width, canvas.height] as const),
      );
      // Labels and grid are grey; only the point is coloured, and the labels' antialiased edges, left of the graph and
      // below it.
      const isInGraph = (pixel: number) => pixel % width > 90 && pixel / width < 0.75 * canvas.height;
      const isColoured = (pixel: number) =>
        isInGraph(pixel) &&
        Math.max(...data.slice(pixel * 4, pixel * 4 + 3)) - Math.min(...data.slice(pixel * 4, pixel * 4 + 3)) > 60;
      const coloured = [...Array(data.length / 4).keys()].filter(isColoured);
      return coloured.reduce((sum, pixel) => sum + (pixel % width) / width, 0) / coloured.length;
    });
    expect(place).toBeGreaterThan(0.4);
    expect(place).toBeLessThan(0.7);
    await page.close();
  }, 60_000);

  test('an own query is kept in the browser, and found in the command palette by a word of its name', async () => {
    const page = await browser.newPage();
    await page.goto(`${url}/#SQL?sql=${encodeURIComponent('select 7 as seven')}`);
    await editorOf(page).getByText('seven').waitFor();
    await page.getByLabel('Name of the query to keep').fill('lucky number');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.reload();
    await page.getByRole('button', { name: 'lucky number', exact: true }).waitFor();
    await page.goto(`${url}/#Catalog`);
    await page.keyboard.press('ControlOrMeta+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    await palette.getByRole('combobox').fill('lucky');
    await palette.getByRole('option', { name: 'Run lucky number' }).waitFor();
    await page.keyboard.press('Enter');
    await editorOf(page).getByText('seven').waitFor();
    expect(new URL(page.url()).hash).toContain('#SQL?sql=select');
    await page.getByRole('button', { name: 'Remove lucky number' }).click();
    await page.getByText('None yet').waitFor();
    await page.close();
  }, 60_000);

  test('the theme changes at once, also where colors are drawn, and is kept', async () => {
    const page = await browser.newPage({ colorScheme: 'light' });
    await page.goto(`${url}/#SQL`);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await editorOf(page).waitFor();
    const light = await ground();
    await page.getByRole('button', { name: 'Theme: auto' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await editorOf(page).waitFor();
    expect(await ground()).toBe(dark);
    // Following the system again, live.
    await page.getByRole('button', { name: 'Theme: dark' }).click();
    expect(await ground()).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).toBe(dark);
    await page.close();
  }, 60_000);
});

describeInBrowser('the console before an endpoint that hangs', () => {
  test('each step says that its service does not answer, while the page goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'console-hanging-'));
    const sockets = new Set<Socket>();
    const hanging: Server = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
    const { port } = hanging.address() as { port: number };
    const { child, url } = await startConsole(folder, `http://127.0.0.1:${port}`, OUTPUTS);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(url);
      await page.getByText('The service takes the connection and does not answer').first().waitFor();
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Catalog' }).click();
      await page.getByText('Still waiting for an answer').first().waitFor();
    } finally {
      await browser.close();
      await stopServer(child, 'SIGKILL');
      for (const socket of sockets) socket.destroy();
      hanging.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 90_000);
});

const textOf = (page: Page): Promise<string> =>
  page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));

/** SQL without brackets and quotes, which the editor closes itself: tests compare only the other typed keys. */
const normalized = (sql: string): string => sql.replace(/[()"]/g, '');
