import { Contract } from '../../core/contract';

/** S3's contract: AWS's model, and the limits that its API reference adds. */
export const contract = new Contract<typeof import('@aws-sdk/client-s3')>('s3');

export const { operation, operationOf } = contract;
