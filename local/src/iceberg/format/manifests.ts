import { type AvroJson, type AvroRecord, readAvro, writeAvro } from './avro';
import { badMetadata } from './errors';
import { formatExactJson } from './exact-json';
import { type BoundField, type PartitionTuple, partitionAvro, tupleFromAvro, tupleToAvro } from './partition-spec';
import type { Schema } from './schema';
import { compareValues, type Value, valueFromBytes, valueToBytes } from './values';

/** Content of a file: rows, positions of deleted rows, or values whose rows are deleted. */
export const CONTENT = { data: 0, positionDeletes: 1, equalityDeletes: 2 } as const;

/** A data file or a delete file of a table, as manifests describe it. Maps are by field id. */
export interface DataFile {
  readonly content: 0 | 1 | 2;
  readonly path: string;
  readonly format: string;
  readonly specId: number;
  readonly partition: PartitionTuple;
  readonly recordCount: number;
  /** Bytes. */
  readonly size: number;
  readonly columnSizes: ReadonlyMap<number, number>;
  readonly valueCounts: ReadonlyMap<number, number>;
  readonly nullCounts: ReadonlyMap<number, number>;
  readonly nanCounts: ReadonlyMap<number, number>;
  readonly lower: ReadonlyMap<number, Buffer>;
  readonly upper: ReadonlyMap<number, Buffer>;
  readonly splitOffsets?: readonly bigint[];
  /** Columns that an equality delete file compares. */
  readonly equalityIds?: readonly number[];
  readonly sortOrderId?: number;
}

export const STATUS = { existing: 0, added: 1, deleted: 2 } as const;

/** A file in a manifest. */
export interface ManifestEntry {
  readonly status: 0 | 1 | 2;
  readonly snapshotId: bigint;
  /** Sequence number of the snapshot that wrote its rows; delete files apply to older ones. */
  readonly sequenceNumber: bigint;
  readonly fileSequenceNumber: bigint;
  readonly file: DataFile;
}

/** A manifest's entry in a manifest list. */
export interface Manifest {
  readonly path: string;
  readonly length: number;
  readonly specId: number;
  readonly content: 0 | 1;
  readonly sequenceNumber: bigint;
  readonly minSequenceNumber: bigint;
  readonly snapshotId: bigint;
  readonly addedFiles: number;
  readonly existingFiles: number;
  readonly deletedFiles: number;
  readonly addedRows: number;
  readonly existingRows: number;
  readonly deletedRows: number;
  readonly partitions: readonly FieldSummary[];
}

/** Summary of a spec's field over all files of a manifest. */
export interface FieldSummary {
  readonly containsNull: boolean;
  readonly containsNan?: boolean;
  readonly lower?: Buffer;
  readonly upper?: Buffer;
}

const field = (id: number, name: string, type: AvroJson) => ({ name, type, 'field-id': id });
const optional = (id: number, name: string, type: AvroJson) => ({
  name,
  type: ['null', type],
  default: null,
  'field-id': id,
});
/** A map with integer keys, which Avro's own maps lack: a list of pairs. */
const idMap = (keyId: number, valueId: number, value: AvroJson): AvroJson => ({
  type: 'array',
  logicalType: 'map',
  items: {
    type: 'record',
    name: `k${keyId}_v${valueId}`,
    fields: [field(keyId, 'key', 'int'), field(valueId, 'value', value)],
  },
});

