import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { DeliveryFailure } from '../failure';

const CHUNK = 1 << 20;

/** Writes lines of rows that their table refused as error records with the source's data, one line each. */
export function writeRejectedRows(
  from: string,
  to: string,
  failure: DeliveryFailure,
  arrivedAt: number,
  endedAt: number,
): void {
  const output = openSync(to, 'w');
  try {
    for (const line of linesOf(from)) {
      const record = /"record":"([^"]*)"\}$/.exec(line)?.[1] ?? '';
      if (record === '') continue;
      const error = {
        attemptsMade: 1,
        arrivalTimestamp: arrivedAt,
        lastErrorCode: failure.code,
        lastErrorMessage: failure.message,
        attemptEndingTimestamp: endedAt,
        rawData: record,
        sequenceNumber: null,
        subSequenceNumber: null,
      };
      writeSync(output, `${JSON.stringify(error)}\n`);
    }
  } finally {
    closeSync(output);
  }
}

function* linesOf(path: string): Generator<string> {
  const input = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    let rest = Buffer.alloc(0);
    for (let size = readSync(input, chunk); size > 0; size = readSync(input, chunk)) {
      rest = Buffer.concat([rest, chunk.subarray(0, size)]);
      for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
        yield rest.subarray(0, end).toString('utf8');
        rest = rest.subarray(end + 1);
      }
    }
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(input);
  }
}
