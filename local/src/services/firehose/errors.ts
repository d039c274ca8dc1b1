import { AwsError } from '../../core/errors';

export const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgumentException', message);

export const streamNotFound = (name: string, accountId: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Firehose ${name} under account ${accountId} not found.`);

export const streamExists = (name: string, accountId: string): AwsError =>
  new AwsError('ResourceInUseException', `Firehose ${name} under accountId ${accountId} already exists`);

export const streamNotActive = (name: string, accountId: string, status: string): AwsError =>
  new AwsError('ResourceInUseException', `Firehose ${name} under accountId ${accountId} is in ${status} state`);

export const tooManyStreams = (accountId: string, limit: number): AwsError =>
  new AwsError(
    'LimitExceededException',
    `You have already consumed your firehose quota of ${limit} hoses for account ${accountId}.`,
  );

export const tooManyTags = (limit: number): AwsError =>
  new AwsError('LimitExceededException', `A delivery stream can have no more than ${limit} tags.`);

export const notOneDestination = (): AwsError =>
  invalidArgument('Exactly one destination configuration is supported for a Firehose');

export const invalidKey = (message: string): AwsError => new AwsError('InvalidKMSResourceException', message);

export const versionMismatch = (given: string, current: string): AwsError =>
  new AwsError(
    'ConcurrentModificationException',
    `Cannot update firehose: the current version id is ${current}, not ${given}.`,
  );

/**
 * The error for a setting that this endpoint doesn't support: refused at once, so that nobody waits for data that never
 * come.
 */
export const notHere = (what: string): AwsError =>
  invalidArgument(`${what} is not supported by this local endpoint; docs/firehose.md says what is.`);
