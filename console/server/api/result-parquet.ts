import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { ResultPage } from './sql.js';

type Cell = string | null;

/** How Athena's text of a type becomes Parquet's; a type that isn't here stays text, exactly as Athena gave it. */
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

/** Writes a result's rows as one Parquet file; numbers and booleans by their type, all else as text. */
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

/** Column names of a query may repeat or be empty, which Parquet's readers don't take. */
function unique(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, index) => {
    let own = name === '' ? `_col${index}` : name;
    for (let copy = 2; taken.has(own); copy += 1) own = `${name}_${copy}`;
    taken.add(own);
    return own;
  });
}
