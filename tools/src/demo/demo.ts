import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applySavedPlan } from '../cycle/apply';
import { destroyStack } from '../cycle/destroy';
import { makePlan } from '../cycle/plan';
import type { CycleOptions } from '../cycle/project';
import { type QueryRows, runQuery } from '../query/athena';
import { formatRows } from '../query/format';
import { toSummary } from '../review/formats/terminal';
import { counted } from '../shared/counted';
import { ToolError } from '../shared/errors';
import { asObject, type JsonObject } from '../shared/json';
import { terraform, terraformVersion } from '../terraform/terraform';
import { type DemoClients, demoClients, leftovers, objectKeys } from './clients';
import { type AlertInbox, openInbox, showAlerts, showCounts } from './consumers';
import { changeCustomers, DEMO_CHANGES } from './customers';
import { type Server, startConsole, startEndpoint } from './endpoint';
import { DEMO_KEY_WORDS, demoEnvironment } from './environment';
import { compare, showIceberg } from './iceberg';
import { showCounters, showSearch } from './movements';
import { showOutsideIn } from './outside-in';

export interface DemoOptions {
  readonly projectDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Records to send. @default 10 */
  readonly amount?: number;
  /** Leave the endpoint running with everything in it, and the console on it. @default false */
  readonly keep?: boolean;
  /** Timeout from put to rows. @default 120,000 ms */
  readonly deliveryTimeoutMs?: number;
  readonly signal: AbortSignal;
  /** Called with text to print. */
  readonly say: (text: string) => void;
}

/** State that the steps share. */
interface Demo {
  readonly options: DemoOptions;
  readonly folder: string;
  readonly cycle: CycleOptions;
  readonly clients: DemoClients;
  readonly endpoint: Server;
}

/**
 * Runs the whole path on this machine: plan, apply, produce, deliver, query, compare, destroy. Throws at the first step
 * that fails. In any case the endpoint is stopped and its folder, with everything deployed in it, removed.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { say } = options;
  await terraformVersion(options.env);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lakehouse-demo-'));
  let endpoint: Server | undefined;
  let kept = false;
  try {
    const env = demoEnvironment(options.env, folder);
    step(say, 1, 'Start the endpoint');
    endpoint = await startEndpoint(options.projectDir, folder, env);
    options.signal.throwIfAborted();
    say(`${endpoint.url}, process ${endpoint.pid}, data in ${path.join(folder, 'data')}`);
    const demo = demoFor(options, folder, endpoint, { ...env, AWS_ENDPOINT_URL: endpoint.url });
    const outputs = await deploy(demo);
    await streamAndQuery(demo, outputs);
    if (options.keep === true) {
      const console = await startConsole(options.projectDir, folder, demo.cycle.env);
      endpoint.release();
      console.release();
      kept = true;
      say(howToGoOn(demo, outputs, console));
      return;
    }
    await tearDown(demo);
  } finally {
    if (!kept) {
      await endpoint?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

function demoFor(options: DemoOptions, folder: string, endpoint: Server, env: NodeJS.ProcessEnv): Demo {
  const cycle: CycleOptions = {
    projectDir: options.projectDir,
    env,
    outDir: path.join(folder, 'cdktf.out'),
    planFile: path.join(folder, 'stack.tfplan'),
    stateFile: path.join(folder, 'terraform.tfstate'),
    outputsFile: path.join(folder, 'outputs.json'),
    signal: options.signal,
    log: (line) => options.say(`  ${line}`),
    onResource: (line) => options.say(`  ${line}`),
  };
  return { options, folder, cycle, endpoint, clients: demoClients(endpoint.url) };
}

async function deploy(demo: Demo): Promise<JsonObject> {
  const { say } = demo.options;
  step(say, 2, 'Plan, and save the plan');
  const { review } = await makePlan(demo.cycle);
  say(toSummary(review).trimEnd());
  step(say, 3, 'Apply the saved plan');
  const { record, outputs } = await applySavedPlan({ ...demo.cycle, approval: { yes: true } });
  const values = asObject(outputs[record.stack]);
  say(`Applied. ${Object.keys(values).length} outputs, such as kinesis_stream_arn = ${values.kinesis_stream_arn}`);
  return values;
}

async function streamAndQuery(demo: Demo, outputs: JsonObject): Promise<void> {
  const { say, amount = 10 } = demo.options;
  const name = (output: string) => required(outputs, output);
  step(say, 4, `Produce ${amount} records`);
  const functions = String(outputs.consumer_function_names ?? '').split(',');
  const alerts = functions.some((each) => each.endsWith('-alerts'));
  const inbox = alerts ? await openInbox(demo.clients, name('alarm_topic_arn')) : undefined;
  const sent = await produce(demo, amount, name('kinesis_stream_name'));
  step(say, 5, 'Wait for delivery');
  const sql = `SELECT * FROM ${inSql(outputs, 'glue_table_name')} limit ${amount};`;
  const rows = () => query(demo, outputs, sql);
  const result = await delivered(demo, name('lake_bucket_name'), `${name('glue_table_name')}/`, amount, rows);
  step(say, 6, sql);
  say(formatRows(result, 'table').trimEnd());
  compare(sent, result);
  say(`The ${amount} rows are the ${amount} records produced.`);
  if (outputs.iceberg_table_name !== undefined) {
    await showIceberg(watchOf(demo), inSql(outputs, 'iceberg_table_name'), sent, (text) => query(demo, outputs, text));
  }
  if (inbox !== undefined) await showAlertsOf(demo, outputs, inbox);
  if (functions.some((each) => each.endsWith('-insights'))) await showInsights(demo, outputs);
  const { customers_table_name: customers } = outputs;
  if (typeof customers === 'string') await moveCustomers(demo, outputs, customers);
}

/** Compares the alerts of the consumer `alerts` with the records that SQL finds. */
async function showAlertsOf(demo: Demo, outputs: JsonObject, inbox: AlertInbox): Promise<void> {
  const wanted = DEMO_KEY_WORDS.map((word) => `'${word}'`).join(', ');
  const table = inSql(outputs, 'glue_table_name');
  const found = await query(demo, outputs, `SELECT uuid FROM ${table} WHERE status IN (${wanted})`);
  await showAlerts(watchOf(demo), inbox, new Set(found.rows.map(([uuid]) => uuid ?? '')));
  if (demo.options.keep !== true) await inbox.remove();
}

