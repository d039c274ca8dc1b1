import type { Answer, Ask } from '../engine/protocol';
import { FooterError, FooterReader, type ParquetField } from '../parquet/footer';
import { readFooter } from '../parquet/read-footer';

/** Reads files' footers; answers with each distinct schema once. */
export function readFooters({ paths }: Ask<'footers'>): Answer<'footers'> {
  const reader = new FooterReader();
  const schemas = new Map<readonly ParquetField[], number>();
  const footers = paths.map((path) => {
    try {
      const { rows, fields, sizes } = readFooter(path, reader);
      const schema = schemas.get(fields) ?? schemas.size;
      schemas.set(fields, schema);
      return { rows, sizes, schema };
    } catch (error) {
      if (error instanceof FooterError) return { error: error.message };
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { error: 'it is gone' };
      throw error;
    }
  });
  return { schemas: [...schemas.keys()], footers };
}
