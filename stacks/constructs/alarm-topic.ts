import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import { policyDocument } from './policy';

/** Properties of the topic. */
export interface AlarmTopicProps {
  /** Beginning of the topic's name. */
  readonly name: string;
  readonly accountId: string;
  /**
   * ARN of the customer's key. @default not encrypted: CloudWatch may not use AWS's key for SNS, and alerts hold only
   * the record fields that they are configured with
   */
  readonly kmsKeyArn?: string;
  /** E-mail address to subscribe; its owner must confirm. @default none */
  readonly email?: string;
}

/**
 * The SNS topic that alarms notify. Only this account's alarms may publish to it, and roles whose own policy allows it.
 */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const topic = new SnsTopic(this, 'this', { name: `${props.name}-alarms`, kmsMasterKeyId: props.kmsKeyArn });
    new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: policyDocument([
        {
          Sid: 'Alarms',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { StringEquals: { 'aws:SourceAccount': props.accountId } },
        },
      ]),
    });
    if (props.email !== undefined) {
      new SnsTopicSubscription(this, 'email', { topicArn: topic.arn, protocol: 'email', endpoint: props.email });
    }
    this.arn = topic.arn;
  }
}
