import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects, parquetSchema, type SchemaTree } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** A Parquet object's metadata, and its first rows. */
export interface ParquetView {
  readonly createdBy: string | undefined;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly optional: boolean }[];
  readonly rowGroups: readonly { readonly rows: number; readonly bytes: number; readonly codec: string }[];
  /** Up to {@link FIRST_ROWS} rows, values as text. */
  readonly first: readonly (readonly (string | null)[])[];
}

const FIRST_ROWS = 20;

/** Reads footer and first rows. */
export async function readParquet(file: AsyncBuffer): Promise<ParquetView> {
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(describe);
  const rows = Number(metadata.num_rows);
  const first =
    rows === 0
      ? []
      : await parquetReadObjects({ file, metadata, compressors, rowStart: 0, rowEnd: Math.min(rows, FIRST_ROWS) });
  return {
    createdBy: metadata.created_by,
    rows,
    columns,
    rowGroups: metadata.row_groups.map((group) => ({
      rows: Number(group.num_rows),
      bytes: Number(group.total_byte_size),
      codec: [...new Set(group.columns.map(({ meta_data }) => meta_data?.codec ?? 'unknown'))].join(', '),
    })),
    first: first.map((row) => columns.map(({ name }) => show(row[name]))),
  };
}

function describe({ element, children }: SchemaTree) {
  const type =
    element.logical_type?.type ?? element.converted_type ?? element.type ?? (children.length > 0 ? 'GROUP' : 'unknown');
  return { name: element.name, type, optional: element.repetition_type !== 'REQUIRED' };
}

function show(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object')
    return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
  return String(value);
}
