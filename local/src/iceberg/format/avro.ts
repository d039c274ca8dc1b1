import { randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Schema as AvroSchema, Type, types } from 'avsc';
import { badMetadata } from './errors';

/** An Avro schema as JSON, with the attributes that Iceberg adds, such as `field-id`. */
export type AvroJson = string | readonly AvroJson[] | { readonly [attribute: string]: unknown };

/** Content of an object container file. */
export interface AvroFile {
  /** Metadata of the header, with the schema and the codec. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly schema: AvroJson;
  readonly records: readonly AvroRecord[];
}

export type AvroRecord = Readonly<Record<string, unknown>>;

const MAGIC = Buffer.from('Obj\u0001', 'latin1');
const SYNC_BYTES = 16;

/** 64-bit integers as bigints: a number would round snapshot ids. */
const long = types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});
const headerType = Type.forSchema({ type: 'map', values: 'bytes' });
const longType = Type.forSchema('long', { registry: { long } });

const typeOf = (schema: AvroJson) => Type.forSchema(schema as AvroSchema, { registry: { long } });

/** Writes a container file. The header is written here: the library would drop Iceberg's attributes from the schema. */
export function writeAvro(
  schema: AvroJson,
  records: readonly AvroRecord[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const type = typeOf(schema);
  const header = { ...metadata, 'avro.schema': JSON.stringify(schema), 'avro.codec': 'deflate' };
  const entries = Object.entries(header).map(([key, value]) => [key, Buffer.from(value)]);
  const sync = randomBytes(SYNC_BYTES);
  const parts = [MAGIC, headerType.toBuffer(Object.fromEntries(entries)), sync];
  if (records.length > 0) {
    const block = deflateRawSync(Buffer.concat(records.map((record) => type.toBuffer(record))));
    parts.push(longType.toBuffer(BigInt(records.length)), longType.toBuffer(BigInt(block.length)), block, sync);
  }
  return Buffer.concat(parts);
}

/** Reads a container file. @throws IcebergError for other bytes, or an unsupported codec */
export function readAvro(bytes: Buffer): AvroFile {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw badMetadata('a manifest is not an Avro file');
  const header = decoded<Record<string, Buffer>>(headerType, bytes, MAGIC.length);
  const metadata = new Map(Object.entries(header.value).map(([key, value]) => [key, value.toString()]));
  const schema = JSON.parse(metadata.get('avro.schema') ?? 'null') as AvroJson;
  const type = typeOf(schema);
  const codec = metadata.get('avro.codec') ?? 'null';
  if (codec !== 'null' && codec !== 'deflate') throw badMetadata(`manifests with the Avro codec ${codec} are not read`);
  const records: AvroRecord[] = [];
  let offset = header.offset + SYNC_BYTES;
  while (offset < bytes.length) {
    const count = decoded<bigint>(longType, bytes, offset);
    const size = decoded<bigint>(longType, bytes, count.offset);
    const end = size.offset + Number(size.value);
    const body = bytes.subarray(size.offset, end);
    const block = codec === 'deflate' ? inflateRawSync(body) : body;
    for (let index = 0, at = 0; index < Number(count.value); index++) {
      const record = decoded<AvroRecord>(type, block, at);
      records.push(record.value);
      at = record.offset;
    }
    offset = end + SYNC_BYTES;
  }
  return { metadata, schema, records };
}

function decoded<T>(type: Type, bytes: Buffer, at: number): { value: T; offset: number } {
  const { value, offset } = type.decode(bytes, at) as { value: T; offset: number };
  if (offset < 0) throw badMetadata('a manifest ends too early');
  return { value, offset };
}

/** A field's name within Avro's rules, escaped as by Iceberg's own library: `event date` is `event_x20date`. */
export function avroName(name: string): string {
  const escaped = [...name].map((character) =>
    /[A-Za-z0-9_]/.test(character) ? character : `_x${(character.codePointAt(0) as number).toString(16).toUpperCase()}`,
  );
  return /^[0-9]/.test(name) ? `_${escaped.join('')}` : escaped.join('');
}
