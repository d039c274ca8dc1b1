import { CompactReader } from './compact-reader';

/** A column, or a field of one, as a Parquet file declares it. */
export interface ParquetField {
  readonly name: string;
  /** `INT64`, `BYTE_ARRAY`, …; undefined for a group. */
  readonly type?: string;
  /** `TIMESTAMP_MICROS`, `DECIMAL`, `LIST`, …, if present. */
  readonly annotation?: string;
  readonly repeated: boolean;
  readonly fields: readonly ParquetField[];
}

/** A file's footer. */
export interface ParquetFooter {
  readonly rows: number;
  readonly fields: readonly ParquetField[];
  /** Compressed bytes of each field. */
  readonly sizes: readonly number[];
}

/** Bytes that aren't a Parquet footer. */
export class FooterError extends Error {}

const TYPES = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BINARY', 'FIXED_LEN_BYTE_ARRAY'];
/** ConvertedType of parquet.thrift, by number. */
const CONVERTED = (
  'UTF8 MAP MAP_KEY_VALUE LIST ENUM DECIMAL DATE TIME_MILLIS TIME_MICROS TIMESTAMP_MILLIS TIMESTAMP_MICROS ' +
  'UINT_8 UINT_16 UINT_32 UINT_64 INT_8 INT_16 INT_32 INT_64 JSON BSON INTERVAL'
).split(' ');
/** LogicalType of parquet.thrift, by field. */
const LOGICAL: Readonly<Record<number, string>> = {
  1: 'UTF8',
  2: 'MAP',
  3: 'LIST',
  4: 'ENUM',
  5: 'DECIMAL',
  6: 'DATE',
  7: 'TIME',
  8: 'TIMESTAMP',
  14: 'UUID',
};

/** Reads footers; equal schemas, as of one writer's files, are parsed once. */
export class FooterReader {
  private readonly schemas = new Map<string, readonly ParquetField[]>();

  /** @param bytes the footer without its length and magic number. @throws FooterError */
  read(bytes: Buffer): ParquetFooter {
    try {
      return this.metadata(new CompactReader(bytes), bytes);
    } catch (error) {
      if (error instanceof RangeError) throw new FooterError(error.message);
      throw error;
    }
  }

  private metadata(reader: CompactReader, bytes: Buffer): ParquetFooter {
    let rows = 0;
    let fields: readonly ParquetField[] = [];
    let sizes: number[] = [];
    reader.struct((id, type) => {
      if (id === 2) {
        const start = reader.position;
        reader.skip(type);
        fields = this.schema(bytes.subarray(start, reader.position));
        sizes = fields.map(() => 0);
      } else if (id === 3) rows = reader.integer();
      else if (id === 4) {
        const leaves = fields.flatMap((field, index) => Array<number>(leavesOf(field)).fill(index));
        reader.list(() => addRowGroup(reader, leaves, sizes));
      } else reader.skip(type);
    });
    return { rows, fields, sizes };
  }

  private schema(bytes: Buffer): readonly ParquetField[] {
    const key = bytes.toString('latin1');
    let found = this.schemas.get(key);
    if (found === undefined) {
      found = readSchema(new CompactReader(bytes));
      if (this.schemas.size > 1_000) this.schemas.clear();
      this.schemas.set(key, found);
    }
    return found;
  }
}

/** Adds a row group's sizes. Column chunks are in the order of the schema's leaves. */
function addRowGroup(reader: CompactReader, leaves: readonly number[], sizes: number[]): void {
  reader.struct((id, type) => {
    if (id !== 1) return reader.skip(type);
    let leaf = 0;
    reader.list(() => {
      const field = leaves[leaf++];
      if (field === undefined) throw new RangeError('it has more columns than its schema');
      reader.struct((chunkId, chunkType) => {
        if (chunkId !== 3) return reader.skip(chunkType);
        reader.struct((metaId, metaType) => {
          if (metaId === 7) sizes[field] = (sizes[field] as number) + reader.integer();
          else reader.skip(metaType);
        });
      });
    });
  });
}

interface Element {
  name: string;
  type?: string;
  annotation?: string;
  repeated: boolean;
  children: number;
}

function readSchema(reader: CompactReader): readonly ParquetField[] {
  const elements: Element[] = [];
  reader.list(() => elements.push(readElement(reader)));
  let next = 0;
  const take = (depth: number): ParquetField => {
    const element = elements[next++];
    if (element === undefined || depth > 500) throw new RangeError('its schema is not whole');
    const { children, ...field } = element;
    const fields: ParquetField[] = [];
    for (let index = 0; index < children; index++) fields.push(take(depth + 1));
    return { ...field, fields };
  };
  return take(0).fields;
}

function readElement(reader: CompactReader): Element {
  const element: Element = { name: '', repeated: false, children: 0 };
  reader.struct((id, type) => {
    if (id === 1) element.type = TYPES[reader.integer()];
    else if (id === 3) element.repeated = reader.integer() === 2;
    else if (id === 4) element.name = reader.text();
    else if (id === 5) element.children = reader.integer();
    else if (id === 6) element.annotation ??= CONVERTED[reader.integer()];
    else if (id === 10) {
      reader.struct((kind, inner) => {
        element.annotation ??= LOGICAL[kind];
        reader.skip(inner);
      });
    } else reader.skip(type);
  });
  if (element.children > 0) delete element.type;
  return element;
}

const leavesOf = ({ fields }: ParquetField): number =>
  fields.length === 0 ? 1 : fields.reduce((sum, field) => sum + leavesOf(field), 0);
