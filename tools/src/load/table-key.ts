import { DescribeTableCommand, type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** Types of a key attribute: string, number, binary. */
export type KeyType = 'S' | 'N' | 'B';

/** A table's key schema, and the types of its indexes' keys. */
export interface TableKey {
  /** Attributes of the primary key, the partition key first. */
  readonly attributes: readonly string[];
  /** Types of all key attributes, of the table and its indexes. */
  readonly types: ReadonlyMap<string, KeyType>;
}

/** Reads a table's key. @throws ToolError for a missing table, and one being created or deleted */
export async function tableKeyOf(client: DynamoDBClient, TableName: string): Promise<TableKey> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName })).catch((error: unknown) => {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new ToolError(
      `there is no table ${TableName} in this account and region: deploy it, or name another with --table.`,
      ExitCode.prerequisite,
    );
  });
  if (Table?.TableStatus === 'CREATING' || Table?.TableStatus === 'DELETING') {
    const what = Table.TableStatus === 'CREATING' ? 'run this again once it is ACTIVE' : 'name another with --table';
    throw new ToolError(
      `the table ${TableName} is ${Table.TableStatus}, and takes no items: ${what}.`,
      ExitCode.prerequisite,
    );
  }
  const key = [...(Table?.KeySchema ?? [])].sort((a, b) => (a.KeyType ?? '').localeCompare(b.KeyType ?? ''));
  return {
    attributes: key.map(({ AttributeName }) => AttributeName ?? ''),
    types: new Map(
      (Table?.AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => [
        AttributeName ?? '',
        AttributeType as KeyType,
      ]),
    ),
  };
}

/** Refuses a table with another primary key than expected. @param expected attributes, the partition key first */
export function checkExpectedKey(table: string, key: TableKey, expected: readonly string[]): void {
  if (key.attributes.join() === expected.join()) return;
  throw new ToolError(
    `the key of ${table} is ${key.attributes.join(', ')}, not ${expected.join(', ')}: name the right table, or the right key.`,
    ExitCode.usage,
  );
}
