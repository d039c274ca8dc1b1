import type { ProcessingFailure, SourceRecord } from './record';

/** The schema's table, as error records name it. */
export interface CatalogTable {
  readonly catalogId: string;
  readonly databaseName: string;
  readonly tableName: string;
  readonly region: string;
  readonly versionId: string;
}

/**
 * A failed record as a line of JSON ("Handling errors for data format conversion"). AWS's documentation has had two
 * sets of names for the error's members; these are those of real objects on S3.
 * @param endedAt milliseconds since the epoch
 */
export function errorRecord(
  record: SourceRecord,
  failure: { readonly code: string; readonly message: string },
  endedAt: number,
  table: CatalogTable | undefined,
): Buffer {
  const line = {
    attemptsMade: 1,
    arrivalTimestamp: record.arrivedAt,
    lastErrorCode: failure.code,
    lastErrorMessage: failure.message,
    attemptEndingTimestamp: endedAt,
    rawData: record.data.toString('base64'),
    sequenceNumber: record.sequenceNumber,
    subSequenceNumber: null,
    ...(table === undefined ? {} : { dataCatalogTable: { ...table, catalogArn: null } }),
  };
  return Buffer.from(`${JSON.stringify(line)}\n`);
}

/** A record that failed in a Lambda processor, as a line of JSON ("Handle failure in data transformation"). */
export function processingErrorRecord(record: SourceRecord, failure: ProcessingFailure): Buffer {
  const line = {
    attemptsMade: failure.attempts,
    arrivalTimestamp: record.arrivedAt,
    errorCode: failure.code,
    errorMessage: failure.message,
    attemptEndingTimestamp: failure.endedAt,
    rawData: record.data.toString('base64'),
    lambdaArn: failure.lambdaArn,
  };
  return Buffer.from(`${JSON.stringify(line)}\n`);
}
