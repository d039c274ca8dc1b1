import type { Construct } from 'constructs';
import type { PolicyStatement } from '../policy';
import type { StreamSource } from '../stream-source';
import { StoreTable, type TableKeeping } from './store-table';

/** Properties of the customers' table. */
export interface CustomerTableProps extends TableKeeping {
  readonly name: string;
}

/** Attribute of an item's expiry time, in seconds since 1970. */
const EXPIRES_AT = 'expires_at';

/** Customers by `id` in DynamoDB, with an index by e-mail, deleted after their expiry time. */
export class CustomerTable extends StoreTable {
  constructor(scope: Construct, id: string, props: CustomerTableProps) {
    super(scope, id, {
      ...props,
      hashKey: 'id',
      indexKeys: ['email'],
      more: {
        globalSecondaryIndex: [
          // A few attributes only: projecting whole items would double the cost of each write.
          { name: 'by-email', hashKey: 'email', projectionType: 'INCLUDE', nonKeyAttributes: ['name', 'country'] },
        ],
        ttl: { enabled: true, attributeName: EXPIRES_AT },
        // The stream is always on: it costs nothing until it is read.
        streamEnabled: true,
        streamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  }

  /**
   * The table's stream, as functions read it ("IAM policy to allow an AWS Lambda function to access DynamoDB stream
   * records").
   */
  get changes(): StreamSource {
    return { arn: this.streamArn, readStatements: (region) => this.streamStatements(region) };
  }

  private streamStatements(region: string): PolicyStatement[] {
    return [
      {
        Sid: 'ReadStream',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: `${this.arn}/stream/*`,
      },
      ...this.keyStatements('DecryptStream', ['kms:Decrypt', 'kms:DescribeKey'], region),
    ];
  }
}
