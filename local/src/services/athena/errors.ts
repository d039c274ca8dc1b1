import { AwsError } from '../../core/errors';

export const invalidRequest = (message: string, code = 'INVALID_INPUT') =>
  new AwsError('InvalidRequestException', message, { fields: { AthenaErrorCode: code } });
export const resourceNotFound = (message: string, resource: string) =>
  new AwsError('ResourceNotFoundException', message, { fields: { ResourceName: resource } });
export const workGroupNotFound = (name: string) =>
  invalidRequest(`WorkGroup ${name} is not found.`, 'WORKGROUP_NOT_FOUND');
