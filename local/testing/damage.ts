import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { CreateTableCommand, GetTablesCommand } from '@aws-sdk/client-glue';
import { CreateRoleCommand, GetRolePolicyCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET, Lake } from './delivery';
import { Clients, configOf, eventually } from './index';
import { readAll, shardsOf } from './kinesis';
import { type EndpointProcess, startProcess } from './process';

export interface DamageOptions {
  readonly faults: number;
  readonly records: number;
  readonly objects: number;
  /** Bytes of each record. */
  readonly recordBytes: number;
  /** Returns whether to stop before the next fault, whatever `faults` says. @default never */
  readonly enough?: () => boolean;
  /** Receives each fault and its outcome. @default silence */
  readonly log?: (line: string) => void;
}

/** Number of faults by outcome. */
export interface DamageResult {
  readonly harmless: number;
  /** The endpoint started; only reads of the damaged data failed, and the log named the file. */
  readonly foundWhenRead: number;
  /** The start was refused with the file's name, and a repair reported the loss. */
  readonly repaired: number;
  /** Violations, one sentence each. */
  readonly wrong: readonly string[];
}

/** Acknowledged data: records by shard and sequence number, objects by key, metadata by name. */
interface Acknowledged {
  readonly records: Map<string, string>;
  readonly objects: Map<string, string>;
  readonly names: readonly string[];
}

const connect = (endpoint: string) => {
  const clients = new Clients(configOf(endpoint, { maxAttempts: 1 }));
  return { lake: new Lake(clients), alarms: clients.cloudwatch };
};
const hash = (data: Uint8Array | undefined) =>
  createHash('md5')
    .update(data ?? '')
    .digest('hex');

/** Damages copies of a data directory, by one byte or cut each, and checks the outcome. */
export async function damageDataDirs(options: DamageOptions): Promise<DamageResult> {
  const root = mkdtempSync(join(tmpdir(), 'lakehouse-damage-'));
  const result = { harmless: 0, foundWhenRead: 0, repaired: 0, wrong: [] as string[] };
  try {
    const bases = [];
    for (const end of ['stop', 'kill'] as const) bases.push(await build(join(root, end), options, end));
    for (let index = 0; index < options.faults && options.enough?.() !== true; index++) {
      const base = bases[index % bases.length] as (typeof bases)[number];
      const copy = join(root, `copy-${index}`);
      cpSync(base.dataDir, copy, { recursive: true, filter: (path) => !/lock-\d+$/.test(path) });
      const fault = damageOne(copy);
      const outcome = await judge(copy, fault.path, base.acknowledged).catch((error: Error) => ({
        kind: 'wrong' as const,
        problems: [error.message],
      }));
      options.log?.(
        `${index + 1}: ${fault.what} of ${relative(copy, fault.path)}: ${outcome.kind} ${outcome.problems.join('; ')}`,
      );
      if (outcome.problems.length > 0)
        result.wrong.push(`${fault.what} of ${relative(copy, fault.path)}: ${outcome.problems.join('; ')}`);
      else if (outcome.kind !== 'wrong') result[outcome.kind]++;
      rmSync(copy, { recursive: true });
    }
    return result;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function build(dataDir: string, options: DamageOptions, end: 'stop' | 'kill') {
  const running = await startProcess(dataDir, ['--no-limits']);
  const { lake, alarms } = connect(running.url);
  const acknowledged: Acknowledged = { records: new Map(), objects: new Map(), names: [] };
  await lake.build({ id: 'string' }, 2);
  await lake.deliver('damage', lake.destination({ DataFormatConversionConfiguration: undefined }));
  await putRecords(lake, options.records, options.recordBytes, acknowledged.records);
  for (let index = 0; index < options.objects; index++) {
    const Body = randomBytes(1 + (index % 20) * 1_000);
    await lake.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `objects/${index}`, Body }));
    acknowledged.objects.set(`objects/${index}`, hash(Body));
  }
  for (let index = 0; index < 30; index++) {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    });
    await lake.iam.send(new CreateRoleCommand({ RoleName: `role-${index}`, AssumeRolePolicyDocument }));
    await lake.glue.send(
      new CreateTableCommand({
        DatabaseName: 'db',
        TableInput: { Name: `table_${index}`, Description: 'x'.repeat(index * 60) },
      }),
    );
    const alarm = { MetricName: 'm', Namespace: 'n', Period: 60, EvaluationPeriods: 1, Threshold: 1 };
    await alarms.send(
      new PutMetricAlarmCommand({
        AlarmName: `alarm-${index}`,
        ComparisonOperator: 'GreaterThanThreshold',
        Statistic: 'Sum',
        ...alarm,
      }),
    );
  }
  // After delivery, so that there is a checkpoint at the end of each shard.
  const delivered = await eventually(async () => {
    const keys = await lake.keys('data/');
    const bodies = await Promise.all(keys.map((key) => lake.body(key)));
    const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
    return (
      bytes >= options.records * options.recordBytes && keys.map((key, index) => [key, hash(bodies[index])] as const)
    );
  }, 60_000);
  for (const [key, sum] of delivered) acknowledged.objects.set(key, sum);
  const names = await namesOf(running.url);
  await running[end]();
  return { dataDir, acknowledged: { ...acknowledged, names } };
}

