import { AwsError } from '../../core/errors';

export const invalidParameter = (message: string) => new AwsError('InvalidParameter', `Invalid parameter: ${message}`);
export const topicNotFound = () => new AwsError('NotFound', 'Topic does not exist', { status: 404 });
export const subscriptionNotFound = () => new AwsError('NotFound', 'Subscription does not exist', { status: 404 });
export const resourceNotFound = () => new AwsError('ResourceNotFound', 'Resource does not exist', { status: 404 });
export const tooManyTags = () =>
  new AwsError('TagLimitExceeded', 'Could not complete request: tag quota of per resource exceeded');

/** The error for a token that doesn't belong to the listing. */
export const invalidToken = () => invalidParameter('NextToken');