function entrySchema(fields: readonly BoundField[]): AvroJson {
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      field(0, 'status', 'int'),
      optional(1, 'snapshot_id', 'long'),
      optional(3, 'sequence_number', 'long'),
      optional(4, 'file_sequence_number', 'long'),
      field(2, 'data_file', {
        type: 'record',
        name: 'r2',
        fields: [
          field(134, 'content', 'int'),
          field(100, 'file_path', 'string'),
          field(101, 'file_format', 'string'),
          field(102, 'partition', partitionAvro(fields)),
          field(103, 'record_count', 'long'),
          field(104, 'file_size_in_bytes', 'long'),
          optional(108, 'column_sizes', idMap(117, 118, 'long')),
          optional(109, 'value_counts', idMap(119, 120, 'long')),
          optional(110, 'null_value_counts', idMap(121, 122, 'long')),
          optional(137, 'nan_value_counts', idMap(138, 139, 'long')),
          optional(125, 'lower_bounds', idMap(126, 127, 'bytes')),
          optional(128, 'upper_bounds', idMap(129, 130, 'bytes')),
          optional(132, 'split_offsets', { type: 'array', items: 'long', 'element-id': 133 }),
          optional(135, 'equality_ids', { type: 'array', items: 'int', 'element-id': 136 }),
          optional(140, 'sort_order_id', 'int'),
        ],
      }),
    ],
  };
}

const LIST_SCHEMA: AvroJson = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    field(500, 'manifest_path', 'string'),
    field(501, 'manifest_length', 'long'),
    field(502, 'partition_spec_id', 'int'),
    field(517, 'content', 'int'),
    field(515, 'sequence_number', 'long'),
    field(516, 'min_sequence_number', 'long'),
    field(503, 'added_snapshot_id', 'long'),
    field(504, 'added_files_count', 'int'),
    field(505, 'existing_files_count', 'int'),
    field(506, 'deleted_files_count', 'int'),
    field(512, 'added_rows_count', 'long'),
    field(513, 'existing_rows_count', 'long'),
    field(514, 'deleted_rows_count', 'long'),
    optional(507, 'partitions', {
      type: 'array',
      'element-id': 508,
      items: {
        type: 'record',
        name: 'r508',
        fields: [
          field(509, 'contains_null', 'boolean'),
          optional(518, 'contains_nan', 'boolean'),
          optional(510, 'lower_bound', 'bytes'),
          optional(511, 'upper_bound', 'bytes'),
        ],
      },
    }),
  ],
};

const toPairs = <V, W>(map: ReadonlyMap<number, V>, to: (value: V) => W) =>
  map.size === 0 ? null : [...map].sort(([a], [b]) => a - b).map(([key, value]) => ({ key, value: to(value) }));

/**
 * Writes a manifest.
 * @param committed the commit's sequence number, which added files inherit from the manifest list
 */
export function writeManifest(
  entries: readonly ManifestEntry[],
  schema: Schema,
  spec: { readonly id: number; readonly fields: readonly BoundField[]; readonly json: unknown },
  content: 0 | 1,
  committed: bigint,
): Buffer {
  const inherited = (status: number, number: bigint) =>
    status === STATUS.added && number === committed ? null : number;
  const records = entries.map(({ status, snapshotId, sequenceNumber, fileSequenceNumber, file }) => ({
    status,
    snapshot_id: snapshotId,
    sequence_number: inherited(status, sequenceNumber),
    file_sequence_number: inherited(status, fileSequenceNumber),
    data_file: {
      content: file.content,
      file_path: file.path,
      file_format: file.format,
      partition: tupleToAvro(spec.fields, file.partition),
      record_count: BigInt(file.recordCount),
      file_size_in_bytes: BigInt(file.size),
      column_sizes: toPairs(file.columnSizes, BigInt),
      value_counts: toPairs(file.valueCounts, BigInt),
      null_value_counts: toPairs(file.nullCounts, BigInt),
      nan_value_counts: toPairs(file.nanCounts, BigInt),
      lower_bounds: toPairs(file.lower, (bytes) => bytes),
      upper_bounds: toPairs(file.upper, (bytes) => bytes),
      split_offsets: file.splitOffsets ?? null,
      equality_ids: file.equalityIds ?? null,
      sort_order_id: file.sortOrderId ?? null,
    },
  }));
  return writeAvro(entrySchema(spec.fields), records, {
    schema: formatExactJson(schema),
    'schema-id': String(schema['schema-id']),
    'partition-spec': formatExactJson(spec.json),
    'partition-spec-id': String(spec.id),
    'format-version': '2',
    content: content === 0 ? 'data' : 'deletes',
  });
}

