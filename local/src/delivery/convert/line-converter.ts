import { isUtf8 } from 'node:buffer';
import type { HiveType } from '../../core/hive-types';
import { coerce, quote } from './coerce';
import { CoercionError } from './coercion-error';
import { type Json, JsonError, JsonObject, parseDocuments } from './json';
import type { SerDe } from './serde';
import { templateOf } from './template';

export interface Column {
  readonly name: string;
  readonly type: HiveType;
}

/** Reason why a record couldn't be converted, with AWS's code. */
export interface ConversionFailure {
  readonly code: 'DataFormatConversion.ParseError' | 'DataFormatConversion.MalformedData';
  readonly message: string;
}

/** A record's rows as lines of JSON, for {@link writeParquet} once the last one ends with a newline too. */
export type Converted = { readonly lines: Buffer; readonly rows: number } | { readonly failure: ConversionFailure };

/** Most templates of records that are kept at a time. */
const MAX_TEMPLATES = 8;
/** Longest line that DuckDB reads; a record of 10 MiB exceeds it only with many escapes. */
const MAX_LINE_BYTES = 16_000_000;

/** Converts records to lines of JSON in the columns' types, or reports why that failed. */
export class LineConverter {
  private readonly byName: ReadonlyMap<string, Column>;
  private templates: RegExp[] = [];

  /** @param columns columns with names in lower case */
  constructor(
    private readonly columns: readonly Column[],
    private readonly serde: SerDe,
  ) {
    this.byName = new Map(columns.map((column) => [column.name, column]));
  }

  /** Converts all documents of a record, or none of them. */
  convert(data: Buffer): Converted {
    if (this.isFamiliar(data)) return { lines: withoutEnd(data), rows: 1 };
    if (!isUtf8(data)) return failure('ParseError', 'The record is not valid UTF-8.');
    try {
      const documents = parseDocuments(data.toString('utf8'));
      if (documents.length === 0) {
        return failure('MalformedData', 'The record was empty or contained only whitespace.');
      }
      const lines = Buffer.from(documents.map((document) => this.line(document)).join('\n'));
      if (lines.length > MAX_LINE_BYTES) return failure('MalformedData', 'The record is too large to be converted.');
      if (documents.length === 1) this.learn(documents[0] as Json);
      return { lines, rows: documents.length };
    } catch (error) {
      if (error instanceof JsonError) return failure('ParseError', `Encountered malformed JSON: ${error.message}`);
      if (error instanceof CoercionError) return failure('MalformedData', error.message);
      // A hostile record exhausts the stack or a string's length: it fails alone, not with its batch.
      if (error instanceof RangeError) return failure('MalformedData', 'The record is too large to be converted.');
      throw error;
    }
  }

  private isFamiliar(data: Buffer): boolean {
    if (this.templates.length === 0) return false;
    // Bytes as Latin-1 characters: the patterns look at ASCII only, and other bytes occur within strings only.
    const text = data.toString('latin1');
    for (const [index, template] of this.templates.entries()) {
      if (!template.test(text)) continue;
      if (index > 0) this.templates = [template, ...this.templates.filter((other) => other !== template)];
      return isUtf8(data);
    }
    return false;
  }

  private learn(document: Json): void {
    const template = templateOf(document, this.byName, this.serde);
    if (template === undefined || this.templates.some(({ source }) => source === template.source)) return;
    this.templates = [template, ...this.templates].slice(0, MAX_TEMPLATES);
  }

  private line(document: Json): string {
    if (!(document instanceof JsonObject)) {
      throw new CoercionError(
        Array.isArray(document)
          ? 'Data does not match the schema. The top level must be an object: an array of documents is not supported.'
          : 'The input JSON contained a primitive at the top level. The top level must be an object or array.',
      );
    }
    const find = this.serde.members(document);
    const members: string[] = [];
    for (const [index, { name, type }] of this.columns.entries()) {
      const value = find?.(name, index);
      if (value !== undefined && value !== null) members.push(`${quote(name)}:${coerce(value, type, this.serde)}`);
    }
    return `{${members.join(',')}}`;
  }
}

/** A record without white space at its end. */
function withoutEnd(data: Buffer): Buffer {
  let end = data.length;
  while (data[end - 1] !== 0x7d) end--;
  return end === data.length ? data : data.subarray(0, end);
}

function failure(code: 'ParseError' | 'MalformedData', message: string): Converted {
  return { failure: { code: `DataFormatConversion.${code}`, message } };
}
