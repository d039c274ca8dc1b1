// Follows docs/schema.md as a new user would, from the sample to rows, with the real Terraform: `npm run test:page`.
// Runs the page's command blocks verbatim, in a folder that links to this checkout, on an endpoint on a free port.
// Exit code: 0 when the query prints what the page shows and nothing is under error/, 1 otherwise.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { endpointEnvironment, linkedCheckout, project, startScratch } from './scratch.mjs';

const SECTION = '## Your own records, from a sample to rows';
const page = fs.readFileSync(path.join(project, 'docs/schema.md'), 'utf8');
const section = page.slice(page.indexOf(SECTION));
const blocks = (language) =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text);
const { folder, url, run } = await startScratch('follow-page');
await run(() => {
  const env = { ...process.env, ...endpointEnvironment(url) };
  const script = blocks('sh')
    .join('\n')
    .replaceAll('http://127.0.0.1:4566', url)
    // A plan with changes exits with 2.
    .replace(/^npm run plan$/m, 'npm run plan || [ $? = 2 ]');
  const replay = 'npm run -s replay -- --dry-run';
  const done = spawnSync('bash', ['-e', '-c', `${script}\n${replay}\nnpm run -s destroy -- --yes`], {
    cwd: linkedCheckout(path.join(folder, 'checkout')),
    env,
    encoding: 'utf8',
  });
  process.stdout.write(`${done.stdout}${done.stderr}`);
  if (done.status !== 0) throw new Error(`The page's commands ended with ${done.status}.`);
  const [shown] = blocks('text');
  if (!done.stdout.includes(shown)) throw new Error('The query does not print what the page shows.');
  if (!done.stdout.includes('0 records in 0 objects')) throw new Error('Records lie under error/.');
});
