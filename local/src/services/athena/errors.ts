import { randomUUID } from 'node:crypto';
import { AwsError } from '../../core/errors';

/** @param athenaErrorCode AWS's finer error code, such as `MALFORMED_QUERY` */
export const invalidRequest = (message: string, athenaErrorCode = 'INVALID_INPUT') =>
  new AwsError('InvalidRequestException', message, { fields: { AthenaErrorCode: athenaErrorCode } });
export const workGroupNotFound = () => invalidRequest('WorkGroup is not found.');
export const dataCatalogNotFound = (name: string) =>
  invalidRequest(`DataCatalog ${name} was not found`, 'DATACATALOG_NOT_FOUND');
export const queryExecutionNotFound = (id: string) =>
  invalidRequest(`QueryExecution ${id} was not found`, 'QUERY_EXECUTION_NOT_FOUND');
export const namedQueryNotFound = (id: string) => invalidRequest(`NamedQuery ${id} does not exist`);
export const statementNotFound = (workGroup: string, name: string) =>
  new AwsError('ResourceNotFoundException', `PreparedStatement ${name} was not found in workGroup ${workGroup}`, {
    fields: { ResourceName: name },
  });
export const resourceNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `Resource ${arn} was not found`, { fields: { ResourceName: arn } });
export const parametersDiffer = () =>
  invalidRequest('Idempotent parameters do not match', 'IDEMPOTENT_PARAMETER_MISMATCH');

export const catalogNotFound = (name: string) =>
  invalidRequest(`Catalog '${name}' does not exist`, 'DATACATALOG_NOT_FOUND');

/** Glue's error as Athena passes it on: clients find `EntityNotFoundException` or `AccessDeniedException` in the message. */
export const metadataError = ({ message, code }: AwsError) =>
  new AwsError('MetadataException', `${message} ${ofGlue(code)}`);
/** The error for a table of DESCRIBE that Glue doesn't find. */
export const entityNotFound = () => invalidRequest(`Entity Not Found ${ofGlue('EntityNotFoundException')}`);

const ofGlue = (code: string) =>
  `(Service: AmazonDataCatalog; Status Code: 400; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null)`;

/** The error for a token that doesn't belong to the listing. */
export const invalidToken = (token: string) => invalidRequest(`The nextPageToken is malformed: ${token}`);
