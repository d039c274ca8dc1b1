import { AwsError } from '../../core/errors';

/** Error codes of SQS' JSON protocol, with those of its Query protocol for older clients. */
const legacy = (code: string, message: string, status = 400, queryCode = `AWS.SimpleQueueService.${code}`) =>
  new AwsError(code, message, { status, queryCode });

export const queueDoesNotExist = () =>
  legacy(
    'QueueDoesNotExist',
    'The specified queue does not exist for this wsdl version.',
    400,
    'AWS.SimpleQueueService.NonExistentQueue',
  );
export const queueNameExists = (attribute: string) =>
  legacy(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
    400,
    'QueueAlreadyExists',
  );
export const invalidAttributeName = (name: string) =>
  new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
export const invalidAttributeValue = (name: string) =>
  new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
export const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message);
export const invalidToken = () => invalidParameter('Invalid NextToken value.');
export const missingParameter = (message: string) => new AwsError('MissingParameter', message);
export const invalidReceiptHandle = (handle: string) =>
  new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`, {
    status: 404,
  });
export const messageNotInflight = () =>
  legacy('MessageNotInflight', 'The specified message is not in flight or is not available for the receipt handle.');
export const invalidMessageContents = () =>
  new AwsError(
    'InvalidMessageContents',
    'Invalid binary character was found in the message body; the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
  );
export const emptyBatch = () => legacy('EmptyBatchRequest', 'There should be at least one entry in the request.');
export const tooManyEntries = (count: number) =>
  legacy('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${count}.`);
export const idsNotDistinct = (id: string) => legacy('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
export const invalidBatchId = () =>
  legacy(
    'InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  );
export const batchTooLong = (bytes: number) =>
  legacy('BatchRequestTooLong', `Batch requests cannot be longer than 1048576 bytes. You have sent ${bytes} bytes.`);
export const purgeInProgress = (name: string) =>
  legacy('PurgeQueueInProgress', `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`, 403);
export const unsupported = (message: string) => legacy('UnsupportedOperation', message);
export const resourceNotFound = (message: string) =>
  new AwsError('ResourceNotFoundException', message, { status: 404 });
