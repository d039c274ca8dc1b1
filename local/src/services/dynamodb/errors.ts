import { AwsError } from '../../core/errors';
import type { Item } from './values/attribute-value';

/** Errors whose `__type` isn't DynamoDB's own, but that of AWS' common framework. */
const SHARED_TYPES: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate#',
  SerializationException: 'com.amazon.coral.service#',
  AccessDeniedException: 'com.amazon.coral.service#',
  UnknownOperationException: 'com.amazon.coral.service#',
};

/** The `__type` of an error: clients cut it off at the `#`, other programs compare it whole. */
export const errorType = (code: string): string =>
  `${SHARED_TYPES[code] ?? 'com.amazonaws.dynamodb.v20120810#'}${code}`;

export const validation = (message: string) => new AwsError('ValidationException', message);
export const invalidParameter = (message: string) =>
  validation(`One or more parameter values were invalid: ${message}`);
export const invalidUpdate = validation;
export const keyMismatch = () => validation('The provided key element does not match the schema');
/** The error of an item operation on a missing table, or one that is still being created. */
export const resourceNotFound = () => new AwsError('ResourceNotFoundException', 'Requested resource not found');
export const tableNotFound = (name: string) =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
export const arnNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);
export const resourceInUse = (message: string) => new AwsError('ResourceInUseException', message);
export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message);

/** @param item item for ReturnValuesOnConditionCheckFailure */
export const conditionFailed = (item?: Item) =>
  new AwsError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    item === undefined ? {} : { fields: { Item: item } },
  );

/** Reason why an action of a transaction failed; `None` for the others. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

export const transactionCanceled = (reasons: readonly CancellationReason[]) =>
  new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    { fields: { CancellationReasons: reasons } },
  );
