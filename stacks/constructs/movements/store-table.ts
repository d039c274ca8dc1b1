import { DynamodbTable, type DynamodbTableConfig } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import type { Lifecycles } from '../guard';
import type { PolicyStatement } from '../policy';

/** Encryption, recovery and protection of a lakehouse's tables. */
export interface TableKeeping {
  /** ARN of the customer's key. @default DynamoDB's own key, which costs nothing */
  readonly kmsKeyArn?: string;
  /** Whether a table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether DynamoDB refuses to delete a table. */
  readonly deletionProtection: boolean;
  readonly guard: Lifecycles;
}

/** Properties of a table. */
export interface StoreTableProps extends TableKeeping {
  readonly name: string;
  /** Partition key. All keys are strings. */
  readonly hashKey: string;
  /** Sort key. @default none */
  readonly rangeKey?: string;
  /** Attributes that are keys of indexes. */
  readonly indexKeys?: readonly string[];
  /** Indexes, expiry, stream. @default none */
  readonly more?: Pick<DynamodbTableConfig, 'globalSecondaryIndex' | 'ttl' | 'streamEnabled' | 'streamViewType'>;
}

const WRITE_WITH_KEY = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** A DynamoDB table with on-demand capacity: without requests it costs its storage alone. */
export class StoreTable extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  private readonly kmsKeyArn: string | undefined;

  constructor(scope: Construct, id: string, props: StoreTableProps) {
    super(scope, id);
    const { hashKey, rangeKey, indexKeys = [], kmsKeyArn } = props;
    const keys = [hashKey, ...(rangeKey === undefined ? [] : [rangeKey]), ...indexKeys];
    const table = new DynamodbTable(this, 'this', {
      name: props.name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey,
      rangeKey,
      attribute: keys.map((name) => ({ name, type: 'S' })),
      ...props.more,
      pointInTimeRecovery: { enabled: props.pointInTimeRecovery },
      ...(kmsKeyArn !== undefined && { serverSideEncryption: { enabled: true, kmsKeyArn } }),
      deletionProtectionEnabled: props.deletionProtection,
      lifecycle: props.guard.deletionOnly(),
    });
    this.name = table.name;
    this.arn = table.arn;
    this.streamArn = table.streamArn;
    this.kmsKeyArn = kmsKeyArn;
  }

  /** Permissions of a role that writes items. @param action such as `dynamodb:UpdateItem` */
  writeStatements(action: string, region: string): PolicyStatement[] {
    return [
      { Sid: 'WriteItems', Action: action, Resource: this.arn },
      ...this.keyStatements('UseTableKey', WRITE_WITH_KEY, region),
    ];
  }

  /**
   * Permissions to use a table that is encrypted with a customer's key ("DynamoDB encryption at rest: usage notes").
   */
  protected keyStatements(sid: string, actions: readonly string[], region: string): PolicyStatement[] {
    if (this.kmsKeyArn === undefined) return [];
    return [
      {
        Sid: sid,
        Action: actions,
        Resource: this.kmsKeyArn,
        Condition: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } },
      },
    ];
  }
}