type Pairs<V> = readonly { key: number; value: V }[] | null | undefined;
const fromPairs = <V, W>(pairs: Pairs<V>, to: (value: V) => W) =>
  new Map((pairs ?? []).map(({ key, value }) => [key, to(value)]));

/**
 * Reads a manifest's files, with the values that they inherit from the list. @param fields fields of the manifest's
 * spec
 */
export function readManifest(bytes: Buffer, manifest: Manifest, fields: readonly BoundField[]): ManifestEntry[] {
  const { records, schema } = readAvro(bytes);
  const partition = partitionSchema(schema);
  return records.map((record) => {
    const status = Number(record.status) as 0 | 1 | 2;
    const inherited = status === STATUS.added ? manifest.sequenceNumber : 0n;
    return {
      status,
      snapshotId: (record.snapshot_id as bigint | null) ?? manifest.snapshotId,
      sequenceNumber: (record.sequence_number as bigint | null | undefined) ?? inherited,
      fileSequenceNumber: (record.file_sequence_number as bigint | null | undefined) ?? inherited,
      file: dataFileOf(record.data_file as AvroRecord, partition, manifest.specId, fields),
    };
  });
}

function partitionSchema(schema: AvroJson): AvroJson {
  const find = (record: unknown, name: string) =>
    (record as { fields: { name: string; type: AvroJson }[] }).fields.find((each) => each.name === name)?.type;
  const dataFile = find(schema, 'data_file');
  const found = dataFile === undefined ? undefined : find(dataFile, 'partition');
  if (found === undefined) throw badMetadata('a manifest has no partition values');
  return found;
}

function dataFileOf(raw: AvroRecord, partition: AvroJson, specId: number, fields: readonly BoundField[]): DataFile {
  const counts = (name: string) => fromPairs(raw[name] as Pairs<bigint>, Number);
  const bounds = (name: string) => fromPairs(raw[name] as Pairs<Uint8Array>, (bytes) => Buffer.from(bytes));
  const list = raw.equality_ids as readonly number[] | null | undefined;
  return {
    content: Number(raw.content ?? 0) as 0 | 1 | 2,
    path: raw.file_path as string,
    format: (raw.file_format as string).toUpperCase(),
    specId,
    partition: tupleFromAvro(fields, partition, raw.partition as AvroRecord),
    recordCount: Number(raw.record_count),
    size: Number(raw.file_size_in_bytes),
    columnSizes: counts('column_sizes'),
    valueCounts: counts('value_counts'),
    nullCounts: counts('null_value_counts'),
    nanCounts: counts('nan_value_counts'),
    lower: bounds('lower_bounds'),
    upper: bounds('upper_bounds'),
    ...(list && { equalityIds: [...list] }),
    ...(Array.isArray(raw.split_offsets) && { splitOffsets: raw.split_offsets as bigint[] }),
    ...(typeof raw.sort_order_id === 'number' && { sortOrderId: raw.sort_order_id }),
  };
}

export function writeManifestList(
  manifests: readonly Manifest[],
  snapshot: { readonly id: bigint; readonly parentId?: bigint; readonly sequenceNumber: bigint },
): Buffer {
  const records = manifests.map((manifest) => ({
    manifest_path: manifest.path,
    manifest_length: BigInt(manifest.length),
    partition_spec_id: manifest.specId,
    content: manifest.content,
    sequence_number: manifest.sequenceNumber,
    min_sequence_number: manifest.minSequenceNumber,
    added_snapshot_id: manifest.snapshotId,
    added_files_count: manifest.addedFiles,
    existing_files_count: manifest.existingFiles,
    deleted_files_count: manifest.deletedFiles,
    added_rows_count: BigInt(manifest.addedRows),
    existing_rows_count: BigInt(manifest.existingRows),
    deleted_rows_count: BigInt(manifest.deletedRows),
    partitions: manifest.partitions.map((summary) => ({
      contains_null: summary.containsNull,
      contains_nan: summary.containsNan ?? null,
      lower_bound: summary.lower ?? null,
      upper_bound: summary.upper ?? null,
    })),
  }));
  return writeAvro(LIST_SCHEMA, records, {
    'snapshot-id': String(snapshot.id),
    'parent-snapshot-id': String(snapshot.parentId ?? 'null'),
    'sequence-number': String(snapshot.sequenceNumber),
    'format-version': '2',
  });
}

