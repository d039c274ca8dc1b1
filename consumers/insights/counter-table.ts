import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { CountsState } from './counts';

/** One tumbling window of a shard. */
export interface Window {
  readonly shardId: string;
  /** Start of the window, in ISO 8601. */
  readonly start: string;
}

/**
 * Adds windows' counts to a table: an item for each value of the field, with the sum of its `records`. An item stores
 * the last window of each shard, so that a window that is retried, after a failure or a reset position, counts once.
 */
export class CounterTable {
  constructor(
    private readonly dynamodb: Pick<DynamoDBClient, 'send'>,
    private readonly table: string,
  ) {}

  async add(field: string, counts: CountsState, window: Window): Promise<void> {
    await Promise.all(counts.map(([value, count]) => this.addOne(field, value, count, window)));
  }

  private async addOne(field: string, value: string, count: number, { shardId, start }: Window): Promise<void> {
    try {
      await this.dynamodb.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: { field: { S: field }, value: { S: value } },
          UpdateExpression: 'ADD #records :count SET #window = :start',
          ConditionExpression: 'attribute_not_exists(#window) OR #window < :start',
          ExpressionAttributeNames: { '#records': 'records', '#window': `window ${shardId}` },
          ExpressionAttributeValues: { ':count': { N: String(count) }, ':start': { S: start } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
