import { arnOf, type Owner } from '../../core/owner';

export function topicArn(owner: Owner, name: string): string {
  return arnOf('sns', owner, name);
}

/** The topic's ARN, with which a subscription's begins. */
export function topicOf(subscriptionArn: string): string {
  return subscriptionArn.replace(/:[^:]*$/, '');
}

/** Resources of operations, by the input member that names them. */
export const resources = {
  ResourceArn: ({ ResourceArn }: { readonly ResourceArn: string }) => ResourceArn,
  TopicArn: ({ TopicArn }: { readonly TopicArn: string }) => TopicArn,
  SubscriptionArn: ({ SubscriptionArn }: { readonly SubscriptionArn: string }) => topicOf(SubscriptionArn),
};
