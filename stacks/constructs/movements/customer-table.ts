import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import type { Lifecycles } from '../guard';

/** What the table of customers is to be like. */
export interface CustomerTableProps {
  readonly name: string;
  /** ARN of the customer's key. @default DynamoDB's own key, which costs nothing */
  readonly kmsKeyArn?: string;
  /** Whether it can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether DynamoDB refuses to delete it. */
  readonly deletionProtection: boolean;
  readonly guard: Lifecycles;
}

/** Attribute in which an item says when it expires, in seconds since 1970. */
const EXPIRES_AT = 'expires_at';

/**
 * Customers by `id` in DynamoDB, found by e-mail through an index, gone when they have expired. Its capacity is on demand:
 * nothing is paid while nothing is asked.
 */
export class CustomerTable extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;

  constructor(scope: Construct, id: string, props: CustomerTableProps) {
    super(scope, id);
    const table = new DynamodbTable(this, 'this', {
      name: props.name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'id',
      attribute: [
        { name: 'id', type: 'S' },
        { name: 'email', type: 'S' },
      ],
      globalSecondaryIndex: [
        // Whole items would double what each write costs.
        { name: 'by-email', hashKey: 'email', projectionType: 'INCLUDE', nonKeyAttributes: ['name', 'country'] },
      ],
      ttl: { enabled: true, attributeName: EXPIRES_AT },
      // Costs nothing until it is read.
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
      pointInTimeRecovery: { enabled: props.pointInTimeRecovery },
      ...(props.kmsKeyArn !== undefined && { serverSideEncryption: { enabled: true, kmsKeyArn: props.kmsKeyArn } }),
      deletionProtectionEnabled: props.deletionProtection,
      lifecycle: props.guard.deletionOnly(),
    });
    this.name = table.name;
    this.arn = table.arn;
    this.streamArn = table.streamArn;
  }
}
