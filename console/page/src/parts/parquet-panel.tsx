import type { ParquetView } from '../api';
import { count, bytes as inBytes } from '../format';
import { DataTable } from './data-table';

/** A Parquet object's content: schema, row groups, first rows. */
export function ParquetPanel({ bytes, parquet }: { bytes: number; parquet: ParquetView }) {
  return (
    <>
      <p>
        {count(parquet.rows)} rows, {inBytes(bytes)}, written by {parquet.createdBy ?? 'an unnamed writer'}
      </p>
      <h4>First rows</h4>
      <DataTable caption="First rows" head={parquet.columns.map(({ name }) => name)} rows={parquet.first} />
      <h4>Schema</h4>
      <DataTable
        caption="Schema"
        head={['Column', 'Type', 'Null allowed']}
        rows={parquet.columns.map(({ name, type, optional }) => [name, type, optional ? 'yes' : 'no'])}
      />
      <h4>Row groups</h4>
      <DataTable
        caption="Row groups"
        head={['Row group', 'Rows', 'Uncompressed', 'Codec']}
        rows={parquet.rowGroups.map(({ rows, bytes: size, codec }, index) => [
          index + 1,
          count(rows),
          inBytes(size),
          codec,
        ])}
      />
    </>
  );
}
