import { createPreparedStatement, deletePreparedStatement } from '../../services/athena/operations/prepared-statements';
import { QueryError } from '../errors';
import { prepared } from '../run';
import type { Query } from '../sql/ast';
import { Cursor } from '../sql/cursor';
import { parseQuery } from '../sql/parse-query';
import type { Statement } from '../sql/statement';
import type { StatementContext, StatementOutcome } from './context';
import { ddl } from './hive-errors';
import { noResult, textResult } from './text-result';

type Of<K extends Statement['kind']> = Statement & { kind: K };

export async function prepareStatement(statement: Of<'prepare'>, context: StatementContext): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const { name: StatementName, text: QueryStatement } = statement;
  await ddl(
    cloud.call(createPreparedStatement, { StatementName, WorkGroup: context.workGroup, QueryStatement }, caller),
  );
  return noResult(context);
}

export async function deallocate(statement: Of<'deallocate'>, context: StatementContext): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  const input = { StatementName: statement.name, WorkGroup: context.workGroup };
  await ddl(cloud.call(deletePreparedStatement, input, caller));
  return noResult(context);
}

/** The query that EXECUTE names. @throws QueryError if nothing was prepared under that name. */
export function executedQuery(statement: Of<'execute'>, context: StatementContext): Query {
  const text = context.statementNamed(statement.name);
  if (text === undefined) throw new QueryError('NOT_FOUND', `Prepared statement not found: ${statement.name}`);
  const cursor = new Cursor(text);
  const query = parseQuery(cursor);
  cursor.end();
  return query;
}

/** The plan, in the words of the engine here. */
export async function explain(statement: Of<'explain'>, context: StatementContext): Promise<StatementOutcome> {
  const { connection } = context.session;
  const run = statement.analyze ? context.run : { ...context.run, onScanned: () => {} };
  const lines = await prepared(statement.query, context.session, run, async (sql) => {
    const result = await connection.runAndReadAll(`EXPLAIN ${statement.analyze ? 'ANALYZE ' : ''}${sql}`);
    return result.getRows().flatMap((row) => String(row.at(-1)).split('\n'));
  });
  // The plan shows which files are read: their places on this machine are nobody's business.
  const shown = lines.map((line) => line.replaceAll(context.session.cloud.options.dataDir, 's3:/'));
  return textResult(
    context,
    ['Query Plan'],
    shown.map((line) => [line]),
  );
}
