import { open } from 'node:fs/promises';
import type { QueryExecution, Row } from '@aws-sdk/client-athena';
import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { isIndex, readToken, writeToken } from '../../../core/paging';
import { splitS3Uri } from '../../../core/s3-uri';
import { parseCsv } from '../../../query/result/csv';
import { objectFile } from '../../s3/object-file';
import { operation } from '../contract';
import { invalidRequest } from '../errors';
import { executionNow, itsWorkGroup } from './query-executions';

const MAX_ROWS = 1_000;
const PIECE_BYTES = 1 << 18;
/** Longest row that Athena returns. */
const MAX_ROW_BYTES = 64 << 20;

/** A page of a result, read from the object that the query wrote. The first page of a SELECT begins with its header. */
export const getQueryResults = operation('GetQueryResults', {
  resource: itsWorkGroup,
  handle: async (input, { cloud, caller }) => {
    if (input.QueryResultType === 'DATA_MANIFEST')
      throw invalidRequest('DATA_MANIFEST is not supported by this local endpoint.');
    const { execution, columns, updateCount } = executionNow(cloud, caller, input.QueryExecutionId);
    if ((input.MaxResults ?? MAX_ROWS) > MAX_ROWS)
      throw invalidRequest(`MaxResults is more than maximum allowed length ${MAX_ROWS}`);
    checkSucceeded(execution);
    const malformed = (token: string) => invalidRequest(`Malformed nextPageToken ${token}`);
    const offset = readToken<number>(input.NextToken, malformed, isIndex) ?? 0;
    const file = await resultFile(cloud, caller, execution.ResultConfiguration?.OutputLocation as string);
    const limit = input.MaxResults ?? MAX_ROWS;
    const csv = execution.ResultConfiguration?.OutputLocation?.endsWith('.csv') === true;
    const page = await readPage(file.path, offset, limit, csv ? parseCsv : parseText);
    return {
      UpdateCount: updateCount ?? 0,
      ResultSet: {
        Rows: page.rows.map(toRow),
        ResultSetMetadata: { ColumnInfo: [...columns] },
      },
      NextToken: page.end < file.size ? writeToken(page.end) : undefined,
    };
  },
});

function checkSucceeded({ Status }: QueryExecution): void {
  switch (Status?.State) {
    case 'SUCCEEDED':
      return;
    case 'FAILED':
      throw invalidRequest(
        'Query did not finish successfully. Final query state: FAILED',
        'INVALID_QUERY_EXECUTION_STATE',
      );
    case 'CANCELLED':
      throw invalidRequest('Could not find results', 'RESULT_NOT_FOUND');
    default:
      throw invalidRequest(
        `Query has not yet finished. Current state: ${Status?.State}`,
        'INVALID_QUERY_EXECUTION_STATE',
      );
  }
}

async function resultFile(cloud: Cloud, caller: Caller, location: string) {
  const { Bucket, Key } = splitS3Uri(location);
  try {
    return await objectFile(cloud, Bucket, Key, caller);
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith('NoSuch')) {
      throw invalidRequest(`Could not find results: ${error.message}`, 'RESULT_NOT_FOUND');
    }
    throw error;
  }
}

type Rows = (string | undefined)[][];
type Parse = (text: string, maxRows: number) => { rows: Rows; length: number };

/** Lines of plain text: each is a row of one value, also DESCRIBE's, whose columns are separated by tabs. */
const parseText: Parse = (text, maxRows) => {
  const rows: Rows = [];
  let at = 0;
  while (rows.length < maxRows) {
    const end = text.indexOf('\n', at);
    if (end === -1) break;
    rows.push([text.slice(at, end)]);
    at = end + 1;
  }
  return { rows, length: at };
};

/** Reads whole rows from a position in a file. */
async function readPage(
  path: string,
  offset: number,
  limit: number,
  parse: Parse,
): Promise<{ rows: Rows; end: number }> {
  const file = await open(path);
  try {
    let bytes = Buffer.alloc(0);
    for (;;) {
      const piece = Buffer.alloc(Math.max(PIECE_BYTES, bytes.length));
      const { bytesRead } = await file.read(piece, 0, piece.length, offset + bytes.length);
      bytes = Buffer.concat([bytes, piece.subarray(0, bytesRead)]);
      // A character that is cut at the end belongs to an incomplete row, which isn't used.
      const text = bytes.toString('utf8');
      const { rows, length } = parse(text, limit);
      if (rows.length === limit || bytesRead === 0 || bytes.length > MAX_ROW_BYTES) {
        return { rows, end: offset + Buffer.byteLength(text.slice(0, length)) };
      }
    }
  } finally {
    await file.close();
  }
}

function toRow(values: (string | undefined)[]): Row {
  return { Data: values.map((value) => (value === undefined ? {} : { VarCharValue: value })) };
}
