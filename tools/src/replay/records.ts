import { gunzipSync } from 'node:zlib';
import { ToolError } from '../shared/errors';

/** A record to send again, with its original bytes. */
export interface ReplayRecord {
  readonly data: Buffer;
  /** Reason of its failure, for an object under the error prefix. */
  readonly reason?: string;
}

/** An object's bytes, decompressed if Firehose compressed them. */
export function unpacked(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/**
 * The records of an object under the error prefix: lines of JSON with the raw record in base64 ("Handling errors for
 * data format conversion", "Data failure handling"). The error's member has several names; `rawData` is common to all.
 */
export function failedRecords(bytes: Buffer, key: string): ReplayRecord[] {
  const lines = unpacked(bytes).toString('utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = parsedLine(line);
    if (typeof parsed?.rawData !== 'string') {
      throw new ToolError(
        `s3://${key}, line ${index + 1} is no failed record: it has no rawData. Is the prefix right (--error-prefix)?`,
      );
    }
    const reason = parsed.lastErrorCode ?? parsed.errorCode;
    const data = Buffer.from(parsed.rawData, 'base64');
    return [{ data, ...(typeof reason === 'string' && { reason }) }];
  });
}

function parsedLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The records of a backup object: JSON documents one after the other, with or without newlines between them, as
 * Firehose joins records. Text that isn't JSON is split into lines.
 */
export function backupRecords(bytes: Buffer): ReplayRecord[] {
  const content = unpacked(bytes);
  const found: ReplayRecord[] = [];
  let at = 0;
  while (at < content.length) {
    if (isSpace(content[at])) at++;
    else {
      const end = content[at] === OPEN ? endOfDocument(content, at) : endOfLine(content, at);
      found.push({ data: Buffer.from(content.subarray(at, end)) });
      at = end;
    }
  }
  return found;
}

const [OPEN, CLOSE, QUOTE, BACKSLASH, NEWLINE] = [0x7b, 0x7d, 0x22, 0x5c, 0x0a];

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === NEWLINE || byte === 0x0d;
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(NEWLINE, start);
  return end < 0 ? bytes.length : end;
}

function endOfDocument(bytes: Buffer, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return at + 1;
  }
  return endOfLine(bytes, start);
}
