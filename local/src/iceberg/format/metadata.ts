import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { badMetadata, IcebergError } from './errors';
import { formatExactJson, parseExactJson } from './exact-json';
import { type BoundField, bindSpec, type PartitionSpec } from './partition-spec';
import { type Field, FieldIds, type Schema } from './schema';

/** A table's state at one time ("Snapshots"). */
export interface Snapshot {
  readonly 'snapshot-id': bigint;
  readonly 'parent-snapshot-id'?: bigint;
  readonly 'sequence-number': bigint;
  readonly 'timestamp-ms': number;
  readonly 'manifest-list'?: string;
  /** Manifests of a format version 1 table without manifest lists. */
  readonly manifests?: readonly string[];
  readonly summary: Readonly<Record<string, string>>;
  readonly 'schema-id'?: number;
}

export interface SnapshotRef {
  readonly 'snapshot-id': bigint;
  readonly type: 'branch' | 'tag';
  readonly 'max-ref-age-ms'?: number;
  readonly 'max-snapshot-age-ms'?: number;
  readonly 'min-snapshots-to-keep'?: number;
}

export interface NameMapping {
  readonly 'field-id'?: number;
  readonly names: readonly string[];
  readonly fields?: readonly NameMapping[];
}

/** A table's metadata.json ("Table Metadata Fields"), converted to format version 2. */
export interface TableMetadata {
  readonly 'format-version': 1 | 2;
  readonly 'table-uuid': string;
  readonly location: string;
  readonly 'last-sequence-number': bigint;
  readonly 'last-updated-ms': number;
  readonly 'last-column-id': number;
  readonly 'current-schema-id': number;
  readonly schemas: readonly Schema[];
  readonly 'default-spec-id': number;
  readonly 'partition-specs': readonly PartitionSpec[];
  readonly 'last-partition-id': number;
  readonly 'default-sort-order-id': number;
  readonly 'sort-orders': readonly unknown[];
  readonly properties: Readonly<Record<string, string>>;
  readonly 'current-snapshot-id'?: bigint;
  readonly refs: Readonly<Record<string, SnapshotRef>>;
  readonly snapshots: readonly Snapshot[];
  readonly 'snapshot-log': readonly { readonly 'timestamp-ms': number; readonly 'snapshot-id': bigint }[];
  readonly 'metadata-log': readonly { readonly 'timestamp-ms': number; readonly 'metadata-file': string }[];
}

type Raw = Record<string, unknown>;
const exact = (value: unknown): bigint => BigInt(value as number | bigint);
const FIRST_PARTITION_ID = 1000;

/** Parses metadata.json. @throws IcebergError for an unsupported format version, or another document */
export function parseMetadata(text: string): TableMetadata {
  let raw: Raw;
  try {
    raw = parseExactJson(text) as Raw;
  } catch {
    throw badMetadata('the table metadata is not JSON');
  }
  const version = raw['format-version'];
  if (version !== 1 && version !== 2) {
    throw new IcebergError(
      'NOT_SUPPORTED',
      `Iceberg table format version ${String(version)} is not supported: 1 and 2 are`,
    );
  }
  const schemas = (raw.schemas ?? [
    { ...(raw.schema as Schema), 'schema-id': (raw.schema as Schema)['schema-id'] ?? 0 },
  ]) as Schema[];
  const specs = (raw['partition-specs'] ?? [
    { 'spec-id': 0, fields: withFieldIds(raw['partition-spec'] as PartitionSpec['fields']) },
  ]) as PartitionSpec[];
  if (typeof raw.location !== 'string' || schemas.length === 0)
    throw badMetadata('the table metadata has no schema or location');
  const current = raw['current-snapshot-id'];
  const currentId = current == null || exact(current) === -1n ? undefined : exact(current);
  return {
    ...raw,
    'format-version': version,
    'table-uuid': (raw['table-uuid'] as string | undefined) ?? uuidOf(raw.location),
    location: raw.location.replace(/\/$/, ''),
    'last-sequence-number': exact(raw['last-sequence-number'] ?? 0),
    'last-updated-ms': Number(raw['last-updated-ms']),
    'last-column-id': Number(raw['last-column-id']),
    'current-schema-id': Number(raw['current-schema-id'] ?? schemas.at(-1)?.['schema-id'] ?? 0),
    schemas,
    'default-spec-id': Number(raw['default-spec-id'] ?? 0),
    'partition-specs': specs,
    'last-partition-id': Number(raw['last-partition-id'] ?? highestPartitionId(specs)),
    'default-sort-order-id': Number(raw['default-sort-order-id'] ?? 0),
    'sort-orders': (raw['sort-orders'] as unknown[] | undefined) ?? [{ 'order-id': 0, fields: [] }],
    properties: (raw.properties ?? {}) as Record<string, string>,
    'current-snapshot-id': currentId,
    refs: Object.fromEntries(
      Object.entries((raw.refs ?? {}) as Record<string, Raw>).map(([name, ref]) => [
        name,
        { ...ref, 'snapshot-id': exact(ref['snapshot-id']) } as SnapshotRef,
      ]),
    ),
    snapshots: ((raw.snapshots ?? []) as Raw[]).map(snapshotOf),
    'snapshot-log': ((raw['snapshot-log'] ?? []) as Raw[]).map((entry) => ({
      'timestamp-ms': Number(entry['timestamp-ms']),
      'snapshot-id': exact(entry['snapshot-id']),
    })),
    'metadata-log': (raw['metadata-log'] ?? []) as TableMetadata['metadata-log'],
  };
}

