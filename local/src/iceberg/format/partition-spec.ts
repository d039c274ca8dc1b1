import type { AvroJson } from './avro';
import { avroName } from './avro';
import { decimalOf, fieldsById, type IcebergType, type Schema } from './schema';
import { parseTransform, partitionText, type Transform, transformResult } from './transforms';
import { bigintToBytes, bytesToBigint, type Value } from './values';

/** A partition spec in metadata.json. */
export interface PartitionSpec {
  readonly 'spec-id': number;
  readonly fields: readonly PartitionField[];
}

export interface PartitionField {
  readonly 'source-id': number;
  readonly 'field-id': number;
  readonly name: string;
  readonly transform: string;
}

/** A field of a spec, with its types. */
export interface BoundField {
  readonly sourceId: number;
  readonly fieldId: number;
  readonly name: string;
  readonly transform: Transform;
  /** @default void for a dropped column */
  readonly source: IcebergType;
  readonly result: IcebergType;
}

/** Partition values of a file, one for each field of its spec. */
export type PartitionTuple = readonly (Value | null)[];

/** @param schemas schemas that may have the columns, the current one first */
export function bindSpec(spec: PartitionSpec, schemas: readonly Schema[]): BoundField[] {
  const columns = schemas.map(fieldsById);
  return spec.fields.map((field) => {
    const transform = parseTransform(field.transform);
    const source = columns.find((found) => found.has(field['source-id']))?.get(field['source-id'])?.type ?? 'int';
    const result = transformResult(transform, source);
    return { sourceId: field['source-id'], fieldId: field['field-id'], name: field.name, transform, source, result };
  });
}

/** Path of a partition's files, `day=2026-01-01/status=Active`. */
export function partitionPath(fields: readonly BoundField[], tuple: PartitionTuple): string {
  return fields
    .map(({ name, transform, result }, index) => {
      const text = partitionText(transform, result, tuple[index] ?? null);
      return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
    })
    .join('/');
}

export const sameTuple = (a: PartitionTuple, b: PartitionTuple) => tupleKey(a) === tupleKey(b);

export function tupleKey(tuple: PartitionTuple): string {
  return JSON.stringify(
    tuple.map((value) => {
      if (typeof value === 'bigint') return `n${value}`;
      return Buffer.isBuffer(value) ? `b${value.toString('hex')}` : typeof value === 'string' ? `s${value}` : value;
    }),
  );
}

/** The Avro type of a partition's value in a manifest. */
function avroTypeOf(type: IcebergType, fieldId: number): AvroJson {
  const decimal = decimalOf(type);
  if (decimal !== undefined) {
    const size = decimalBytes(decimal.precision);
    return { type: 'fixed', name: `decimal_${fieldId}`, size, logicalType: 'decimal', ...decimal };
  }
  switch (type) {
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'string':
      return type;
    case 'date':
      return { type: 'int', logicalType: 'date' };
    case 'time':
      return { type: 'long', logicalType: 'time-micros' };
    case 'timestamp':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': false };
    case 'timestamptz':
      return { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': true };
    case 'uuid':
      return { type: 'fixed', name: `uuid_${fieldId}`, size: 16, logicalType: 'uuid' };
    default: {
      const size = typeof type === 'string' ? /^fixed\[(\d+)\]$/.exec(type)?.[1] : undefined;
      return size === undefined ? 'bytes' : { type: 'fixed', name: `fixed_${fieldId}`, size: Number(size) };
    }
  }
}

function decimalBytes(precision: number): number {
  let bytes = 1;
  while (2n ** BigInt(8 * bytes - 1) <= 10n ** BigInt(precision)) bytes++;
  return bytes;
}

/** The Avro schema of the record `partition` in manifests of this spec. */
export function partitionAvro(fields: readonly BoundField[]): AvroJson {
  return {
    type: 'record',
    name: 'r102',
    fields: fields.map(({ name, fieldId, result }) => ({
      name: avroName(name),
      type: ['null', avroTypeOf(result, fieldId)],
      default: null,
      'field-id': fieldId,
    })),
  };
}

export function tupleToAvro(fields: readonly BoundField[], tuple: PartitionTuple): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ name, result }, index) => {
      const value = tuple[index] ?? null;
      const decimal = decimalOf(result);
      const raw =
        decimal === undefined || value === null
          ? value
          : bigintToBytes(BigInt(value as bigint), decimalBytes(decimal.precision));
      return [avroName(name), raw];
    }),
  );
}

/** @param schema schema of the manifest's own `partition` record, whose fields carry the ids */
export function tupleFromAvro(
  fields: readonly BoundField[],
  schema: AvroJson,
  record: Readonly<Record<string, unknown>>,
): PartitionTuple {
  const written = (schema as { fields?: { name: string; 'field-id'?: number }[] }).fields ?? [];
  return fields.map(({ fieldId, name, result }) => {
    const column = written.find((field) => field['field-id'] === fieldId)?.name ?? avroName(name);
    return toValue(result, record[column]);
  });
}

function toValue(type: IcebergType, raw: unknown): Value | null {
  if (raw === null || raw === undefined) return null;
  const bytes = raw instanceof Uint8Array ? Buffer.from(raw) : undefined;
  if (bytes !== undefined) return decimalOf(type) === undefined ? bytes : bytesToBigint(bytes);
  const narrow = type === 'int' || type === 'date';
  if (typeof raw === 'bigint') return narrow ? Number(raw) : raw;
  const wide = type === 'long' || type === 'time' || type === 'timestamp' || type === 'timestamptz';
  return typeof raw === 'number' && wide ? BigInt(raw) : (raw as Value);
}
