import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where a Chromium is looked for; CHROMIUM names another. */
export const browserPath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Says so loudly where nothing can be tested that is seen in a browser. */
export const describeInBrowser = browserPath === undefined ? describe.skip : describe;
if (browserPath === undefined) {
  process.stderr.write(
    '\n*** What is seen in a browser is NOT tested: no Chromium. Install one, or name it in CHROMIUM. ***\n\n',
  );
}

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** A headless Chromium that asks nothing of the network by itself. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath ?? '', args: FLAGS });
