import { AwsError } from '../../core/errors';

export const groupNotFound = () => new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
export const streamNotFound = () =>
  new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
export const resourceNotFound = () =>
  new AwsError('ResourceNotFoundException', 'The specified resource does not exist.');
export const groupExists = () =>
  new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
export const streamExists = () =>
  new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);
export const invalidToken = () => invalidParameter('The specified nextToken is invalid.');
export const tooManyTags = (resourceName: string) =>
  new AwsError('TooManyTagsException', 'The maximum number of tags for the resource is 50.', {
    fields: { resourceName },
  });
export const subscriptionNotFound = () =>
  new AwsError('ResourceNotFoundException', 'The specified subscription filter does not exist.');
export const metricFilterNotFound = () =>
  new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.');
export const policyNotFound = (name: string) =>
  new AwsError('ResourceNotFoundException', `Policy with name [${name}] does not exist.`);
export const queryNotFound = () => new AwsError('ResourceNotFoundException', 'The specified query does not exist.');
/** The error of Logs Insights for a missing group, in that service's wording. */
export const queryGroupNotFound = (group: string, accountId: string, requestId: string) =>
  new AwsError(
    'ResourceNotFoundException',
    `Log group '${group}' does not exist for account ID '${accountId}' (Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ${requestId}; Proxy: null)`,
  );
/** @param place position of the unexpected text, in characters */
export const malformedQuery = (reason: string, place: number, length: number) =>
  new AwsError('MalformedQueryException', `${reason} at position ${place} of the query`, {
    fields: {
      queryCompileError: {
        location: { startCharOffset: place, endCharOffset: Math.min(place + 1, length) },
        message: reason,
      },
    },
  });
export const destinationNotFound = () =>
  new AwsError('ResourceNotFoundException', 'The specified destination does not exist.');
export const limitExceeded = () => new AwsError('LimitExceededException', 'Resource limit exceeded.');
export const accessDenied = (message: string) => new AwsError('AccessDeniedException', message);
export const deletionProtected = () =>
  new AwsError('ValidationException', 'The log group has deletion protection enabled and can not be deleted.');
