import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { variable } from '../../environment';
import { searchIndexHandler } from './search-index';

/** Updates an index of customers' words from their table's stream. */
export const handler = searchIndexHandler({ dynamodb: new DynamoDBClient({}), table: variable('SEARCH_TABLE') });
