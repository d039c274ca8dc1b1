import { Contract } from '../../core/contract';
import type { LogsState } from './state';

/** CloudWatch's units ("StandardUnit"). */
const UNITS = [
  ...['Seconds', 'Microseconds', 'Milliseconds'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'],
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits', 'Percent', 'Count'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].map((unit) => `${unit}/Second`),
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits', 'Count'].map((unit) => `${unit}/Second`),
  'None',
];

/** CloudWatch Logs's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-cloudwatch-logs'), LogsState>('logs', {
  reservedTagCode: 'InvalidParameterException',
  state: () => (require('./state') as typeof import('./state')).LogsState,
  resources: () => (require('./arn') as typeof import('./arn')).resources,
  violationCode: 'InvalidParameterException',
  limits: {
    accountIdentifiers: { max: 20, of: { pattern: '\\d{12}' } },
    accessPolicy: { min: 1 },
    destinationArn: { min: 1 },
    destinationName: { min: 1, max: 512, pattern: '[^:*]*' },
    DestinationNamePrefix: { min: 1, max: 512, pattern: '[^:*]*' },
    targetArn: { min: 1 },
    'DescribeDestinationsRequest.limit': { min: 1, max: 50 },
    distribution: { values: ['Random', 'ByLogStream'] },
    dimensions: { max: 3, keys: { max: 255 }, of: { max: 255 } },
    endTime: { min: 0 },
    filterName: { min: 1, max: 512, pattern: '[^:*]*' },
    filterNamePrefix: { min: 1, max: 512, pattern: '[^:*]*' },
    filterPattern: { min: 0, max: 1024 },
    kmsKeyId: { max: 256 },
    limit: { min: 1, max: 10_000 },
    'DescribeLogGroupsRequest.limit': { min: 1, max: 50 },
    'DescribeLogStreamsRequest.limit': { min: 1, max: 50 },
    'ListLogGroupsRequest.limit': { min: 1, max: 1000 },
    logEventMessages: { min: 1, max: 50, of: { min: 1 } },
    logEvents: { min: 1, max: 10_000 },
    logGroupClass: { values: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS'] },
    logGroupIdentifier: { min: 1, max: 2048, pattern: '[\\w#+=/:,.@-]*', unprinted: true },
    logGroupIdentifiers: { min: 1, max: 50, of: { min: 1, max: 2048, pattern: '[\\w#+=/:,.@-]*' } },
    logGroupName: { min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' },
    logGroupNames: { of: { min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' } },
    logGroupNamePattern: { max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' },
    'ListLogGroupsRequest.logGroupNamePattern': {
      min: 3,
      max: 129,
      pattern: '(\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}',
    },
    logGroupNamePrefix: { min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' },
    logStreamName: { min: 1, max: 512, pattern: '[^:*]*' },
    logStreamNamePrefix: { min: 1, max: 512, pattern: '[^:*]*' },
    logStreamNames: { min: 1, max: 100, of: { min: 1, max: 512, pattern: '[^:*]*' } },
    maxResults: { min: 1, max: 1000 },
    message: { min: 1 },
    metricName: { max: 255, pattern: '[^:*$]*' },
    metricNamespace: { max: 255, pattern: '[^*$]*' },
    metricTransformations: { min: 1, max: 1 },
    metricValue: { max: 100 },
    nextToken: { min: 1 },
    orderBy: { values: ['LogStreamName', 'LastEventTime'] },
    roleArn: { min: 1 },
    'DescribeSubscriptionFiltersRequest.limit': { min: 1, max: 50 },
    'DescribeMetricFiltersRequest.limit': { min: 1, max: 50 },
    'DescribeResourcePoliciesRequest.limit': { min: 1, max: 50 },
    policyDocument: { min: 1, max: 5120 },
    policyScope: { values: ['ACCOUNT', 'RESOURCE'] },
    queryId: { min: 0, max: 256 },
    queryLanguage: { values: ['CWLI', 'SQL', 'PPL'] },
    queryString: { min: 0, max: 10_000 },
    resourceArn: { min: 1, max: 1011, pattern: '[\\w+=/:,.@*#-]*' },
    resourceIdentifier: { min: 1, max: 2048, pattern: '[\\w+=/:,.@\\-\\*#]*' },
    sequenceToken: { min: 1 },
    startTime: { min: 0 },
    tagKeys: { max: 50, of: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' } },
    tags: {
      min: 1,
      max: 50,
      keys: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
      of: { max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
    },
    'UntagLogGroupRequest.tags': { min: 1, of: { min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' } },
    timestamp: { min: 0 },
    unit: { values: UNITS },
  },
  ignores: {
    forceUpdate: 'no other account can have a filter that the new policy would cut off',
    sequenceToken: 'neither needed nor looked at since 2023',
    entity: 'entities are not kept',
    unmask: 'no data is masked',
    interleaved: 'events of all log streams are always interleaved',
    'FilterLogEventsRequest.startFromHead': 'events are given oldest first',
  },
  refuses:
    'GetQueryResultsRequest.nextToken GetQueryResultsRequest.maxItems ' +
    'DeleteResourcePolicyRequest.expectedRevisionId DeleteResourcePolicyRequest.resourceArn ' +
    'DescribeResourcePoliciesRequest.resourceArn PutResourcePolicyRequest.expectedRevisionId ' +
    'PutResourcePolicyRequest.resourceArn emitSystemFieldDimensions emitSystemFields fieldSelectionCriteria ' +
    'includeLinkedAccounts accountIdentifiers dataSources fieldIndexNames logGroupTags',
});

export const { operation } = contract;
