// Two lakehouses of one checkout at once on one endpoint, with the real Terraform: `npm run test:two`. Each is planned,
// applied and filled; both then plan "no changes"; the second is destroyed and the first stays intact. A checkout
// without either's state is refused. Runs in a folder that links to this checkout, apart from the developer's own
// deployment.
// Exit code: 0 when all of it held, 1 otherwise.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { endpointEnvironment, linkedCheckout, startScratch } from './scratch.mjs';

const { folder, url, run: inScratch } = await startScratch('two-lakehouses');
const checkout = (name) => linkedCheckout(path.join(folder, name));

/** Runs a command in a checkout and throws when it exits otherwise than it should. */
function run(home, app, expected, script, ...args) {
  const env = { ...process.env, ...endpointEnvironment(url) };
  delete env.LAKEHOUSE_APP_NAME;
  if (app !== undefined) env.LAKEHOUSE_APP_NAME = app;
  const done = spawnSync(process.execPath, [script, ...args], { cwd: home, env, encoding: 'utf8' });
  const what = `${app ?? 'the first'}: ${path.basename(script, '.js')} ${args.join(' ')}`;
  if (done.status !== expected) throw new Error(`${what} exited with ${done.status}:\n${done.stdout}${done.stderr}`);
  process.stdout.write(`${what}: ${expected}\n`);
  return done;
}

const tool = (name) => `tools/dist/commands/${name}.js`;

function expect(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
}

/** Waits until a lakehouse's table has so many rows. */
async function rows(home, app, count) {
  const { database, table } = app === undefined ? NAMES.first : NAMES.second;
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
    const sql = `SELECT count(*) AS n FROM "${database}"."${table}"`;
    const { stdout } = run(home, app, 0, tool('query'), sql, '--format', 'csv');
    if (stdout.includes(`"${count}"`)) return;
    if (Date.now() > deadline) throw new Error(`${app ?? 'the first'} has not ${count} rows: ${stdout}`);
  }
}

const SECOND = 'second';
const NAMES = {};

await inScratch(async () => {
  const home = checkout('one');
  for (const app of [undefined, SECOND]) {
    run(home, app, 2, tool('plan'));
    run(home, app, 0, tool('apply'), '--yes');
  }
  const outputs = JSON.parse(fs.readFileSync(path.join(home, 'outputs.json'), 'utf8'));
  const [first, second] = ['lakehouse-local', `lakehouse-local-${SECOND}`].map((stack) => outputs[stack]);
  if (first === undefined || second === undefined) throw new Error(`outputs.json has ${Object.keys(outputs)}`);
  const namesOf = (of) => ({ database: of.glue_database_name, table: of.glue_table_name });
  Object.assign(NAMES, { first: namesOf(first), second: namesOf(second) });
  for (const app of [undefined, SECOND]) run(home, app, 0, tool('plan'));
  run(home, undefined, 0, 'producer/dist/cli.js', '--amount', '3', '--quiet');
  run(home, SECOND, 0, 'producer/dist/cli.js', '--amount', '5', '--quiet');
  await rows(home, undefined, 3);
  await rows(home, SECOND, 5);

  const stranger = run(checkout('two'), undefined, 3, tool('plan')).stderr;
  if (!stranger.includes(`stream ${first.kinesis_stream_name}`))
    throw new Error(`The refusal names no stream: ${stranger}`);

  run(home, SECOND, 0, tool('destroy'), '--yes');
  run(home, undefined, 0, tool('plan'));
  await rows(home, undefined, 3);
  const states = fs.readdirSync(home).filter((name) => name.endsWith('.tfstate'));
  expect(states.includes('terraform.lakehouse-local.tfstate'), true, "the first's state");
  run(home, undefined, 0, tool('destroy'), '--yes');
  const after = run(home, undefined, 4, tool('query'), 'SELECT 1').stderr.trim().split('\n');
  expect(after.length, 1, 'lines that query prints after a destroy');
  process.stdout.write(`${after[0]}\nTwo lakehouses were up at once, and each was destroyed by itself.\n`);
});