export function readManifestList(bytes: Buffer): Manifest[] {
  return readAvro(bytes).records.map((raw) => {
    const count = (...names: string[]) => Number(names.map((name) => raw[name]).find((each) => each != null) ?? 0);
    return {
      path: raw.manifest_path as string,
      length: Number(raw.manifest_length),
      specId: Number(raw.partition_spec_id),
      content: Number(raw.content ?? 0) as 0 | 1,
      sequenceNumber: (raw.sequence_number as bigint | undefined) ?? 0n,
      minSequenceNumber: (raw.min_sequence_number as bigint | undefined) ?? 0n,
      snapshotId: (raw.added_snapshot_id as bigint | null) ?? 0n,
      // Name of the field in format version 1.
      addedFiles: count('added_files_count', 'added_data_files_count'),
      existingFiles: count('existing_files_count', 'existing_data_files_count'),
      deletedFiles: count('deleted_files_count', 'deleted_data_files_count'),
      addedRows: count('added_rows_count'),
      existingRows: count('existing_rows_count'),
      deletedRows: count('deleted_rows_count'),
      partitions: ((raw.partitions ?? []) as AvroRecord[]).map((summary) => ({
        containsNull: summary.contains_null as boolean,
        ...(typeof summary.contains_nan === 'boolean' && { containsNan: summary.contains_nan }),
        ...(summary.lower_bound != null && { lower: Buffer.from(summary.lower_bound as Uint8Array) }),
        ...(summary.upper_bound != null && { upper: Buffer.from(summary.upper_bound as Uint8Array) }),
      })),
    };
  });
}

/** The manifest list's entry of a newly written manifest. */
export function describeManifest(
  path: string,
  length: number,
  entries: readonly ManifestEntry[],
  spec: { readonly id: number; readonly fields: readonly BoundField[] },
  content: 0 | 1,
  snapshot: { readonly id: bigint; readonly sequenceNumber: bigint },
): Manifest {
  const of = (status: number) => entries.filter((entry) => entry.status === status);
  const rows = (found: readonly ManifestEntry[]) => found.reduce((sum, { file }) => sum + file.recordCount, 0);
  const [added, existing, deleted] = [of(STATUS.added), of(STATUS.existing), of(STATUS.deleted)];
  const live = [...added, ...existing];
  const oldest = live.map(({ sequenceNumber }) => sequenceNumber);
  return {
    path,
    length,
    specId: spec.id,
    content,
    sequenceNumber: snapshot.sequenceNumber,
    minSequenceNumber: oldest.reduce((least, each) => (each < least ? each : least), snapshot.sequenceNumber),
    snapshotId: snapshot.id,
    addedFiles: added.length,
    existingFiles: existing.length,
    deletedFiles: deleted.length,
    addedRows: rows(added),
    existingRows: rows(existing),
    deletedRows: rows(deleted),
    partitions: spec.fields.map((each, index) =>
      summaryOf(
        each,
        entries.map(({ file }) => file.partition[index] ?? null),
      ),
    ),
  };
}

function summaryOf({ result }: BoundField, values: readonly (Value | null)[]): FieldSummary {
  const known = values.filter((value): value is Value => value !== null);
  const isNan = (value: Value) => typeof value === 'number' && Number.isNaN(value);
  const sorted = known.filter((value) => !isNan(value)).sort(compareValues);
  const [least, greatest] = [sorted[0], sorted.at(-1)];
  return {
    containsNull: known.length < values.length,
    containsNan: known.some(isNan),
    ...(least !== undefined && { lower: valueToBytes(result, least) }),
    ...(greatest !== undefined && { upper: valueToBytes(result, greatest) }),
  };
}

/** Decodes a bound, for metadata tables and pruning. */
export const boundOf = (type: string, bytes: Buffer | undefined): Value | undefined =>
  bytes === undefined ? undefined : valueFromBytes(type, bytes);
