import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type PolicyStatement, policyDocument } from './policy';
import type { StreamSource } from './stream-source';

/** Properties of a consumer's role. */
export interface ConsumerRoleProps {
  readonly roleName: string;
  readonly policyName: string;
  readonly region: string;
  readonly source: StreamSource;
  readonly logGroupArn: string;
  /** Queue of the records that the consumer gave up. */
  readonly deadLetters: { readonly arn: string; readonly kmsKeyArn: string | undefined };
  /** Topic that the consumer publishes to. @default none */
  readonly topic?: { readonly arn: string; readonly kmsKeyArn: string | undefined };
  /** Namespace that the consumer puts metrics into. @default none */
  readonly metricsNamespace?: string;
  /** Statements for stores that the consumer writes to. @default none */
  readonly grants?: readonly PolicyStatement[];
  /** Managed policies for further permissions. */
  readonly managedPolicyArns: readonly string[];
}

/**
 * The role of a consumer's function and its event source mapping: Lambda's own permissions to read the stream, and the
 * consumer's, each on its own resources alone.
 */
export class ConsumerRole extends Construct {
  readonly arn: string;
  /** The policies; without them Lambda refuses the mapping. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ConsumerRoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'this', {
      name: props.roleName,
      assumeRolePolicy: policyDocument([
        { Sid: 'Lambda', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]),
    });
    const policy = new IamRolePolicy(this, 'policy', {
      name: props.policyName,
      role: role.id,
      policy: policyDocument([
        ...props.source.readStatements(props.region),
        ...logStatements(props),
        ...deadLetterStatements(props),
        ...topicStatements(props),
        ...metricStatements(props),
        ...(props.grants ?? []),
      ]),
    });
    const attachments = props.managedPolicyArns.map(
      (policyArn, index) => new IamRolePolicyAttachment(this, `managed_${index}`, { role: role.name, policyArn }),
    );
    this.arn = role.arn;
    this.ready = [policy, ...attachments];
  }
}

function logStatements({ logGroupArn }: ConsumerRoleProps): PolicyStatement[] {
  // Any log stream of the group: an execution environment names its own when it starts.
  return [
    {
      Sid: 'WriteLog',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `${logGroupArn}:log-stream:*`,
    },
  ];
}

function deadLetterStatements({ deadLetters, region }: ConsumerRoleProps): PolicyStatement[] {
  return [
    { Sid: 'SendDeadLetters', Action: 'sqs:SendMessage', Resource: deadLetters.arn },
    ...encryptStatement('EncryptDeadLetters', deadLetters.kmsKeyArn, `sqs.${region}.amazonaws.com`),
  ];
}

function topicStatements({ topic, region }: ConsumerRoleProps): PolicyStatement[] {
  if (topic === undefined) return [];
  return [
    { Sid: 'PublishAlerts', Action: 'sns:Publish', Resource: topic.arn },
    ...encryptStatement('EncryptAlerts', topic.kmsKeyArn, `sns.${region}.amazonaws.com`),
  ];
}

function metricStatements({ metricsNamespace }: ConsumerRoleProps): PolicyStatement[] {
  if (metricsNamespace === undefined) return [];
  return [
    {
      Sid: 'PutMetrics',
      Action: 'cloudwatch:PutMetricData',
      // Any resource: PutMetricData supports none. The condition on the namespace limits it.
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': metricsNamespace } },
    },
  ];
}

/** Permissions to send messages into a queue or topic that is encrypted with a customer's key. */
function encryptStatement(sid: string, kmsKeyArn: string | undefined, service: string): PolicyStatement[] {
  if (kmsKeyArn === undefined) return [];
  return [
    {
      Sid: sid,
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: kmsKeyArn,
      Condition: { StringEquals: { 'kms:ViaService': service } },
    },
  ];
}
