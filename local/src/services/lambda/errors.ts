import { AwsError } from '../../core/errors';

export const invalidParameter = (message: string) =>
  new AwsError('InvalidParameterValueException', message, { status: 400 });
export const invalidMarker = () => invalidParameter('Invalid Marker.');
export const functionNotFound = (arn: string) => notFound(`Function not found: ${arn}`);
export const notFound = (message: string) => new AwsError('ResourceNotFoundException', message, { status: 404 });
export const conflict = (message: string) => new AwsError('ResourceConflictException', message, { status: 409 });
export const tooManyRequests = (reason: string) =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429, fields: { Reason: reason } });
export const tooLarge = (bytes: number, most: number) =>
  new AwsError(
    'RequestTooLargeException',
    `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${most} bytes)`,
    { status: 413 },
  );
export const invalidContent = (reason: string) =>
  new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`, { status: 400 });
export const invalidZip = (message: string) => new AwsError('InvalidZipFileException', message, { status: 502 });
/** The endpoint is stopping: a running invocation neither succeeds nor fails, and is repeated after the next start. */
export const stopping = () => new AwsError('ServiceException', 'The endpoint is stopping.', { status: 500 });
