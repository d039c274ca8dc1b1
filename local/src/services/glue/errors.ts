import { AwsError } from '../../core/errors';

export const catalogNotFound = (id: string) => new AwsError('EntityNotFoundException', `Catalog ${id} not found.`);
export const databaseNotFound = (name: string) =>
  new AwsError('EntityNotFoundException', `Database ${name} not found.`);
export const tableNotFound = (name: string) => new AwsError('EntityNotFoundException', `Table ${name} not found.`);
export const versionNotFound = () => new AwsError('EntityNotFoundException', 'Table version not found.');
export const partitionNotFound = () => new AwsError('EntityNotFoundException', 'Cannot find partition.');
export const statisticsNotFound = (column: string) =>
  new AwsError('EntityNotFoundException', `Column statistics of ${column} not found.`);
export const entityNotFound = () => new AwsError('EntityNotFoundException', 'Entity Not Found');
export const alreadyExists = (what: string) => new AwsError('AlreadyExistsException', `${what} already exists.`);
export const invalidInput = (message: string) => new AwsError('InvalidInputException', message);
export const invalidState = (message: string) => new AwsError('InvalidStateException', message);
export const concurrentModification = () =>
  new AwsError('ConcurrentModificationException', 'Update table failed due to concurrent modifications.');

/** The error for a token that doesn't belong to the listing. */
export const invalidToken = () => invalidInput('The NextToken is invalid.');