async function putRecords(lake: Lake, count: number, bytes: number, into: Map<string, string>): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    const texts = Array.from(
      { length: Math.min(500, count - done) },
      (_, index) => `${`record ${done + index} `.padEnd(bytes - 1, 'x')}\n`,
    );
    const Records = texts.map((text, index) => ({ Data: Buffer.from(text), PartitionKey: String(done + index) }));
    const answer = await lake.kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
    answer.Records?.forEach(({ ShardId, SequenceNumber }, index) => {
      if (SequenceNumber !== undefined) into.set(`${ShardId}/${SequenceNumber}`, texts[index] as string);
    });
  }
}

/**
 * Changes one bit of one file, or cuts it; half of the time any file, half of the time any byte of all, so that
 * metadata, records and bodies are all hit.
 */
function damageOne(dataDir: string): { path: string; what: string } {
  const parts = ['metadata', 'streams', 's3', '.'];
  const part = parts[Math.floor(Math.random() * 3.2)] as string;
  const files = readdirSync(join(dataDir, part), { withFileTypes: true, recursive: part !== '.' })
    .filter((entry) => entry.isFile() && !/^(?:owner\.json|lock\.mdb)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size > 0);
  let path = files[Math.floor(Math.random() * files.length)] as string;
  if (Math.random() < 0.5) {
    let at = Math.random() * files.reduce((sum, file) => sum + statSync(file).size, 0);
    for (const file of files) {
      at -= statSync(file).size;
      path = file;
      if (at < 0) break;
    }
  }
  const bytes = readFileSync(path);
  const at = Math.floor(Math.random() * bytes.length);
  if (Math.random() < 0.3) {
    writeFileSync(path, bytes.subarray(0, Math.random() < 0.3 ? 0 : at));
    return { path, what: `cut at byte ${at}` };
  }
  const flip = 1 << Math.floor(Math.random() * 8);
  bytes[at] = (bytes[at] as number) ^ flip;
  writeFileSync(path, bytes);
  return { path, what: `bit ${flip} of byte ${at}` };
}

async function judge(dataDir: string, damaged: string, acknowledged: Acknowledged) {
  let said = '';
  const files = filesOf(dataDir).length;
  const start = (...args: string[]) =>
    startProcess(dataDir, ['--no-limits', ...args], undefined, (text) => {
      said += text;
    });
  let running: EndpointProcess | undefined = await start().catch(() => undefined);
  const refused = running === undefined;
  const problems: string[] = [];
  if (refused) {
    if (![damaged, dirname(damaged)].some((path) => said.includes(path)))
      problems.push(`refused without the file: ${said}`);
    said = '';
    running = await start('--repair').catch((error: Error) => {
      throw new Error(`${error.message} It said: ${said}`);
    });
    if (!said.includes('Repaired')) problems.push(`nothing was said of a repair: ${said}`);
  }
  const { url } = running as EndpointProcess;
  try {
    const missing = await missingAt(url, acknowledged);
    // The description of a bucket or stream can be lost with a part of the metadata: its files stay.
    if (refused && /metadata\/data\.mdb is damaged/.test(said)) {
      if (filesOf(dataDir).length < files) problems.push('files are gone');
      return { kind: 'repaired' as const, problems: [...problems, ...(await goesOn(url, acknowledged, true))] };
    }
    const gaps = reportedGaps(said);
    if (missing.records > gaps) problems.push(`${missing.records} records are missing, ${gaps} were reported`);
    if (missing.names > 0 && !said.includes('metadata')) problems.push(`${missing.names} names are missing in silence`);
    for (const key of missing.objects) {
      if (!said.includes(key)) problems.push(`${key} is missing or another in silence`);
    }
    problems.push(...(await goesOn(url, acknowledged)));
    const found = !refused && missing.objects.length > 0;
    const kind = refused ? ('repaired' as const) : found ? ('foundWhenRead' as const) : ('harmless' as const);
    return { kind, problems };
  } finally {
    await running?.stop();
  }
}

