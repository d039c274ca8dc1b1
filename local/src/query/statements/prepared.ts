import { notSupported, QueryError } from '../errors';
import { parseStatement } from '../sql/parse-statement';
import { type Statement, statementTypeOf } from '../sql/statement';
import { SqlSyntaxError } from '../sql/tokens';
import type { StatementOutcome } from '../statement-protocol';
import type { StatementContext } from './context';
import { ddl } from './hive-errors';
import { noResult } from './text-result';

type Of<K extends Statement['kind']> = Statement & { kind: K };

export async function prepareStatement(statement: Of<'prepare'>, context: StatementContext): Promise<StatementOutcome> {
  await ddl(context.prepared.create(statement.name, statement.text));
  return noResult(context);
}

export async function deallocate(statement: Of<'deallocate'>, context: StatementContext): Promise<StatementOutcome> {
  await ddl(context.prepared.remove(statement.name));
  return noResult(context);
}

const PREPARABLE = ['query', 'insert', 'create-table-as', 'unload'];

/**
 * The statement that EXECUTE names. @throws QueryError if there is no such prepared statement, or its text can't be
 * executed; LongText
 */
export async function preparedStatement(name: string, context: StatementContext): Promise<Statement> {
  const text = await context.prepared.get(name);
  if (text === undefined) throw new QueryError('NOT_FOUND', `Prepared statement not found: ${name}`);
  context.session.budget?.spend(text);
  const statement = readStatement(text);
  if (!PREPARABLE.includes(statement.kind)) {
    throw notSupported(`Prepared statement type: ${statementTypeOf(statement).subtype ?? 'unknown'}`);
  }
  return statement;
}

/** Parses the text of CreatePreparedStatement, which is stored unchecked. */
function readStatement(text: string): Statement {
  try {
    return parseStatement(text);
  } catch (error) {
    if (error instanceof SqlSyntaxError) throw new QueryError('SYNTAX_ERROR', error.detail, error.at);
    throw error;
  }
}
