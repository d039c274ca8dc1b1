import { AwsError } from '../../core/errors';
import type { ConsumerInfo, StreamInfo } from './stream-info';

// Kinesis' exceptions, in the service's wording.

export const invalidArgument = (message: string) => new AwsError('InvalidArgumentException', message);
export const invalidToken = () => invalidArgument('Invalid NextToken.');
export const validation = (message: string) => new AwsError('ValidationException', message);
export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message);
export const resourceInUse = (message: string) => new AwsError('ResourceInUseException', message);
export const resourceNotFound = (message: string) => new AwsError('ResourceNotFoundException', message);
export const internalFailure = () =>
  new AwsError('InternalFailureException', 'Internal Service Failure', { status: 500 });

export const streamNotFound = (name: string, accountId: string) =>
  resourceNotFound(`Stream ${name} under account ${accountId} not found.`);

export const streamExists = (name: string, accountId: string) =>
  resourceInUse(`Stream ${name} under account ${accountId} already exists.`);

export const streamNotActive = ({ name, accountId, status }: StreamInfo) =>
  resourceInUse(`Stream ${name} under account ${accountId} not ACTIVE, instead in state ${status}`);

export const consumerNotActive = ({ arn }: ConsumerInfo) =>
  resourceInUse(`Consumer ${arn} not ACTIVE, instead in state CREATING`);

export const noResourcePolicy = (arn: string) => resourceNotFound(`No resource policy found for resource ARN ${arn}.`);

/** The error for a text that can't be a shard's id. */
export const shardNotFound = (shardId: string, { name, accountId }: Pick<StreamInfo, 'name' | 'accountId'>) =>
  resourceNotFound(`Could not find shard ${shardId} in stream ${name} under account ${accountId}.`);

export const shardMissing = (shardId: string, { name, accountId }: Pick<StreamInfo, 'name' | 'accountId'>) =>
  resourceNotFound(`Shard ${shardId} in stream ${name} under account ${accountId} does not exist`);

/**
 * The error of a request with `DryRun` that passed every check; nothing was read or written
 * ("DryRunOperationException").
 */
export const dryRun = () =>
  new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');

export const rateExceeded = (shardId: string, stream: StreamInfo) =>
  new AwsError('ProvisionedThroughputExceededException', rateExceededMessage(shardId, stream));

export const rateExceededMessage = (shardId: string, { name, accountId }: StreamInfo) =>
  `Rate exceeded for shard ${shardId} in stream ${name} under account ${accountId}.`;

export const expiredIterator = (issuedAt: number, now: number) =>
  new AwsError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${javaDate(issuedAt)} while right now it is ` +
      `${javaDate(now)} which is further in the future than the tolerated delay of 300000 milliseconds.`,
  );

/** A time in Java's format: `Thu Jan 22 01:22:02 UTC 2015`. */
function javaDate(at: number): string {
  const [day, date, month, year, time] = new Date(at).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}

export const expiredNextToken = () =>
  new AwsError('ExpiredNextTokenException', 'The NextToken has expired: it is good for 300 seconds.');

export const shardLimitExceeded = (accountId: string, region: string, open: number, limit: number, added: number) =>
  limitExceeded(
    `This request would exceed the shard limit for the account ${accountId} in ${region}. Current shard count for ` +
      `the account: ${open}. Limit: ${limit}. Number of additional shards that would have resulted from this ` +
      `request: ${added}. Refer to the AWS Service Limits page ` +
      '(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request ' +
      'higher limits.',
  );
