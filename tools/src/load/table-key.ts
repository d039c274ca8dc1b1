import { DescribeTableCommand, type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';

/** Kinds of attributes that a key may have: text, number, binary. */
export type KeyType = 'S' | 'N' | 'B';

/** What a table demands of its items. */
export interface TableKey {
  /** Attributes of the primary key: the partition key, and the sort key if there is one. */
  readonly attributes: readonly string[];
  /** Kinds of all attributes that are keys, of the table or of an index. */
  readonly types: ReadonlyMap<string, KeyType>;
}

/** Reads a table's key. @throws ToolError when there is no such table, or none that takes items yet */
export async function tableKeyOf(client: DynamoDBClient, TableName: string): Promise<TableKey> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName })).catch((error: unknown) => {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new ToolError(
      `there is no table ${TableName} in this account and region: deploy it, or name another with --table.`,
      ExitCode.prerequisite,
    );
  });
  if (Table?.TableStatus === 'CREATING' || Table?.TableStatus === 'DELETING') {
    throw new ToolError(`the table ${TableName} is ${Table.TableStatus}: it takes no items.`, ExitCode.prerequisite);
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

/** Refuses a key that somebody expects of a table and that it hasn't. @param expected attributes, the partition key first */
export function checkExpectedKey(table: string, key: TableKey, expected: readonly string[]): void {
  if (key.attributes.join() === expected.join()) return;
  throw new ToolError(
    `the key of ${table} is ${key.attributes.join(', ')}, not ${expected.join(', ')}: name the right table, or the right key.`,
    ExitCode.usage,
  );
}
