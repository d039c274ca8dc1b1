import { quoteIdentifier } from '../../../core/hive-types';
import { currentSchema } from '../../../iceberg/format/metadata';
import { duckdbTypeOf } from '../../../iceberg/format/schema';
import { append } from '../../../iceberg/table/changes';
import type { IcebergTable } from '../../../iceberg/table/table';
import { writeDataFiles } from '../../../iceberg/table/write-files';
import { QueryError } from '../../errors';
import type { ResultColumn } from '../../result/type-names';
import { withBoundQuery } from '../../run';
import type { Statement } from '../../sql/statement';
import type { StatementOutcome } from '../../statement-protocol';
import { toNative } from '../../values/native';
import type { StatementContext } from '../context';
import { noResult } from '../text-result';
import { commitOptions, withWriter } from './context';

/**
 * INSERT INTO an Iceberg table, which adds a snapshot. @param check checks that the query's columns fit the named ones
 */
export async function insertIntoIceberg(
  statement: Statement & { kind: 'insert' },
  table: IcebergTable,
  context: StatementContext,
  check: (named: readonly string[], given: readonly ResultColumn[]) => void,
): Promise<StatementOutcome> {
  const { session } = context;
  const rows = await withWriter(context, (writer) =>
    withBoundQuery(statement.query, session, context.run, async (query) => {
      const { metadata } = await table.load();
      const { fields } = currentSchema(metadata);
      const names = fields.map(({ name }) => name.toLowerCase());
      const named = statement.columns.length === 0 ? names : statement.columns;
      const unknown = named.find((name) => !names.includes(name));
      if (unknown !== undefined) {
        throw new QueryError(
          'COLUMN_NOT_FOUND',
          `Insert column name does not exist in target table: ${unknown}`,
          statement.at,
        );
      }
      const { columns: given } = query;
      check(named, given);
      const items = fields.map(({ name, type }) => {
        const place = named.indexOf(name.toLowerCase());
        const column = given[place];
        const value = column === undefined ? 'NULL' : toNative(`"c${place}"`, column.type);
        return `CAST(${value} AS ${duckdbTypeOf(type)}) AS ${quoteIdentifier(name)}`;
      });
      const sql = `SELECT ${items.join(', ')} FROM (${query.sql})`;
      const source = { sql, files: query.sources.files, beside: query.sources };
      const files = await writeDataFiles(source, metadata, writer);
      const rows = files.reduce((sum, { recordCount }) => sum + recordCount, 0);
      if (rows > 0) await context.writes.commit(rows, () => append(table, files, commitOptions(context)));
      return rows;
    }),
  );
  return noResult(context, rows);
}
