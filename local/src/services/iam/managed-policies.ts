import type { PolicyRecord } from './state';

/**
 * The AWS managed policies that exist here: those that grant whole services, whose documents hardly change. Attaching
 * any other fails, for a policy with a guessed document would enforce something that AWS doesn't.
 */
const GRANTS: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ['*'],
  AmazonAthenaFullAccess: ['athena:*', 'glue:*', 's3:*', 'sns:ListTopics', 'sns:GetTopicAttributes', 'cloudwatch:*'],
  AmazonKinesisFirehoseFullAccess: ['firehose:*'],
  AmazonKinesisFullAccess: ['kinesis:*'],
  AmazonKinesisReadOnlyAccess: ['kinesis:Get*', 'kinesis:List*', 'kinesis:Describe*'],
  AmazonS3FullAccess: ['s3:*', 's3-object-lambda:*'],
  AmazonS3ReadOnlyAccess: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
  CloudWatchFullAccess: ['cloudwatch:*', 'logs:*', 'sns:*'],
  CloudWatchLogsFullAccess: ['logs:*', 'cloudwatch:GenerateQuery'],
};

const SINCE = Date.parse('2015-02-06T18:40:00Z');

export const AWS_MANAGED_POLICIES: ReadonlyMap<string, PolicyRecord> = new Map(
  Object.entries(GRANTS).map(([name, actions]) => [`arn:aws:iam::aws:policy/${name}`, managed(name, actions)]),
);

function managed(name: string, actions: readonly string[]): PolicyRecord {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
  return {
    name,
    path: '/',
    id: `ANPA${name.toUpperCase().padEnd(17, 'X').slice(0, 17)}`,
    arn: `arn:aws:iam::aws:policy/${name}`,
    createdAt: SINCE,
    updatedAt: SINCE,
    tags: [],
    defaultVersionId: 'v1',
    nextVersion: 2,
    versions: [{ id: 'v1', document, createdAt: SINCE }],
  };
}
