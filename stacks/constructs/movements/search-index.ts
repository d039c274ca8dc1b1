import { Construct } from 'constructs';
import type { ConsumerNames } from '../../config/names';
import { type Consumer, consumerOf } from '../../config/settings/consumers';
import { StreamConsumer } from '../stream-consumer';
import type { CustomerTable } from './customer-table';
import { StoreTable, type TableKeeping } from './store-table';

/** Properties of the search index of customers. */
export interface SearchIndexProps extends TableKeeping {
  readonly tableName: string;
  readonly functionNames: ConsumerNames;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly customers: CustomerTable;
  readonly logRetentionDays: Consumer['logRetentionDays'];
}

/**
 * Around the perimeter: words of the customers in a second table, whose sorted keys can be queried by the beginning of
 * a word; the customers' own keys can't. A function updates it from the table's stream.
 */
export class SearchIndex extends Construct {
  readonly tableName: string;
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: SearchIndexProps) {
    super(scope, id);
    const { region, kmsKeyArn } = props;
    const table = new StoreTable(this, 'table', {
      ...props,
      name: props.tableName,
      hashKey: 'letters',
      rangeKey: 'entry',
    });
    const reader = new StreamConsumer(this, 'reader', {
      ...props,
      names: props.functionNames,
      folder: 'movements/search-index',
      settings: consumerOf({ name: 'search-index', logRetentionDays: props.logRetentionDays, partialResponses: false }),
      source: props.customers.changes,
      kmsKeyArn,
      variables: { SEARCH_TABLE: table.name },
      grants: table.writeStatements('dynamodb:BatchWriteItem', region),
    });
    this.tableName = table.name;
    this.functionName = reader.functionName;
  }
}
