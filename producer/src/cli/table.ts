import type { Column as GlueColumn, Table } from '@aws-sdk/client-glue';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Column } from '../record/columns';
import { RECORD_FIELDS } from '../record/fields';
import { keepOffAws } from '../send/local-only';
import { createAgents } from '../send/proxy';
import type { TableName } from './stream-name';

/** Glue's endpoint and credentials: those of Kinesis. */
export interface TableSettings {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  /**
   * Whether the table belongs to a local deployment: AWS is then never asked, where a table of the same name may exist.
   */
  readonly localOnly?: boolean | undefined;
}

/** Partition columns that Firehose fills from its prefix; others come from the record. */
const FROM_THE_PREFIX = new Set(['year', 'month', 'day', 'hour', 'datehour', 'date', 'dt']);

/** A table's columns. */
export interface TableColumns {
  readonly columns: readonly Column[];
  /** Whether they are the columns of the article's record, which has a generator of its own. */
  readonly areOwn: boolean;
}

/**
 * Reads the columns of the stack's table by Glue's GetTable. Undefined if there is none.
 *
 * @throws the SDK's error: the caller may not read the catalog, or the endpoint has none
 */
export async function tableColumns(name: TableName, settings: TableSettings): Promise<TableColumns | undefined> {
  // Lazy import: most runs don't need it.
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
