import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { variable } from '../../environment';
import { searchIndexHandler } from './search-index';

/** Keeps an index of customers' words from the stream of their table. */
export const handler = searchIndexHandler({ dynamodb: new DynamoDBClient({}), table: variable('SEARCH_TABLE') });
