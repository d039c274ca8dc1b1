import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { CONTENT, type DataFile, type ManifestEntry } from '../format/manifests';
import { currentSchema, currentSnapshot, type Snapshot, specOf, type TableMetadata } from '../format/metadata';
import { type BoundField, type PartitionTuple, tupleKey } from '../format/partition-spec';
import { duckdbTypeOf, fieldsById, type IcebergType } from '../format/schema';
import { compareValues, type Value, valueFromBytes, valueToText } from '../format/values';
import type { IcebergTable } from './table';
import { ancestors } from './vacuum';

/** Metadata tables (Athena's "Query Iceberg table metadata"). */
export const METADATA_TABLES = [
  'history',
  'snapshots',
  'files',
  'manifests',
  'partitions',
  'refs',
  'properties',
] as const;
export type MetadataTable = (typeof METADATA_TABLES)[number];

type Columns = readonly (readonly [name: string, type: string])[];

const COLUMNS: Readonly<Record<Exclude<MetadataTable, 'partitions'>, Columns>> = {
  history: [
    ['made_current_at', 'TIMESTAMPTZ'],
    ['snapshot_id', 'BIGINT'],
    ['parent_id', 'BIGINT'],
    ['is_current_ancestor', 'BOOLEAN'],
  ],
  snapshots: [
    ['committed_at', 'TIMESTAMPTZ'],
    ['snapshot_id', 'BIGINT'],
    ['parent_id', 'BIGINT'],
    ['operation', 'VARCHAR'],
    ['manifest_list', 'VARCHAR'],
    ['summary', 'MAP(VARCHAR, VARCHAR)'],
  ],
  files: [
    ['content', 'INTEGER'],
    ['file_path', 'VARCHAR'],
    ['file_format', 'VARCHAR'],
    ['record_count', 'BIGINT'],
    ['file_size_in_bytes', 'BIGINT'],
    ['column_sizes', 'MAP(INTEGER, BIGINT)'],
    ['value_counts', 'MAP(INTEGER, BIGINT)'],
    ['null_value_counts', 'MAP(INTEGER, BIGINT)'],
    ['nan_value_counts', 'MAP(INTEGER, BIGINT)'],
    ['lower_bounds', 'MAP(INTEGER, VARCHAR)'],
    ['upper_bounds', 'MAP(INTEGER, VARCHAR)'],
    ['key_metadata', 'BLOB'],
    ['split_offsets', 'BIGINT[]'],
    ['equality_ids', 'INTEGER[]'],
  ],
  manifests: [
    ['path', 'VARCHAR'],
    ['length', 'BIGINT'],
    ['partition_spec_id', 'INTEGER'],
    ['added_snapshot_id', 'BIGINT'],
    ['added_data_files_count', 'INTEGER'],
    ['added_rows_count', 'BIGINT'],
    ['existing_data_files_count', 'INTEGER'],
    ['existing_rows_count', 'BIGINT'],
    ['deleted_data_files_count', 'INTEGER'],
    ['deleted_rows_count', 'BIGINT'],
    [
      'partition_summaries',
      'STRUCT(contains_null BOOLEAN, contains_nan BOOLEAN, lower_bound VARCHAR, upper_bound VARCHAR)[]',
    ],
  ],
  refs: [
    ['name', 'VARCHAR'],
    ['type', 'VARCHAR'],
    ['snapshot_id', 'BIGINT'],
    ['max_reference_age_in_ms', 'BIGINT'],
    ['min_snapshots_to_keep', 'BIGINT'],
    ['max_snapshot_age_in_ms', 'BIGINT'],
  ],
  properties: [
    ['key', 'VARCHAR'],
    ['value', 'VARCHAR'],
  ],
};

/** SQL of a metadata table's rows. @param snapshot the snapshot that the table is read at */
export async function metadataTableSql(
  name: MetadataTable,
  table: IcebergTable,
  metadata: TableMetadata,
  snapshot: Snapshot | undefined = currentSnapshot(metadata),
): Promise<string> {
  switch (name) {
    case 'history':
      return select(COLUMNS.history, historyRows(metadata));
    case 'snapshots':
      return select(COLUMNS.snapshots, metadata.snapshots.map(snapshotRow));
    case 'files': {
      const types = fieldsById(currentSchema(metadata));
      const entries = await table.liveEntries(snapshot, metadata);
      return select(
        COLUMNS.files,
        entries.map(({ file }) => fileRow(file, types)),
      );
    }
    case 'manifests':
      return manifestsSql(table, metadata, snapshot);
    case 'partitions':
      return partitionsSql(await table.liveEntries(snapshot, metadata), metadata);
    case 'refs':
      return select(
        COLUMNS.refs,
        Object.entries(metadata.refs).map(([ref, at]) => [
          text(ref),
          text(at.type.toUpperCase()),
          String(at['snapshot-id']),
          orNull(at['max-ref-age-ms']),
          orNull(at['min-snapshots-to-keep']),
          orNull(at['max-snapshot-age-ms']),
        ]),
      );
    case 'properties':
      return select(
        COLUMNS.properties,
        Object.entries(metadata.properties).map(([key, value]) => [text(key), text(value)]),
      );
  }
}

