import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { Construct } from 'constructs';
import type { ConsumerNames } from '../../config/names';
import { ConsumerCode } from '../consumer-code';
import { policyDocument } from '../policy';

/** Properties of a function that transforms records. */
export interface TransformFunctionProps {
  readonly names: ConsumerNames;
  /** Folder of its handler, below `consumers/`. */
  readonly folder: string;
  /** Days for which its log is kept. */
  readonly logRetentionDays: number;
  /** ARN of the customer's key, for the log. @default the key of CloudWatch Logs */
  readonly kmsKeyArn?: string;
}

/** MB: it holds a batch of at most 6 MB as text, twice. */
const MEMORY_MB = 256;
/** Firehose's timeout of an invocation ("Amazon Data Firehose data transformation"). */
const TIMEOUT_SECONDS = 300;

/** A Lambda function that transforms a delivery stream's records. It may write its log and nothing else. */
export class TransformFunction extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { names, folder, logRetentionDays, kmsKeyArn }: TransformFunctionProps) {
    super(scope, id);
    const code = new ConsumerCode(this, 'code', folder);
    const log = new CloudwatchLogGroup(this, 'log_group', {
      name: names.logGroup,
      retentionInDays: logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    const role = new IamRole(this, 'role', {
      name: names.role,
      assumeRolePolicy: policyDocument([
        { Sid: 'Lambda', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]),
    });
    const policy = new IamRolePolicy(this, 'policy', {
      name: names.policy,
      role: role.id,
      policy: policyDocument([
        {
          Sid: 'WriteLog',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `${log.arn}:log-stream:*`,
        },
      ]),
    });
    const lambda = new LambdaFunction(this, 'this', {
      functionName: names.function,
      role: role.arn,
      ...code.settings,
      memorySize: MEMORY_MB,
      timeout: TIMEOUT_SECONDS,
      loggingConfig: { logFormat: 'Text', logGroup: log.name },
      dependsOn: [policy],
    });
    this.arn = lambda.arn;
  }
}
