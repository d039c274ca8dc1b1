import { NodeHttpHandler } from '@smithy/node-http-handler';
import { columnsOfTable, type TableColumns } from '../record/table-columns';
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

/**
 * Reads the columns of the stack's table by Glue's GetTable.
 *
 * @throws the SDK's error: there is no such table, the caller may not read the catalog, or the endpoint has none
 */
export async function tableColumns(name: TableName, settings: TableSettings): Promise<TableColumns> {
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
    return columnsOfTable(table ?? {});
  } finally {
    client.destroy();
  }
}
