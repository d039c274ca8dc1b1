import type { Construct } from 'constructs';
import type { PolicyStatement } from '../policy';
import type { StreamSource } from '../stream-source';
import { StoreTable, type TableKeeping } from './store-table';

/** What the table of customers is to be like. */
export interface CustomerTableProps extends TableKeeping {
  readonly name: string;
}

/** Attribute in which an item says when it expires, in seconds since 1970. */
const EXPIRES_AT = 'expires_at';

/** Customers by `id` in DynamoDB, found by e-mail through an index, gone when they have expired. */
export class CustomerTable extends StoreTable {
  constructor(scope: Construct, id: string, props: CustomerTableProps) {
    super(scope, id, {
      ...props,
      hashKey: 'id',
      indexKeys: ['email'],
      more: {
        globalSecondaryIndex: [
          // Whole items would double what each write costs.
          { name: 'by-email', hashKey: 'email', projectionType: 'INCLUDE', nonKeyAttributes: ['name', 'country'] },
        ],
        ttl: { enabled: true, attributeName: EXPIRES_AT },
        // A stream costs nothing until it is read.
        streamEnabled: true,
        streamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  }

  /** The table's stream, for functions ("IAM policy to allow an AWS Lambda function to access DynamoDB stream records"). */
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
