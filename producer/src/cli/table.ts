import type { Column as GlueColumn, Table } from '@aws-sdk/client-glue';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Column } from '../record/columns';
import { RECORD_FIELDS } from '../record/fields';
import { keepOffAws } from '../send/local-only';
import { createAgents } from '../send/proxy';
import type { TableName } from './stream-name';

/** How to reach Glue: as Kinesis is reached. */
export interface TableSettings {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  /** The table is a local deployment's: AWS is not asked for its namesake. */
  readonly localOnly?: boolean | undefined;
}

/** The partition columns that Firehose fills by its prefix; others come from the record. */
const FROM_THE_PREFIX = new Set(['year', 'month', 'day', 'hour', 'datehour', 'date', 'dt']);

/** A table's columns. */
export interface TableColumns {
  readonly columns: readonly Column[];
  /** They are the article's record's, for which there is a generator of its own. */
  readonly areOwn: boolean;
}

/**
 * The columns of the table that a stack's records end up in, by Glue's GetTable. Undefined when there is none.
 *
 * @throws what the SDK throws: the caller may not read the catalog, or there is none at the endpoint
 */
export async function tableColumns(name: TableName, settings: TableSettings): Promise<TableColumns | undefined> {
  // Loaded here, since most runs don't need it.
  const { GetTableCommand, GlueClient } = await import('@aws-sdk/client-glue');
  const { region, profile, endpoint } = settings;
  const client = new GlueClient({
    ...(region && { region }),
    ...(profile && { profile }),
    ...(endpoint && { endpoint }),
    maxAttempts: 2,
    requestHandler: new NodeHttpHandler({ ...createAgents(), connectionTimeout: 2_000, requestTimeout: 5_000 }),
  });
  if (settings.localOnly) keepOffAws(client);
  try {
    const { Table: table } = await client.send(new GetTableCommand({ DatabaseName: name.database, Name: name.table }));
    return table === undefined ? undefined : columnsOf(table);
  } finally {
    client.destroy();
  }
}

function columnsOf(table: Table): TableColumns {
  const columns = (table.StorageDescriptor?.Columns ?? []).map(asColumn);
  const own = new Set<string>(RECORD_FIELDS.map((field) => field.name));
  const partitions = (table.PartitionKeys ?? [])
    .map(asColumn)
    .filter(({ name }) => !FROM_THE_PREFIX.has(name) && !own.has(name))
    .map((column) => {
      const values = table.Parameters?.[`projection.${column.name}.values`]?.split(',').map((value) => value.trim());
      return values ? { ...column, values } : column;
    });
  const fits = columns.length > 0 && columns.every(({ name, type }) => own.has(name) && type === 'string');
  const there = new Set(columns.map(({ name }) => name));
  const all = [...columns, ...partitions.filter(({ name }) => !there.has(name))];
  return { columns: all, areOwn: fits && partitions.length === 0 };
}

const asColumn = ({ Name = '', Type = 'string' }: GlueColumn): Column => ({ name: Name.toLowerCase(), type: Type });
