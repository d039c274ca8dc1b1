import { AwsError } from '../../core/errors';
import { QueryError } from '../errors';

/** Hive's error for a missing table in DDL. */
export const hiveTableNotFound = (database: string, table: string) =>
  new QueryError('FAILED', `SemanticException [Error 10001]: Table not found ${database}.${table}`);
export const hiveDatabaseNotFound = (database: string) =>
  new QueryError('FAILED', `SemanticException [Error 10072]: Database does not exist: ${database}`);
export const hiveSemantic = (detail: string) => new QueryError('FAILED', `SemanticException ${detail}`);

/** Runs a call of Glue, with its errors in the words of Athena's DDL. */
export async function ddl<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new QueryError(
      'FAILED',
      `Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${error.code}(message:${error.message})`,
    );
  }
}
