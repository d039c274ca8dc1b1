import { DynamodbTable, type DynamodbTableConfig } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import type { Lifecycles } from '../guard';
import type { PolicyStatement } from '../policy';

/** How the tables of a lakehouse are kept. */
export interface TableKeeping {
  /** ARN of the customer's key. @default DynamoDB's own key, which costs nothing */
  readonly kmsKeyArn?: string;
  /** Whether a table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether DynamoDB refuses to delete a table. */
  readonly deletionProtection: boolean;
  readonly guard: Lifecycles;
}

/** What a table is to be like. */
export interface StoreTableProps extends TableKeeping {
  readonly name: string;
  /** Attribute by which items are spread. All keys are texts. */
  readonly hashKey: string;
  /** Attribute by which items of one hash key are sorted. @default none */
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

/** A DynamoDB table whose capacity is on demand: nothing is paid while nothing is asked but for what it holds. */
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

  /** What a role that writes items needs. @param action such as `dynamodb:UpdateItem` */
  writeStatements(action: string, region: string): PolicyStatement[] {
    return [
      { Sid: 'WriteItems', Action: action, Resource: this.arn },
      ...this.keyStatements('UseTableKey', WRITE_WITH_KEY, region),
    ];
  }

  /** What using a table that is encrypted with a customer's key takes ("DynamoDB encryption at rest: usage notes"). */
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
