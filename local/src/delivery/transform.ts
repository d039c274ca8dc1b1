import type { ErrorOutputType } from '../services/firehose/language/prefix';
import type { DestinationSettings } from '../services/firehose/state';
import { LineConverter } from './convert/line-converter';
import { serdeOf } from './convert/serde';
import type { CatalogTable } from './error-record';
import type { JqRunner } from './partition/jq';
import { type Partitioned, partitionerOf } from './partition/partitioner';
import type { Schema } from './schema';

/** A part of an object, from one record or sub-record. */
export interface Piece {
  readonly data: Buffer;
  /** Separator after it. */
  readonly end: Buffer;
  readonly partitionKeys: Readonly<Record<string, string>>;
}

/** Result of a record's transformation, or its failure. */
export type Transformed =
  | { readonly pieces: readonly Piece[] }
  | { readonly type: ErrorOutputType; readonly code: string; readonly message: string };

/** A record's data, with a Lambda processor's metadata. */
export interface TransformInput {
  readonly data: Buffer;
  readonly lambda?: { readonly partitionKeys: Piece['partitionKeys']; readonly tableRoute?: unknown };
}

/** Converts records to the content of objects, by the destination's settings. */
export interface Transform {
  readonly table: CatalogTable | undefined;
  readonly schema: Schema | undefined;
  /** Whether the pieces are rows of the tables that their partition keys name. @default false */
  readonly tables?: boolean;
  /** Returns one result for each record, in order. */
  apply(records: readonly TransformInput[]): Promise<Transformed[]>;
}

const NO_KEYS = {};
const NEWLINE = Buffer.from('\n');
export const NOTHING = Buffer.alloc(0);

/**
 * @param schema set for format conversion
 * @param jq runs the query of dynamic partitioning
 */
export function transformOf(settings: DestinationSettings, schema: Schema | undefined, jq: JqRunner): Transform {
  const format = schema === undefined ? rawFormat(settings) : convertingFormat(settings, schema);
  const partitioner = partitionerOf(settings, jq);
  return {
    schema,
    table: schema?.table,
    apply: async (records) =>
      partitioner === undefined
        ? records.map(({ data }) => format(data, NO_KEYS))
        : (await partitioner(records)).map((partitioned) => formatParts(format, partitioned)),
  };
}

type Format = (data: Buffer, partitionKeys: Piece['partitionKeys']) => Transformed;

function rawFormat(settings: DestinationSettings): Format {
  const end = delimiterOf(settings);
  return (data, partitionKeys) => ({ pieces: [{ data, end, partitionKeys }] });
}

function convertingFormat(settings: DestinationSettings, schema: Schema): Format {
  const deserializer = settings.DataFormatConversionConfiguration?.InputFormatConfiguration?.Deserializer ?? {};
  const converter = new LineConverter(schema.columns, serdeOf(deserializer));
  return (data, partitionKeys) => {
    const converted = converter.convert(data);
    if ('lines' in converted) return { pieces: [{ data: converted.lines, end: NEWLINE, partitionKeys }] };
    return { type: 'format-conversion-failed', ...converted.failure };
  };
}

function formatParts(format: Format, partitioned: Partitioned): Transformed {
  if (!('parts' in partitioned)) return { type: 'metadata-extraction-failed', ...partitioned };
  const pieces: Piece[] = [];
  for (const { data, keys } of partitioned.parts) {
    const transformed = format(data, keys);
    if (!('pieces' in transformed)) return transformed;
    pieces.push(...transformed.pieces);
  }
  return { pieces };
}

/**
 * The delimiter of AppendDelimiterToRecord, whose parameter spells `
 * ` as two characters.
 */
function delimiterOf(settings: DestinationSettings): Buffer {
  const processing = settings.ProcessingConfiguration;
  if (processing?.Enabled !== true) return NOTHING;
  const processor = processing.Processors?.find(({ Type }) => Type === 'AppendDelimiterToRecord');
  if (processor === undefined) return NOTHING;
  const given = processor.Parameters?.find(({ ParameterName }) => ParameterName === 'Delimiter')?.ParameterValue;
  return Buffer.from((given ?? '\\n').replaceAll('\\n', '\n').replaceAll('\\t', '\t'));
}
