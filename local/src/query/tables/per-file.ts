import { quoteIdentifier, quoteLiteral } from '../../core/hive-types';
import { literalPath } from '../engine/paths';
import { fileListName } from '../engine/protocol';
import type { TableFile } from './files';

/** Number of files beyond which per-file values are passed in variables: the SQL must not grow with the files. */
export const MANY_FILES = 256;

/** Lists passed beside a query's SQL, by their name for `getvariable`. */
export type Variables = Readonly<Record<string, readonly (string | null)[]>>;

let scans = 0;

/** Values that are constant per file, as SQL over a source with `file_index`. */
export class PerFile {
  private readonly name = `scan_${scans++}`;
  private readonly lists: (string | null)[][] = [];

  constructor(private readonly files: readonly TableFile[]) {}

  /** SQL of a value per file. @param value the file's value, as text */
  sql(value: (file: TableFile) => string | null): string {
    const values = this.files.map(value);
    if (values.every((each) => each === values[0])) return literal(values[0] ?? null);
    if (values.length <= MANY_FILES) return `([${values.map(literal).join(', ')}])[CAST(file_index AS BIGINT) + 1]`;
    this.lists.push(values);
    return this.column(this.lists.length - 1);
  }

  /** SQL of an expression per file. @param value the file's value, as SQL */
  expression(value: (file: TableFile) => string): string {
    const values = this.files.map(value);
    if (values.every((each) => each === values[0])) return values[0] ?? 'NULL';
    return `([${values.join(', ')}])[CAST(file_index AS BIGINT) + 1]`;
  }

  /** Joins the values to a source's rows, if they are passed in variables. */
  joined(from: string): string {
    if (this.lists.length === 0) return from;
    const values = this.lists.map(
      (_list, index) => `unnest(getvariable('${this.listName(index)}')) AS ${this.column(index)}`,
    );
    const places = `unnest(generate_series(0, ${this.files.length - 1})) AS ${this.place}`;
    return `${from} JOIN (SELECT ${places}, ${values.join(', ')}) ON ${this.place} = CAST(file_index AS BIGINT)`;
  }

  get variables(): Variables {
    return Object.fromEntries(this.lists.map((list, index) => [this.listName(index), list]));
  }

  // The name begins with a blank, unlike any column of a table.
  private get place(): string {
    return quoteIdentifier(` place in ${this.name}`);
  }

  private column(index: number): string {
    return quoteIdentifier(` value ${this.listName(index)}`);
  }

  private listName(index: number): string {
    return `${this.name}_${index}`;
  }
}

const literal = (text: string | null) => (text === null ? 'NULL' : quoteLiteral(text));

/** A name for a temporary table, which no user's query can contain. */
export const scratchName = () => `rows of scan ${scans++}`;

/** The files as a reader's argument: the name of a list in variables. */
export function fileList(files: readonly TableFile[]): { sql: string; variables: Variables } {
  const name = fileListName();
  return { sql: `getvariable('${name}')`, variables: { [name]: files.map(({ path }) => literalPath(path)) } };
}