/** Compares the counts of the consumer `insights` with SQL's. */
async function showInsights(demo: Demo, outputs: JsonObject): Promise<void> {
  const table = inSql(outputs, 'glue_table_name');
  const counts = await query(
    demo,
    outputs,
    `SELECT status, count(*) AS records FROM ${table} GROUP BY status ORDER BY status`,
  );
  await showCounts(watchOf(demo), required(outputs, 'metrics_namespace'), 'status', counts);
  const { counters_table_name: counters } = outputs;
  if (typeof counters === 'string') await showCounters(watchOf(demo), counters, 'status', counts);
}

/** Makes a thousand changes of customers in DynamoDB, and follows them to the lake and to the search table. */
async function moveCustomers(demo: Demo, outputs: JsonObject, customersTable: string): Promise<void> {
  const { added, changed, removed } = DEMO_CHANGES;
  await changeCustomers(demo.clients.dynamodb, customersTable, DEMO_CHANGES);
  demo.options.say(
    `\n${added + changed + removed} changes of ${customersTable}: ${added} customers added, ${changed} changed, ${removed} removed.`,
  );
  if (outputs.changes_table_name !== undefined) {
    const [changesTable, customersView] = [inSql(outputs, 'changes_table_name'), inSql(outputs, 'customers_view_name')];
    const names = { customersTable, changesTable, customersView };
    await showOutsideIn(watchOf(demo), names, DEMO_CHANGES, (sql) => query(demo, outputs, sql));
  }
  const { search_table_name: searchTable } = outputs;
  if (typeof searchTable === 'string') await showSearch(watchOf(demo), customersTable, searchTable);
}

/** Runs SQL in the stack's workgroup. */
function query(demo: Demo, outputs: JsonObject, sql: string): Promise<QueryRows> {
  const workgroup = required(outputs, 'athena_workgroup_name');
  return runQuery({ client: demo.clients.athena, sql, workgroup, signal: demo.options.signal });
}

/** A table or view of the stack's database, quoted for SQL. @param output name of the output that holds its name */
function inSql(outputs: JsonObject, output: string): string {
  return `"${required(outputs, 'glue_database_name')}"."${required(outputs, output)}"`;
}

function watchOf({ clients, options: { say, signal, deliveryTimeoutMs = 120_000 } }: Demo) {
  return { clients, signal, say, timeoutMs: deliveryTimeoutMs };
}

