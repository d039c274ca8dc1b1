import { AwsError } from '../../core/errors';
import type { Context } from '../../core/operation';
import type { Statement } from '../../query/sql/statement';
import { getTable } from '../glue/operations/get-table';
import { catalogNotFound, entityNotFound } from './errors';
import { AthenaState } from './state';

/**
 * Looks up the table of DESCRIBE or SHOW COLUMNS, as Athena does before it accepts them.
 * @param database the context's
 * @throws AwsError `InvalidRequestException` for a missing catalog, database or table
 */
export async function checkDescribed(
  statement: Statement,
  database: string | undefined,
  { cloud, caller }: Pick<Context, 'cloud' | 'caller'>,
): Promise<void> {
  if (statement.kind !== 'describe' && statement.kind !== 'show-columns') return;
  const [Name = '', DatabaseName = database?.toLowerCase() ?? 'default', catalog] = [
    ...statement.table.parts,
  ].reverse();
  if (catalog !== undefined && !cloud.state(AthenaState).reachedCatalogs(caller).has(catalog))
    throw catalogNotFound(catalog);
  try {
    await cloud.call(getTable, { DatabaseName, Name }, caller);
  } catch (error) {
    // Any other fault, such as a missing permission, is the query's.
    if (error instanceof AwsError && error.code === 'EntityNotFoundException') throw entityNotFound();
  }
}
