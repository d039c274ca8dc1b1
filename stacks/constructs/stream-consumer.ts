import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { Construct } from 'constructs';
import type { ConsumerNames } from '../config/names';
import type { Consumer } from '../config/settings/consumers';
import { ConsumerCode } from './consumer-code';
import { ConsumerRole } from './consumer-role';
import type { Lifecycles } from './guard';
import { type PolicyStatement, policyDocument } from './policy';
import type { StreamSource } from './stream-source';

/** Properties of a consumer of the stream. */
export interface StreamConsumerProps {
  readonly names: ConsumerNames;
  readonly settings: Consumer;
  /** Folder of its handler below `consumers/`. @default the consumer's name */
  readonly folder?: string;
  readonly accountId: string;
  readonly region: string;
  /** Beginning of every ARN: `arn:aws`, or that of another partition. */
  readonly arnPrefix: string;
  readonly source: StreamSource;
  /** ARN of the customer's key, for log and queue. @default the keys of AWS */
  readonly kmsKeyArn?: string;
  /** The alarm topic, if there is one, with the key that encrypts it. */
  readonly topic?: { readonly arn: string; readonly kmsKeyArn: string | undefined };
  /** Namespace of the consumer's metrics; only with `uses: metrics`. */
  readonly metricsNamespace?: string;
  /** Statements for stores that the consumer writes to. @default none */
  readonly grants?: readonly PolicyStatement[];
  /** Variables that name these stores. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Lifecycle that guards the dead letters against accidental deletion. */
  readonly guard: Lifecycles;
}

/**
 * Retention of dead letters, the longest that SQS allows. A dead letter holds a record's position in the stream, and is
 * of use as long as the stream keeps the record.
 */
const DEAD_LETTER_SECONDS = 14 * 24 * 3600;

/**
 * A Lambda function that reads the stream in parallel with the delivery, its event source mapping, and a queue for
 * batches that it gives up.
 */
export class StreamConsumer extends Construct {
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { names, settings, source, kmsKeyArn } = props;
    const code = new ConsumerCode(this, 'code', props.folder ?? settings.name);
    const log = new CloudwatchLogGroup(this, 'log_group', {
      name: names.logGroup,
      retentionInDays: settings.logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    const deadLetters = this.deadLetterQueue(props);
    const topic = settings.uses.includes('alarm-topic') ? props.topic : undefined;
    const metricsNamespace = settings.uses.includes('metrics') ? props.metricsNamespace : undefined;
    const role = new ConsumerRole(this, 'role', {
      roleName: names.role,
      policyName: names.policy,
      region: props.region,
      source,
      logGroupArn: log.arn,
      deadLetters: { arn: deadLetters.arn, kmsKeyArn },
      topic,
      metricsNamespace,
      grants: props.grants,
      managedPolicyArns: settings.managedPolicyArns,
    });
    const variables = {
      ...(topic && { ALARM_TOPIC_ARN: topic.arn }),
      ...(metricsNamespace !== undefined && { METRICS_NAMESPACE: metricsNamespace }),
      ...props.variables,
      ...settings.environment,
    };
    const lambda = new LambdaFunction(this, 'this', {
      functionName: names.function,
      role: role.arn,
      ...code.settings,
      memorySize: settings.memoryMb,
      timeout: settings.timeoutSeconds,
      reservedConcurrentExecutions: settings.reservedConcurrency,
      ...(Object.keys(variables).length > 0 && { environment: { variables } }),
      loggingConfig: { logFormat: 'Text', logGroup: log.name },
      dependsOn: [...role.ready],
    });
    new LambdaEventSourceMapping(this, 'mapping', {
      functionName: lambda.functionName,
      eventSourceArn: source.arn,
      enabled: settings.enabled,
      startingPosition: settings.startingPosition,
      batchSize: settings.batchSize,
      maximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
      parallelizationFactor: settings.parallelizationFactor,
      maximumRetryAttempts: settings.maximumRetryAttempts,
      maximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
      bisectBatchOnFunctionError: settings.bisectBatchOnError,
      functionResponseTypes: settings.partialResponses ? ['ReportBatchItemFailures'] : [],
      tumblingWindowInSeconds: settings.tumblingWindowSeconds,
      ...(settings.filters.length > 0 && {
        filterCriteria: { filter: settings.filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
      }),
      destinationConfig: { onFailure: { destinationArn: deadLetters.arn } },
      dependsOn: [...role.ready],
    });
    this.functionName = lambda.functionName;
  }

  /** The mapping's on-failure destination: an encrypted queue that refuses requests without TLS. */
  private deadLetterQueue({ names, arnPrefix, region, accountId, kmsKeyArn, guard }: StreamConsumerProps): SqsQueue {
    return new SqsQueue(this, 'dead_letters', {
      name: names.deadLetterQueue,
      messageRetentionSeconds: DEAD_LETTER_SECONDS,
      ...(kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }),
      policy: policyDocument([
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: `${arnPrefix}:sqs:${region}:${accountId}:${names.deadLetterQueue}`,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
      lifecycle: guard.deletionOnly(),
    });
  }
}
