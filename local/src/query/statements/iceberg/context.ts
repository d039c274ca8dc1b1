import { mkdirSync, rmSync } from 'node:fs';
import type { Table } from '@aws-sdk/client-glue';
import { icebergTable, isIceberg, S3Storage } from '../../../catalog/iceberg';
import { AwsError } from '../../../core/errors';
import { IcebergError } from '../../../iceberg/format/errors';
import type { CommitOptions } from '../../../iceberg/table/changes';
import type { IcebergTable } from '../../../iceberg/table/table';
import type { FileWriter } from '../../../iceberg/table/write-files';
import { QueryError } from '../../errors';
import type { TableName } from '../../sql/statement';
import { findTable } from '../../tables/bind';
import { sessionEngine } from '../../tables/iceberg';
import type { StatementContext } from '../context';

/** The Iceberg table that a statement names. @param refusal message for a table of another format */
export async function icebergOf(
  name: TableName,
  { session }: StatementContext,
  refusal: string,
): Promise<{ found: Table; table: IcebergTable }> {
  const found = await findTable(session, name.parts, name.at);
  if (!isIceberg(found)) throw new QueryError('NOT_SUPPORTED', refusal);
  return { found, table: icebergTable(session.cloud, session.caller, found) };
}

/** Runs a statement's work with a folder for its files. @throws QueryError for refusals of Iceberg's engine or S3 */
export async function withWriter<T>(context: StatementContext, work: (writer: FileWriter) => Promise<T>): Promise<T> {
  const { session } = context;
  const scratch = `${context.path}-files`;
  mkdirSync(scratch, { recursive: true });
  const storage = new S3Storage(session.cloud, session.caller);
  try {
    return await work({ storage, engine: sessionEngine(session.engine), scratch });
  } catch (error) {
    throw asStatementError(error);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Converts an error to a QueryError in Athena's words. */
export function asStatementError(error: unknown): unknown {
  if (error instanceof IcebergError) return new QueryError(error.code, error.detail);
  if (error instanceof AwsError) return new QueryError('PERMISSION_DENIED', error.message);
  return error;
}

export function commitOptions({ session, id }: StatementContext): CommitOptions {
  return { now: () => session.cloud.clock.now(), summary: { 'engine-name': 'athena', 'athena-query-id': id } };
}
