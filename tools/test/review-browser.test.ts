/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeInBrowser, launchBrowser } from 'lakehouse-local/testing/browser';
import { Acceptance, parsePlan, type Review, reviewPlan, toHtml } from 'lakehouse-tools';
import type { Browser, Page } from 'playwright-core';
import { planText, reviewOf } from './review-support';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Values that would load a file, run a script or restyle the page if they were taken for HTML. */
const HOSTILE = [
  '<img src="http://127.0.0.1:9/x.png" onerror="alert(1)">',
  '</style><style>@import url(http://127.0.0.1:9/x.css);</style>',
  '"></summary><script src="http://127.0.0.1:9/x.js"></script>',
  '<svg><image href="http://127.0.0.1:9/x.svg"/></svg><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
];

function hostileReview(): Review {
  const [address = '', name = '', value = '', message = ''] = HOSTILE;
  const change = { actions: ['update'], before: { name, v: 'a' }, after: { name, v: value, [value]: message } };
  return reviewPlan({
    resource_changes: [{ address, type: 'x_y', mode: 'managed', name, change }],
    output_changes: { [name]: { actions: ['create'], after: value } },
    checks: [{ status: 'fail', instances: [{ problems: [{ message }] }] }],
  });
}

const ACCEPTED = { rule: 'LH-KINESIS-ENCRYPTION', resource: '*', reason: 'holds public data' };

describeInBrowser('the review as HTML, in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'review-browser-'));
  let browser: Browser;
  /** The page's requests. */
  let requests: string[];
  /** The browser's error messages: a blocked script or style, a dialog. */
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(review: Review, colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Page> {
    const file = join(folder, 'review.html');
    writeFileSync(file, toHtml(review));
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    requests = [];
    complaints = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href, { waitUntil: 'networkidle' });
    return page;
  }

  test('asks for nothing but its own file', async () => {
    const page = await open(reviewOf('replace-stream'));
    expect(requests).toEqual([page.url()]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('whatever the plan says: nothing is asked for, nothing runs, and it stands there as text', async () => {
    const page = await open(hostileReview());
    expect(requests).toEqual([page.url()]);
    expect(complaints).toEqual([]);
    await page.locator('details').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    const shown = await page.locator('main').innerText();
    expect(HOSTILE.filter((text) => !shown.includes(text))).toEqual([]);
    await page.close();
  });

  test('shows the verdict, what becomes of data, every finding, and what changes once it is unfolded', async () => {
    const review = reviewOf('replace-stream');
    const page = await open(review);
    expect(await page.locator('#verdict').innerText()).toBe(review.headline);
    const section = (title: string) => page.locator('section', { has: page.getByRole('heading', { name: title }) });
    expect(await section('Data').getByRole('row').nth(1).innerText()).toMatch(
      /lost\s+aws_kinesis_stream\.events\s+replace because of name/,
    );
    const security = section('Security');
    expect(await security.locator('tbody tr').count()).toBe(review.findings.length);
    for (const { rule, address, fix } of review.findings) {
      const row = security.locator('tbody tr').filter({ hasText: rule }).filter({ hasText: address });
      expect(await row.last().innerText()).toContain(fix);
    }
    expect(await page.getByRole('img', { name: /how data flows/ }).isVisible()).toBe(true);
    // Changed attributes are open, since they are the point; a click folds them.
    const row = section('Changes').locator('tr', { hasText: 'forces replacement' });
    expect(await row.isVisible()).toBe(true);
    await section('Changes').locator('summary').click();
    expect(await row.isVisible()).toBe(false);
    await page.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('can be read in %s, %d wide', async (colorScheme, width) => {
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    const reviews = {
      accepted: reviewPlan(parsePlan(planText('create')), { acceptance: new Acceptance([ACCEPTED]) }),
      update: reviewOf('update'),
      'replace-stream': reviewOf('replace-stream'),
    };
    for (const [name, review] of Object.entries(reviews)) {
      const page = await open(review, colorScheme, width);
      const brightness = await page.evaluate(() => {
        const parts = (getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []).map(Number);
        return parts.slice(0, 3).reduce((sum, part) => sum + part, 0) / 3;
      });
      if (colorScheme === 'dark') expect(brightness).toBeLessThan(60);
      else expect(brightness).toBeGreaterThan(200);
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const { axe: checker } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
        return (await checker.run()).violations;
      });
      const told = violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      expect(told).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.close();
    }
  });
});
