import type { ProcessingFailure } from '../record';

/** A function's result for a record. */
export type Verdict =
  | 'Dropped'
  | Pick<ProcessingFailure, 'code' | 'message'>
  | {
      readonly data: Buffer;
      readonly partitionKeys: Readonly<Record<string, string>>;
      readonly tableRoute: unknown;
    };

const failed = (code: string, message: string): Verdict => ({ code: `Lambda.${code}`, message });

const MALFORMED = failed(
  'JsonProcessingException',
  'There was an error parsing returned records from the Lambda function. Ensure that the returned records follow the status model that is required by Amazon Data Firehose.',
);
const MISSING = failed(
  'MissingRecordId',
  'One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.',
);
const DUPLICATED = failed(
  'DuplicatedRecordId',
  'Multiple records were returned with the same record ID. Ensure that the Lambda function returns unique record IDs for each record.',
);
const FAILED = failed('ProcessingFailedStatus', 'ProcessingFailed status set for record');

/**
 * Parses a function's response ("Required parameters for data transformation"). An invalid result fails its own record
 * only; results for unknown ids are ignored.
 * @returns one result for each id, in order
 */
export function answersOf(payload: string, ids: readonly string[]): Verdict[] {
  const records = recordsIn(payload);
  if (records === undefined) return ids.map(() => MALFORMED);
  const byId = new Map<unknown, unknown[]>();
  for (const record of records) {
    const id = (record as { recordId?: unknown } | null)?.recordId;
    byId.set(id, [...(byId.get(id) ?? []), record]);
  }
  return ids.map((id) => {
    const own = byId.get(id) ?? [];
    if (own.length === 0) return MISSING;
    return own.length > 1 ? DUPLICATED : verdictOf(own[0] as Readonly<Record<string, unknown>>);
  });
}

function recordsIn(payload: string): readonly unknown[] | undefined {
  try {
    const { records } = (JSON.parse(payload) ?? {}) as { records?: unknown };
    return Array.isArray(records) ? records : undefined;
  } catch {
    return undefined;
  }
}

function verdictOf({ result, data, metadata }: Readonly<Record<string, unknown>>): Verdict {
  if (result === 'Dropped') return 'Dropped';
  if (result === 'ProcessingFailed') return FAILED;
  if (result !== 'Ok' || typeof data !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return MALFORMED;
  const { partitionKeys, otfMetadata } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  const keys = typeof partitionKeys === 'object' && partitionKeys !== null ? partitionKeys : {};
  return {
    data: Buffer.from(data, 'base64'),
    partitionKeys: keys as Readonly<Record<string, string>>,
    tableRoute: otfMetadata,
  };
}
