import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import { policyDocument } from './policy';

/** What the topic is to be like. */
export interface AlarmTopicProps {
  /** Beginning of the topic's name. */
  readonly name: string;
  readonly accountId: string;
  /**
   * ARN of the customer's key. @default not encrypted: CloudWatch may not use AWS's key for SNS, and alerts tell only those
   * fields of a record that they are set to
   */
  readonly kmsKeyArn?: string;
  /** Address that is asked to subscribe. @default none */
  readonly email?: string;
}

/** The SNS topic that alarms notify; only this account's alarms may publish to it, and roles that their own policy lets. */
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
