import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { ResultPage } from './sql.js';

type Cell = string | null;

/** Conversions of Athena's text to Parquet, by type; other types stay text. */
const TYPES: Readonly<
  Record<string, { readonly type: ColumnSource['type']; readonly read: (text: string) => unknown }>
> = {
  boolean: { type: 'BOOLEAN', read: (text) => text === 'true' },
  tinyint: { type: 'INT32', read: Number },
  smallint: { type: 'INT32', read: Number },
  integer: { type: 'INT32', read: Number },
  bigint: { type: 'INT64', read: BigInt },
  real: { type: 'DOUBLE', read: Number },
  float: { type: 'DOUBLE', read: Number },
  double: { type: 'DOUBLE', read: Number },
};

/** Writes a result's rows as one Parquet file: numbers and booleans by type, all other values as text. */
export function toParquet(columns: ResultPage['columns'], rows: readonly (readonly Cell[])[]): ArrayBuffer {
  const names = unique(columns.map(({ name }) => name));
  return parquetWriteBuffer({
    columnData: columns.map(({ type }, index) => {
      const { type: parquet, read } = TYPES[type] ?? { type: 'STRING' as const, read: (text: string) => text };
      const data = rows.map((row) => {
        const cell = row[index];
        return cell === null || cell === undefined ? null : read(cell);
      });
      return { name: names[index] ?? '', type: parquet, nullable: true, data };
    }),
  });
}

/** Unique, non-empty column names: a query's may repeat or be empty, which Parquet's readers refuse. */
function unique(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    let own = name === '' ? `_col${index}` : name;
    for (let copy = 2; taken.has(own); copy += 1) own = `${name}_${copy}`;
    taken.add(own);
    return own;
  });
}