const filesOf = (dataDir: string) =>
  ['streams', 's3'].flatMap((part) =>
    readdirSync(join(dataDir, part), { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()),
  );

/** Number of records that the endpoint reported as lost. */
function reportedGaps(said: string): number {
  if (/records from number \d+ on (?:can't|are missing)/.test(said) && !/\d+ records from/.test(said))
    return Number.POSITIVE_INFINITY;
  const counts = [...said.matchAll(/(\d+) records from number|\b(record) \d+ can't/g)];
  return counts.reduce((sum, [, count]) => sum + Number(count ?? 1), 0);
}

async function missingAt(url: string, acknowledged: Acknowledged) {
  const { lake } = connect(url);
  const stored = new Map<string, string>();
  for (const { ShardId } of await shardsOf(lake.kinesis, 'events').catch(() => [])) {
    for (const { SequenceNumber, Data } of await readAll(lake.kinesis, 'events', ShardId ?? ''))
      stored.set(`${ShardId}/${SequenceNumber}`, Buffer.from(Data ?? []).toString());
  }
  const records = [...acknowledged.records].filter(([place, text]) => stored.get(place) !== text).length;
  const objects: string[] = [];
  for (const [key, sum] of acknowledged.objects) {
    const body = await lake.body(key).catch(() => undefined);
    if (body === undefined || hash(body) !== sum) objects.push(key);
  }
  const present = new Set(await namesOf(url));
  return { records, objects, names: acknowledged.names.filter((name) => !present.has(name)).length };
}

async function namesOf(url: string): Promise<string[]> {
  const { lake, alarms } = connect(url);
  const [roles, tables, found] = await Promise.all([
    lake.iam.send(new ListRolesCommand({})),
    lake.glue.send(new GetTablesCommand({ DatabaseName: 'db' })).catch(() => ({ TableList: [] })),
    alarms.send(new DescribeAlarmsCommand({})),
  ]);
  return [
    ...(roles.Roles ?? []).map(({ RoleName }) => `role ${RoleName}`),
    ...(tables.TableList ?? []).map(({ Name }) => `table ${Name}`),
    ...(found.MetricAlarms ?? []).map(({ AlarmName }) => `alarm ${AlarmName}`),
  ];
}

/** Whether the delivery stream is there, and its role: they can be lost with a part of the metadata, which was reported. */
async function canDeliver(lake: Lake): Promise<boolean> {
  const asked = [
    lake.firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'damage' })),
    lake.iam.send(new GetRolePolicyCommand({ RoleName: 'delivery', PolicyName: 'delivery' })),
  ];
  return (await Promise.allSettled(asked)).every(({ status }) => status === 'fulfilled');
}

/** Checks that new records get unused numbers, and that all of them are delivered. */
async function goesOn(url: string, acknowledged: Acknowledged, isMetadataLost = false): Promise<string[]> {
  const { lake } = connect(url);
  // Without its description a stream doesn't exist for its users.
  if ((await shardsOf(lake.kinesis, 'events').catch(() => [])).length === 0) return [];
  const fresh = new Map<string, string>();
  await putRecords(lake, 20, 50, fresh);
  const problems = [...fresh.keys()].some((place) => acknowledged.records.has(place))
    ? ['a number was given twice']
    : [];
  if (isMetadataLost && !(await canDeliver(lake))) return problems;
  const before = new Set(acknowledged.objects.keys());
  const arrived = await eventually(async () => {
    const keys = (await lake.keys('data/')).filter((key) => !before.has(key));
    const bodies = await Promise.all(keys.map((key) => lake.body(key)));
    const text = Buffer.concat(bodies).toString();
    return [...fresh.values()].every((record) => text.includes(record));
  }, 15_000).catch(() => false);
  if (!arrived) problems.push('new records are not delivered');
  return problems;
}
