import { list, map, string, structure } from '../../core/shape';

/** Field constraints of SNS, from its service model; most are checked by hand there too. */
export const topicArn = string();
export const subscriptionArn = string();
export const attributes = map(string());
export const nextToken = string();
export const resourceArn = string({ min: 1, max: 1011 });
export const tags = list(structure({ Key: string({ min: 1, max: 128 }), Value: string({ max: 256 }) }, 'Key Value'));
export const tagKeys = list(string({ min: 1, max: 128 }));

export const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$/;
export const PROTOCOLS = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'];
export const MAX_MESSAGE_BYTES = 262_144;
export const MAX_SUBJECT = 100;
export const MAX_TAGS = 50;
export const LIST_PAGE = 100;

/** Attributes of a topic that SetTopicAttributes takes. */
export const TOPIC_ATTRIBUTES = new Set([
  'DeliveryPolicy',
  'DisplayName',
  'Policy',
  'TracingConfig',
  'KmsMasterKeyId',
  'SignatureVersion',
  ...['HTTP', 'Firehose', 'Lambda', 'Application', 'SQS'].flatMap((protocol) =>
    ['SuccessFeedbackRoleArn', 'SuccessFeedbackSampleRate', 'FailureFeedbackRoleArn'].map((name) => protocol + name),
  ),
]);
export const SUBSCRIPTION_ATTRIBUTES = new Set([
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'SubscriptionRoleArn',
]);
