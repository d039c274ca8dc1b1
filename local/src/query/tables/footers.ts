import type { Engine } from '../engine/engine';
import { QueryError } from '../errors';
import type { ParquetField, ParquetFooter } from '../parquet/footer';
import { FileFacts } from './file-facts';
import { pathsOf, type TableFile } from './files';

/** Parquet files' schemas and row counts, from their footers. */
export class Footers extends FileFacts<ParquetFooter> {
  /** Distinct schemas, each kept once for all files. */
  private readonly schemas = new Map<string, readonly ParquetField[]>();

  protected async read(files: readonly TableFile[], engine: Engine): Promise<ParquetFooter[]> {
    const answer = await engine.run('footers', { paths: pathsOf(files) });
    const schemas = answer.schemas.map((fields) => this.shared(fields));
    return answer.footers.map((footer, index) => {
      if ('error' in footer) throw notParquet(files[index] as TableFile, footer.error);
      return { rows: footer.rows, sizes: footer.sizes, fields: schemas[footer.schema] as readonly ParquetField[] };
    });
  }

  private shared(fields: readonly ParquetField[]): readonly ParquetField[] {
    const key = JSON.stringify(fields);
    const found = this.schemas.get(key) ?? fields;
    if (this.schemas.size > 1_000) this.schemas.clear();
    this.schemas.set(key, found);
    return found;
  }
}

const notParquet = ({ uri }: TableFile, reason: string) =>
  new QueryError('HIVE_BAD_DATA', `Not valid Parquet file: ${uri} ${reason}`);
