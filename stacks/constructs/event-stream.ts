import { KinesisStream } from '@cdktf/provider-aws/lib/kinesis-stream';
import { Construct } from 'constructs';
import type { Lifecycles } from './guard';
import type { PolicyStatement } from './policy';
import type { StreamSource } from './stream-source';

/** Properties of an event stream. */
export interface EventStreamProps {
  readonly name: string;
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  /** Number of shards; undefined for an on-demand stream. */
  readonly shardCount: number | undefined;
  /** Hours for which a record stays readable. */
  readonly retentionHours: number;
  /** Metrics recorded for each shard. */
  readonly shardLevelMetrics: readonly string[];
  /** ARN of the customer's key. @default the key of AWS for Kinesis */
  readonly kmsKeyArn?: string;
  /** Lifecycle that guards the stream against accidental deletion and replacement. */
  readonly guard: Lifecycles;
}

/** The Kinesis data stream that producers write to. */
export class EventStream extends Construct implements StreamSource {
  readonly name: string;
  readonly arn: string;
  /** ARN of the customer's key, if it has one. */
  private readonly kmsKeyArn: string | undefined;

  constructor(scope: Construct, id: string, props: EventStreamProps) {
    super(scope, id);
    const stream = new KinesisStream(this, 'this', {
      name: props.name,
      shardCount: props.shardCount,
      retentionPeriod: props.retentionHours,
      shardLevelMetrics: [...props.shardLevelMetrics],
      streamModeDetails: { streamMode: props.mode },
      encryptionType: 'KMS',
      kmsKeyId: props.kmsKeyArn ?? 'alias/aws/kinesis',
      lifecycle: props.guard.lifecycle('stream'),
    });
    this.name = stream.name;
    this.arn = stream.arn;
    this.kmsKeyArn = props.kmsKeyArn;
  }

  /** "Permissions required for Lambda to read from a Kinesis stream". */
  readStatements(region: string): PolicyStatement[] {
    return [
      {
        Sid: 'ReadStream',
        Action: [
          'kinesis:DescribeStream',
          'kinesis:DescribeStreamSummary',
          'kinesis:GetRecords',
          'kinesis:GetShardIterator',
          'kinesis:ListShards',
        ],
        Resource: this.arn,
      },
      ...this.decryptStatements(region),
    ];
  }

  /** Permissions besides Kinesis' own, for a role that reads a stream encrypted with a customer's key. */
  decryptStatements(region: string): PolicyStatement[] {
    if (this.kmsKeyArn === undefined) return [];
    return [
      {
        Sid: 'DecryptRecords',
        Action: 'kms:Decrypt',
        Resource: this.kmsKeyArn,
        Condition: {
          StringEquals: {
            'kms:ViaService': `kinesis.${region}.amazonaws.com`,
            'kms:EncryptionContext:aws:kinesis:arn': this.arn,
          },
        },
      },
    ];
  }
}
