import type { Partition, PartitionInput, Table } from '@aws-sdk/client-glue';
import type { CloudAccess } from '../../core/cloud';
import type { Caller } from '../../core/operation';
import { splitS3Uri } from '../../core/s3-uri';
import { batchCreatePartition } from '../../services/glue/operations/batch-create-partition';
import { deletePartition } from '../../services/glue/operations/delete-partition';
import { getPartition, getPartitions } from '../../services/glue/operations/get-partitions';
import { updatePartition } from '../../services/glue/operations/update-partition';
import { listObjectsV2 } from '../../services/s3/operations/list-objects';
import type { Session } from '../session';
import type { PartitionSpec, Statement } from '../sql/statement';
import type { StatementOutcome } from '../statement-protocol';
import { withSlash } from '../tables/projection';
import type { StatementContext } from './context';
import { changeTable, ddlTable } from './glue-table';
import { ddl, hiveSemantic } from './hive-errors';
import { noResult, textResult } from './text-result';

type Of<K extends Statement['kind']> = Statement & { kind: K };

const BATCH = 100;

export async function allPartitions(table: Table, { cloud, caller }: Session): Promise<Partition[]> {
  const found: Partition[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ddl(cloud.call(getPartitions, { ...at(table), NextToken }, caller));
    found.push(...(page.Partitions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

const at = (table: Table) => ({ DatabaseName: table.DatabaseName as string, TableName: table.Name as string });
const keysOf = (table: Table) => (table.PartitionKeys ?? []).map((key) => key.Name as string);

/** Registers partitions; existing ones stay unchanged. @returns the new ones */
export async function registerPartitions(
  table: Table,
  partitions: readonly { readonly values: string[]; readonly location: string }[],
  { cloud, caller }: { cloud: CloudAccess; caller: Caller },
): Promise<string[][]> {
  const added: string[][] = [];
  for (let start = 0; start < partitions.length; start += BATCH) {
    const batch = partitions.slice(start, start + BATCH);
    const PartitionInputList: PartitionInput[] = batch.map(({ values, location }) => ({
      Values: values,
      StorageDescriptor: { ...table.StorageDescriptor, Location: location },
    }));
    const { Errors = [] } = await ddl(cloud.call(batchCreatePartition, { ...at(table), PartitionInputList }, caller));
    const refused = new Set(Errors.map(({ PartitionValues }) => JSON.stringify(PartitionValues)));
    added.push(...batch.map(({ values }) => values).filter((values) => !refused.has(JSON.stringify(values))));
  }
  return added;
}

/** `year=2026/month=01` */
export function partitionPath(table: Table, values: readonly string[]): string {
  return keysOf(table)
    .map((key, index) => `${key}=${escapePath(values[index] ?? '')}`)
    .join('/');
}

/** Escapes a value for a folder's name, as Hive does: `10:00` is `10%3A00`. */
export function escapePath(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are among what is escaped.
  return value.replace(/[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function valuesOf(table: Table, spec: PartitionSpec): string[] {
  const keys = keysOf(table);
  const unknown = Object.keys(spec.values).find((name) => !keys.includes(name));
  if (unknown !== undefined) throw hiveSemantic(`[Error 10096]: Invalid partition key ${unknown}`);
  return keys.map((key) => {
    const value = spec.values[key];
    if (value === undefined)
      throw hiveSemantic(`partition spec ${JSON.stringify(spec.values)} doesn't contain all partition columns`);
    return value;
  });
}

export async function showPartitions(
  statement: Of<'show-partitions'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  if (keysOf(table).length === 0) {
    throw hiveSemantic(`[Error 10241]: Table ${table.Name} is not a partitioned table`);
  }
  const partitions = await allPartitions(table, context.session);
  return textResult(
    context,
    ['partition'],
    partitions.map(({ Values }) => [partitionPath(table, Values ?? [])]),
  );
}

export async function addPartitions(
  statement: Of<'add-partitions'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { session } = context;
  const table = await ddlTable(statement.table, session);
  const folder = withSlash(table.StorageDescriptor?.Location ?? '');
  const wanted = statement.partitions.map((spec) => {
    const values = valuesOf(table, spec);
    return { values, location: spec.location ?? `${folder}${partitionPath(table, values)}/` };
  });
  if (!statement.ifNotExists) {
    const there = new Set((await allPartitions(table, session)).map(({ Values }) => JSON.stringify(Values)));
    const twice = wanted.find(({ values }) => there.has(JSON.stringify(values)));
    if (twice !== undefined) {
      throw hiveSemantic(`[Error 10202]: Partition already exists: ${partitionPath(table, twice.values)}`);
    }
  }
  await registerPartitions(table, wanted, session);
  return noResult(context);
}

export async function dropPartitions(
  statement: Of<'drop-partitions'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const table = await ddlTable(statement.table, context.session);
  const keys = keysOf(table);
  const there = await allPartitions(table, context.session);
  for (const spec of statement.partitions) {
    const matching = there.filter(({ Values = [] }) =>
      Object.entries(spec.values).every(([key, value]) => Values[keys.indexOf(key)] === value),
    );
    if (matching.length === 0 && !statement.ifExists) {
      throw hiveSemantic(`[Error 10006]: Partition not found ${JSON.stringify(spec.values)}`);
    }
    for (const { Values = [] } of matching) {
      await ddl(cloud.call(deletePartition, { ...at(table), PartitionValues: Values }, caller));
    }
  }
  return noResult(context);
}

export async function renamePartition(
  statement: Of<'rename-partition'>,
  context: StatementContext,
): Promise<StatementOutcome> {
  const table = await ddlTable(statement.table, context.session);
  const values = valuesOf(table, statement.to);
  await updateOne(table, valuesOf(table, statement.from), (before) => ({ ...before, Values: values }), context.session);
  return noResult(context);
}

export async function setLocation(statement: Of<'set-location'>, context: StatementContext): Promise<StatementOutcome> {
  const { location, partition } = statement;
  const table = await ddlTable(statement.table, context.session);
  if (partition === undefined) {
    await changeTable(
      table,
      { StorageDescriptor: { ...table.StorageDescriptor, Location: location } },
      context.session,
    );
    return noResult(context);
  }
  const moved = (before: PartitionInput) => ({
    ...before,
    StorageDescriptor: { ...before.StorageDescriptor, Location: location },
  });
  await updateOne(table, valuesOf(table, partition), moved, context.session);
  return noResult(context);
}

async function updateOne(
  table: Table,
  values: string[],
  change: (before: PartitionInput) => PartitionInput,
  { cloud, caller }: Session,
): Promise<void> {
  const found = await ddl(cloud.call(getPartition, { ...at(table), PartitionValues: values }, caller));
  const { Values, StorageDescriptor, Parameters } = found.Partition ?? {};
  const PartitionInput = change({ Values, StorageDescriptor, Parameters });
  await ddl(cloud.call(updatePartition, { ...at(table), PartitionValueList: values, PartitionInput }, caller));
}

/** MSCK REPAIR TABLE: registers partitions whose folders, named `key=value`, lie below the table's location. */
export async function repairTable(statement: Of<'repair'>, context: StatementContext): Promise<StatementOutcome> {
  const { session } = context;
  const table = await ddlTable(statement.table, session);
  const location = withSlash(table.StorageDescriptor?.Location ?? '');
  const folders = await partitionFolders(table, location, session);
  const known = new Set((await allPartitions(table, session)).map(({ Values }) => JSON.stringify(Values)));
  const missing = [...folders].filter(([values]) => !known.has(values));
  const wanted = missing.map(([values, folder]) => ({
    values: JSON.parse(values) as string[],
    location: location + folder,
  }));
  await registerPartitions(table, wanted, session);
  const names = wanted.map(({ values }) => `${table.Name}:${partitionPath(table, values)}`);
  const lines = names.length === 0 ? [] : [`Partitions not in metastore:\t${names.join('\t')}`];
  lines.push(...names.map((name) => `Repair: Added partition to metastore ${name}`));
  return textResult(
    context,
    ['result'],
    lines.map((line) => [line]),
  );
}

/** Values, as JSON, and folder of each partition with an object. */
async function partitionFolders(
  table: Table,
  location: string,
  { cloud, caller }: Session,
): Promise<Map<string, string>> {
  const { Bucket, Key: Prefix } = splitS3Uri(location);
  const pattern = new RegExp(
    `^${keysOf(table)
      .map((key) => `${key.replace(/\W/g, '\\$&')}=([^/]+)/`)
      .join('')}`,
    'i',
  );
  const found = new Map<string, string>();
  let ContinuationToken: string | undefined;
  do {
    const page = await ddl(cloud.call(listObjectsV2, { Bucket, Prefix, ContinuationToken }, caller));
    for (const { Key = '' } of page.Contents ?? []) {
      const match = pattern.exec(Key.slice(Prefix.length));
      if (match !== null && match[0] !== '') found.set(JSON.stringify(match.slice(1).map(decode)), match[0]);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
