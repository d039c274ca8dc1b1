import { arnOf, type Owner } from '../../core/owner';

export function topicArn(owner: Owner, name: string): string {
  return arnOf('sns', owner, name);
}

/** The topic's ARN, with which a subscription's begins. */
export function topicOf(subscriptionArn: string): string {
  return subscriptionArn.replace(/:[^:]*$/, '');
}

/** What operations are about, by the member that names it. */
export const resources = {
  ResourceArn: ({ ResourceArn }: { readonly ResourceArn: string }) => ResourceArn,
  TopicArn: ({ TopicArn }: { readonly TopicArn: string }) => TopicArn,
  SubscriptionArn: ({ SubscriptionArn }: { readonly SubscriptionArn: string }) => topicOf(SubscriptionArn),
};