/**
 * UUID of a format version 1 table without one: derived from its location, so that each reading gives the same until a
 * commit writes it.
 */
function uuidOf(location: string): string {
  const digits = createHash('sha256').update(location).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function snapshotOf(raw: Raw): Snapshot {
  const parent = raw['parent-snapshot-id'];
  return {
    ...raw,
    'snapshot-id': exact(raw['snapshot-id']),
    ...(parent != null && { 'parent-snapshot-id': exact(parent) }),
    'sequence-number': exact(raw['sequence-number'] ?? 0),
    'timestamp-ms': Number(raw['timestamp-ms']),
    summary: (raw.summary ?? {}) as Record<string, string>,
  };
}

/** Ids of partition fields, which format version 1 may omit: they count from 1000. */
function withFieldIds(fields: PartitionSpec['fields'] = []): PartitionSpec['fields'] {
  return fields.map((field, index) => ({ ...field, 'field-id': field['field-id'] ?? FIRST_PARTITION_ID + index }));
}

const highestPartitionId = (specs: readonly PartitionSpec[]) =>
  Math.max(FIRST_PARTITION_ID - 1, ...specs.flatMap(({ fields }) => fields.map((field) => field['field-id'])));

/** Formats metadata.json in version 2: the next commit upgrades a table of version 1. */
export function formatMetadata(metadata: TableMetadata): string {
  const { schema: _schema, 'partition-spec': _spec, ...rest } = metadata as TableMetadata & Raw;
  return formatExactJson({
    ...rest,
    'format-version': 2,
    'current-snapshot-id': metadata['current-snapshot-id'] ?? -1,
  });
}

/**
 * Metadata of a table without rows. @param location without a slash at its end @param now milliseconds since the epoch
 */
export function newMetadata(
  table: {
    readonly location: string;
    readonly fields: readonly Field[];
    readonly lastColumnId: number;
    readonly partitionFields: readonly { sourceId: number; name: string; transform: string }[];
    readonly properties: Readonly<Record<string, string>>;
  },
  now: number,
): TableMetadata {
  const fields = table.partitionFields.map(({ sourceId, name, transform }, index) => ({
    'source-id': sourceId,
    'field-id': FIRST_PARTITION_ID + index,
    name,
    transform,
  }));
  return {
    'format-version': 2,
    'table-uuid': randomUUID(),
    location: table.location,
    'last-sequence-number': 0n,
    'last-updated-ms': now,
    'last-column-id': table.lastColumnId,
    'current-schema-id': 0,
    schemas: [{ type: 'struct', 'schema-id': 0, fields: table.fields }],
    'default-spec-id': 0,
    'partition-specs': [{ 'spec-id': 0, fields }],
    'last-partition-id': FIRST_PARTITION_ID - 1 + fields.length,
    'default-sort-order-id': 0,
    'sort-orders': [{ 'order-id': 0, fields: [] }],
    properties: table.properties,
    refs: {},
    snapshots: [],
    'snapshot-log': [],
    'metadata-log': [],
  };
}

export function currentSchema(metadata: TableMetadata): Schema {
  return schemaById(metadata, metadata['current-schema-id']);
}

export function schemaById(metadata: TableMetadata, id: number): Schema {
  const found = metadata.schemas.find((schema) => schema['schema-id'] === id);
  if (found === undefined) throw badMetadata(`the table metadata has no schema ${id}`);
  return found;
}

/** The schema of a snapshot's rows: the table's current one for the current snapshot, else the snapshot's. */
export function schemaOf(metadata: TableMetadata, snapshot: Snapshot | undefined): Schema {
  // The current schema may be newer than the newest snapshot: changing columns makes no snapshot.
  if (snapshot?.['snapshot-id'] === metadata['current-snapshot-id']) return currentSchema(metadata);
  const id = snapshot?.['schema-id'];
  return id === undefined ? currentSchema(metadata) : schemaById(metadata, id);
}

export function snapshotById(metadata: TableMetadata, id: bigint | undefined): Snapshot | undefined {
  return metadata.snapshots.find((snapshot) => snapshot['snapshot-id'] === id);
}

export const currentSnapshot = (metadata: TableMetadata) => snapshotById(metadata, metadata['current-snapshot-id']);

/** A spec with its types; the default one unless named. */
export function specOf(
  metadata: TableMetadata,
  id = metadata['default-spec-id'],
): {
  id: number;
  fields: BoundField[];
  json: unknown;
} {
  const spec = metadata['partition-specs'].find((each) => each['spec-id'] === id);
  if (spec === undefined) throw badMetadata(`the table metadata has no partition spec ${id}`);
  const others = [...metadata.schemas].reverse();
  return { id, fields: bindSpec(spec, [currentSchema(metadata), ...others]), json: spec.fields };
}

/** A positive random id, as Iceberg's writers generate them. */
export function newSnapshotId(): bigint {
  return randomBytes(8).readBigUInt64BE() & 0x7fffffffffffffffn;
}

/** Metadata with a snapshot added on top. */
export function withSnapshot(metadata: TableMetadata, snapshot: Snapshot): TableMetadata {
  const id = snapshot['snapshot-id'];
  const main = metadata.refs.main ?? { type: 'branch' as const };
  return {
    ...metadata,
    'last-sequence-number': snapshot['sequence-number'],
    'current-snapshot-id': id,
    refs: { ...metadata.refs, main: { ...main, 'snapshot-id': id } },
    snapshots: [...metadata.snapshots, snapshot],
    'snapshot-log': [...metadata['snapshot-log'], { 'timestamp-ms': snapshot['timestamp-ms'], 'snapshot-id': id }],
  };
}

/** Metadata with other columns: as a new schema, or as an equal earlier one. */
export function withFields(metadata: TableMetadata, fields: readonly Field[], lastColumnId: number): TableMetadata {
  const before = currentSchema(metadata);
  const same = metadata.schemas.find((schema) => formatExactJson(schema.fields) === formatExactJson(fields));
  if (same !== undefined) return { ...metadata, 'current-schema-id': same['schema-id'] };
  const id = Math.max(...metadata.schemas.map((schema) => schema['schema-id'])) + 1;
  const kept = (before['identifier-field-ids'] ?? []).filter((each) => fields.some((field) => field.id === each));
  const schema: Schema = {
    type: 'struct',
    'schema-id': id,
    fields,
    ...(kept.length > 0 && { 'identifier-field-ids': kept }),
  };
  return {
    ...metadata,
    schemas: [...metadata.schemas, schema],
    'current-schema-id': id,
    'last-column-id': Math.max(metadata['last-column-id'], lastColumnId),
  };
}

export const freshIds = (metadata: TableMetadata) => new FieldIds(metadata['last-column-id']);

/** Metadata with another partitioning for future files; written files stay. */
export function withPartitionFields(
  metadata: TableMetadata,
  wanted: readonly { sourceId: number; name: string; transform: string }[],
): TableMetadata {
  let last = metadata['last-partition-id'];
  const known = metadata['partition-specs'].flatMap(({ fields }) => fields);
  const fields = wanted.map(({ sourceId, name, transform }) => {
    // A field that the table had before keeps its id.
    const before = known.find((field) => field['source-id'] === sourceId && field.transform === transform);
    return { 'source-id': sourceId, 'field-id': before?.['field-id'] ?? ++last, name, transform };
  });
  const same = metadata['partition-specs'].find((spec) => formatExactJson(spec.fields) === formatExactJson(fields));
  if (same !== undefined) return { ...metadata, 'default-spec-id': same['spec-id'] };
  const id = Math.max(...metadata['partition-specs'].map((spec) => spec['spec-id'])) + 1;
  return {
    ...metadata,
    'partition-specs': [...metadata['partition-specs'], { 'spec-id': id, fields }],
    'default-spec-id': id,
    'last-partition-id': last,
  };
}

/** The mapping of names to ids for files without field ids ("Column Projection"). */
export function nameMappingOf(metadata: TableMetadata): readonly NameMapping[] | undefined {
  const text = metadata.properties['schema.name-mapping.default'];
  return text === undefined ? undefined : (JSON.parse(text) as NameMapping[]);
}

/** Names of a column in files without ids: those of the mapping, else its own. */
export function namesOf(metadata: TableMetadata, field: Field): readonly string[] {
  const found = nameMappingOf(metadata)?.find((mapping) => mapping['field-id'] === field.id);
  return found?.names ?? [field.name];
}

/** Ids of columns that partition specs use: they can't be dropped. */
export function partitionSources(metadata: TableMetadata): ReadonlySet<number> {
  const { fields } = specOf(metadata);
  return new Set(fields.filter(({ transform }) => transform.name !== 'void').map(({ sourceId }) => sourceId));
}
