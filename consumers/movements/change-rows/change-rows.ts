import type {
  FirehoseTransformationEvent,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';

/** Attributes by name, each in DynamoDB's JSON: `{"email": {"S": "ada@example.com"}}`. */
type Attributes = Readonly<Record<string, object>>;

/** A change as DynamoDB writes it to a Kinesis stream ("Using Kinesis Data Streams to capture changes to DynamoDB"). */
interface ChangeRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly tableName: string;
  readonly userIdentity?: { readonly principalId?: string } | null;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly ApproximateCreationDateTimePrecision?: 'MILLISECOND' | 'MICROSECOND';
    readonly Keys: Attributes;
    readonly NewImage?: Attributes;
    readonly OldImage?: Attributes;
    readonly SizeBytes?: number;
  };
}

/** A row of the table of changes; the columns of `stacks/constructs/change-table.ts`. */
export interface ChangeRow {
  readonly event_id: string;
  readonly event_name: string;
  readonly changed_at: string;
  readonly table_name: string;
  readonly keys: string;
  readonly new_image: string | undefined;
  readonly old_image: string | undefined;
  readonly size_bytes: number | undefined;
  readonly user_identity: string | undefined;
  readonly sequence_number: string | undefined;
}

/**
 * Turns each change into a row whose images are texts of DynamoDB's JSON: Parquet has no type for values of any depth,
 * and text preserves sets, binaries and numbers of 38 digits. Records that aren't changes go to the error prefix.
 */
export async function changeRows({ records }: FirehoseTransformationEvent): Promise<FirehoseTransformationResult> {
  return {
    records: records.map(({ recordId, data, kinesisRecordMetadata }): FirehoseTransformationResultRecord => {
      const row = rowOf(Buffer.from(data, 'base64').toString('utf8'), kinesisRecordMetadata?.sequenceNumber);
      return row === undefined
        ? { recordId, result: 'ProcessingFailed', data }
        : { recordId, result: 'Ok', data: Buffer.from(`${JSON.stringify(row)}\n`).toString('base64') };
    }),
  };
}

/** The row of a change; undefined if the text isn't one. */
export function rowOf(text: string, sequenceNumber?: string): ChangeRow | undefined {
  const change = parsed(text);
  if (change === undefined) return undefined;
  const { Keys, NewImage, OldImage, SizeBytes } = change.dynamodb;
  return {
    event_id: change.eventID,
    event_name: change.eventName,
    changed_at: timeOf(change),
    table_name: change.tableName,
    keys: JSON.stringify(Object.fromEntries(Object.entries(Keys).sort(([a], [b]) => (a < b ? -1 : 1)))),
    new_image: NewImage && JSON.stringify(NewImage),
    old_image: OldImage && JSON.stringify(OldImage),
    size_bytes: SizeBytes,
    user_identity: change.userIdentity?.principalId,
    sequence_number: sequenceNumber,
  };
}

/** ISO 8601 with microseconds: sorts as text by time. */
function timeOf({ dynamodb }: ChangeRecord): string {
  const { ApproximateCreationDateTime: at, ApproximateCreationDateTimePrecision: precision } = dynamodb;
  const micros = precision === 'MICROSECOND' ? at : at * 1000;
  const millis = new Date(Math.floor(micros / 1000)).toISOString();
  return millis.replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`);
}

function parsed(text: string): ChangeRecord | undefined {
  try {
    const change = JSON.parse(text) as Partial<ChangeRecord> | null;
    const isChange =
      typeof change?.eventID === 'string' &&
      typeof change.dynamodb?.ApproximateCreationDateTime === 'number' &&
      typeof change.dynamodb.Keys === 'object';
    return isChange ? (change as ChangeRecord) : undefined;
  } catch {
    return undefined;
  }
}