const text = (value: string | undefined) => (value === undefined ? 'NULL' : quoteLiteral(value));
const orNull = (value: bigint | number | undefined) => (value === undefined ? 'NULL' : String(value));
const time = (ms: number) => quoteLiteral(new Date(ms).toISOString());
const list = (items: readonly (number | bigint)[] | undefined) =>
  items === undefined ? 'NULL' : `[${items.join(', ')}]`;
const map = <V>(entries: ReadonlyMap<number, V> | undefined, of: (value: V, key: number) => string) =>
  entries === undefined || entries.size === 0
    ? 'MAP {}'
    : `MAP {${[...entries].map(([key, value]) => `${key}: ${of(value, key)}`).join(', ')}}`;

function select(columns: Columns, rows: readonly (readonly string[])[]): string {
  const items = columns.map(([name, type]) => `CAST(${quoteIdentifier(name)} AS ${type}) AS ${quoteIdentifier(name)}`);
  const names = columns.map(([name]) => quoteIdentifier(name)).join(', ');
  const none = `SELECT ${columns.map(([name, type]) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`).join(', ')} WHERE FALSE`;
  if (rows.length === 0) return none;
  return `SELECT ${items.join(', ')} FROM (VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) AS m(${names})`;
}

function historyRows(metadata: TableMetadata): string[][] {
  const current = new Set(ancestors(metadata).map((snapshot) => snapshot['snapshot-id']));
  return metadata['snapshot-log'].map((entry) => {
    const id = entry['snapshot-id'];
    const snapshot = metadata.snapshots.find((each) => each['snapshot-id'] === id);
    return [time(entry['timestamp-ms']), String(id), orNull(snapshot?.['parent-snapshot-id']), String(current.has(id))];
  });
}

function snapshotRow(snapshot: Snapshot): string[] {
  const { operation, ...summary } = snapshot.summary;
  const entries = Object.entries(summary).map(([key, value]) => `${quoteLiteral(key)}: ${quoteLiteral(value)}`);
  return [
    time(snapshot['timestamp-ms']),
    String(snapshot['snapshot-id']),
    orNull(snapshot['parent-snapshot-id']),
    text(operation),
    text(snapshot['manifest-list']),
    `MAP {${entries.join(', ')}}`,
  ];
}

function fileRow(file: DataFile, types: ReturnType<typeof fieldsById>): string[] {
  const bound = (bytes: Buffer, id: number) => text(boundText(types.get(id)?.type ?? 'binary', bytes));
  return [
    String(file.content),
    text(file.path),
    text(file.format),
    String(file.recordCount),
    String(file.size),
    map(file.columnSizes, String),
    map(file.valueCounts, String),
    map(file.nullCounts, String),
    map(file.nanCounts, String),
    map(file.lower, bound),
    map(file.upper, bound),
    'NULL',
    list(file.splitOffsets),
    list(file.equalityIds),
  ];
}

function boundText(type: IcebergType, bytes: Buffer): string {
  const value = valueFromBytes(type, bytes);
  return value === undefined ? bytes.toString('base64') : valueToText(type, value);
}

async function manifestsSql(
  table: IcebergTable,
  metadata: TableMetadata,
  snapshot: Snapshot | undefined,
): Promise<string> {
  const rows = (await table.manifestsOf(snapshot, metadata)).map((manifest) => {
    const { fields } = specOf(metadata, manifest.specId);
    const summaries = manifest.partitions.map((summary, index) => {
      const type = fields[index]?.result ?? 'binary';
      const bound = (bytes: Buffer | undefined) => text(bytes && boundText(type, bytes));
      return `{contains_null: ${summary.containsNull}, contains_nan: ${summary.containsNan ?? 'NULL'}, lower_bound: ${bound(summary.lower)}, upper_bound: ${bound(summary.upper)}}`;
    });
    return [
      text(manifest.path),
      String(manifest.length),
      String(manifest.specId),
      String(manifest.snapshotId),
      String(manifest.addedFiles),
      String(manifest.addedRows),
      String(manifest.existingFiles),
      String(manifest.existingRows),
      String(manifest.deletedFiles),
      String(manifest.deletedRows),
      `[${summaries.join(', ')}]`,
    ];
  });
  return select(COLUMNS.manifests, rows);
}

interface PartitionGroup {
  readonly specId: number;
  readonly tuple: PartitionTuple;
  readonly files: DataFile[];
}

function partitionsSql(entries: readonly ManifestEntry[], metadata: TableMetadata): string {
  const groups = new Map<string, PartitionGroup>();
  for (const { file } of entries) {
    if (file.content !== CONTENT.data) continue;
    const key = `${file.specId}/${tupleKey(file.partition)}`;
    const group = groups.get(key) ?? { specId: file.specId, tuple: file.partition, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  // The fields of all specs, once per id, as in the row of `partition`.
  const fields = new Map<number, BoundField>();
  for (const spec of metadata['partition-specs']) {
    for (const field of specOf(metadata, spec['spec-id']).fields)
      if (!fields.has(field.fieldId)) fields.set(field.fieldId, field);
  }
  const columns = currentSchema(metadata).fields.filter(({ type }) => typeof type === 'string');
  const partitionType = structType([...fields.values()].map(({ name, result }) => [name, duckdbTypeOf(result)]));
  const dataType = structType(
    columns.map(({ name, type }) => [
      name,
      `STRUCT("min" ${duckdbTypeOf(type)}, "max" ${duckdbTypeOf(type)}, null_count BIGINT, nan_count BIGINT)`,
    ]),
  );
  const rows = [...groups.values()].map(({ specId, tuple, files }) => {
    const own = specOf(metadata, specId).fields;
    const values = [...fields.values()].map(({ fieldId, name, result }) => {
      const index = own.findIndex((field) => field.fieldId === fieldId);
      return [name, valueSql(result, index === -1 ? null : (tuple[index] ?? null))] as const;
    });
    const data = columns.map(({ id, name, type }) => [name, statsSql(files, id, type)] as const);
    return [
      structValue(values),
      String(files.reduce((sum, file) => sum + file.recordCount, 0)),
      String(files.length),
      String(files.reduce((sum, file) => sum + file.size, 0)),
      structValue(data),
    ];
  });
  const shape: [string, string][] = [
    ['partition', partitionType],
    ['record_count', 'BIGINT'],
    ['file_count', 'BIGINT'],
    ['total_size', 'BIGINT'],
    ['data', dataType],
  ];
  const present = shape.filter(([, type]) => type !== '');
  return select(
    present,
    rows.map((row) => row.filter((_value, index) => shape[index]?.[1] !== '')),
  );
}

const structType = (fields: readonly (readonly [string, string])[]) =>
  fields.length === 0 ? '' : `STRUCT(${fields.map(([name, type]) => `${quoteIdentifier(name)} ${type}`).join(', ')})`;
const structValue = (fields: readonly (readonly [string, string])[]) =>
  `{${fields.map(([name, value]) => `${quoteIdentifier(name)}: ${value}`).join(', ')}}`;

function valueSql(type: IcebergType, value: Value | null | undefined): string {
  if (value === null || value === undefined) return `CAST(NULL AS ${duckdbTypeOf(type)})`;
  if (Buffer.isBuffer(value) && type !== 'uuid') return `from_hex(${quoteLiteral(value.toString('hex'))})`;
  const micros = type === 'time' ? `make_timestamp(${String(value)})` : quoteLiteral(valueToText(type, value));
  return `CAST(${micros} AS ${duckdbTypeOf(type)})`;
}

function statsSql(files: readonly DataFile[], id: number, type: IcebergType): string {
  const bounds = (of: (file: DataFile) => Buffer | undefined) => {
    const values = files.map((file) => of(file)).map((bytes) => bytes && valueFromBytes(type, bytes));
    return values.every((value): value is Value => value !== undefined) ? values.sort(compareValues) : [];
  };
  const count = (of: (file: DataFile) => number | undefined) => {
    const counts = files.map(of);
    return counts.every((each) => each !== undefined) ? String(counts.reduce((sum, each) => sum + each, 0)) : 'NULL';
  };
  const lower = bounds((file) => file.lower.get(id))[0];
  const upper = bounds((file) => file.upper.get(id)).at(-1);
  return structValue([
    ['min', valueSql(type, lower)],
    ['max', valueSql(type, upper)],
    ['null_count', count((file) => file.nullCounts.get(id))],
    ['nan_count', count((file) => file.nanCounts.get(id))],
  ]);
}
