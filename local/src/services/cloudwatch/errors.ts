import { AwsError } from '../../core/errors';

// CloudWatch's older clients use other error codes than its newer ones: the service model has both.
export const invalidParameter = (message: string) =>
  new AwsError('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });
export const invalidCombination = (message: string) =>
  new AwsError('InvalidParameterCombinationException', message, { queryCode: 'InvalidParameterCombination' });
export const missingParameter = (message: string) =>
  new AwsError('MissingRequiredParameterException', message, { queryCode: 'MissingParameter' });
export const validation = (message: string) =>
  new AwsError('ValidationException', message, { queryCode: 'ValidationError' });
export const invalidToken = () =>
  new AwsError('InvalidNextToken', 'The next token specified is invalid.', { queryCode: 'InvalidNextToken' });
export const alarmNotFound = (name: string) =>
  new AwsError('ResourceNotFound', `Alarm ${name} does not exist`, { status: 404, queryCode: 'ResourceNotFound' });
export const resourceNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `Unknown resource: ${arn}`, {
    status: 404,
    queryCode: 'ResourceNotFoundException',
    fields: { ResourceId: arn },
  });
export const invalidFormat = (message: string) =>
  new AwsError('InvalidFormatFault', message, { queryCode: 'InvalidFormat' });
export const dashboardNotFound = (name: string) =>
  new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, {
    status: 404,
    queryCode: 'ResourceNotFound',
  });
export const invalidDashboard = (message: string) =>
  new AwsError('DashboardInvalidInputError', `The field DashboardBody must be a valid JSON object: ${message}`, {
    queryCode: 'InvalidParameterInput',
    fields: { dashboardValidationMessages: [{ DataPath: '/', Message: message }] },
  });
export const tooManyTags = () => invalidParameter('The maximum number of tags for a resource is 50.');