/** Runs the producer's own command and returns the uuids that it printed. */
async function produce({ options, cycle }: Demo, amount: number, stream: string): Promise<Set<string>> {
  const cli = path.join(options.projectDir, 'producer', 'dist', 'cli.js');
  const child = spawn(process.execPath, [cli, '--amount', String(amount)], {
    env: { ...cycle.env, KINESIS_STREAM_NAME: stream },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: options.signal,
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => options.say(chunk.toString('utf8').trimEnd()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  options.say(printed.trimEnd());
  if (code !== 0) throw new ToolError(`the producer exited with ${code}`);
  const lines = printed.trim().split('\n');
  return new Set(lines.map((line) => String((JSON.parse(line) as { uuid?: unknown }).uuid)));
}

// Delivery may take several objects: the number of rows decides when it is done.
async function delivered(
  demo: Demo,
  bucket: string,
  prefix: string,
  amount: number,
  query: () => Promise<QueryRows>,
): Promise<QueryRows> {
  const { say, signal, deliveryTimeoutMs = 120_000 } = demo.options;
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  let [shown, arrived] = [0, 0];
  let nextNews = 5;
  while (Date.now() - started < deliveryTimeoutMs) {
    signal.throwIfAborted();
    const keys = await objectKeys(demo.clients.s3, bucket, prefix);
    for (const key of keys.slice(shown)) say(`after ${seconds()} s: s3://${bucket}/${key}`);
    if (keys.length > shown) {
      shown = keys.length;
      const result = await query();
      arrived = result.rows.length;
      if (arrived >= amount) return result;
      say(`after ${seconds()} s: ${arrived} of ${amount} records are rows in Athena`);
    } else if (seconds() >= nextNews) {
      say(`after ${seconds()} s: the delivery stream is buffering`);
      nextNews += 5;
    }
    await sleep(250);
  }
  throw new ToolError(
    `only ${arrived} of ${amount} records are rows in Athena after ${seconds()} s; ${counted(shown, 'object')} under s3://${bucket}/${prefix}`,
  );
}

async function tearDown(demo: Demo): Promise<void> {
  const { say } = demo.options;
  step(say, 7, 'Destroy');
  await destroyStack({ ...demo.cycle, planFile: path.join(demo.folder, 'destroy.tfplan'), approval: { yes: true } });
  const state = await terraform(['state', 'list'], {
    workdir: path.join(demo.folder, 'cdktf.out', 'stacks', 'lakehouse-local'),
    env: demo.cycle.env,
  });
  const left = [
    ...state.stdout
      .trim()
      .split('\n')
      .filter((line) => line !== ''),
    ...(await leftovers(demo.clients)),
  ];
  if (left.length > 0) throw new ToolError(`not everything is destroyed: ${left.join(', ')}`);
  say('Nothing is left: no resource in the state, no bucket, stream or workgroup on the endpoint.');
}

function howToGoOn({ endpoint, folder, cycle }: Demo, outputs: JsonObject, console: Server): string {
  const file = (name: string) => path.join(folder, name);
  const flags = `--synth-out ${file('cdktf.out')} --state ${file('terraform.tfstate')}`;
  // The demo's settings: without them a later plan would remove the parts that they add.
  const settings = ['LAKEHOUSE_TABLE_FORMAT', 'LAKEHOUSE_ALARM_TOPIC', 'LAKEHOUSE_CONSUMERS', 'LAKEHOUSE_MOVEMENTS']
    .filter((name) => cycle.env[name] !== undefined)
    .map((name) => `\n  export ${name}='${cycle.env[name]}'`)
    .join('');
  return `
The endpoint keeps running, and the console shows it at ${console.url}
To go on by hand:
  export LAKEHOUSE_ENV=local AWS_ENDPOINT_URL=${endpoint.url} AWS_REGION=${cycle.env.AWS_REGION}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test${settings}
  node producer/dist/cli.js --amount 10 --stream ${outputs.kinesis_stream_name}
  npm run query -- --outputs-file ${file('outputs.json')} 'SELECT count(*) FROM "${outputs.glue_table_name}"'
  npm run destroy -- ${flags} --outputs-file ${file('outputs.json')} --yes
To end it:
  kill ${console.pid} ${endpoint.pid} && rm -r ${folder}`;
}

function required(outputs: JsonObject, name: string): string {
  const value = outputs[name];
  if (typeof value !== 'string') throw new ToolError(`the stack has no output ${name}`);
  return value;
}

function step(say: (text: string) => void, number: number, title: string): void {
  say(`\n${number}. ${title}`);
}
