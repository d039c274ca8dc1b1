import { randomUUID } from 'node:crypto';
import type { ResultConfiguration, StartQueryExecutionInput, WorkGroup } from '@aws-sdk/client-athena';
import type { Context, Strict } from '../../../core/operation';
import { QueryError } from '../../../query/errors';
import { parseParameter } from '../../../query/sql/parse-parameter';
import { parseStatement } from '../../../query/sql/parse-statement';
import { statementTypeOf } from '../../../query/sql/statement';
import { SqlSyntaxError } from '../../../query/sql/tokens';
import { LONG_TEXT, outlineOf, type StatementOutline } from '../../../query/statement-protocol';
import type { PreparedStatements } from '../../../query/statements/context';
import { operation } from '../contract';
import { checkDescribed } from '../described-table';
import { ENGINE_VERSION } from '../engine-version';
import { invalidRequest, parametersDiffer } from '../errors';
import { QueryRunner } from '../runner';
import { AthenaState, type StoredExecution } from '../state';
import { createPreparedStatement, deletePreparedStatement } from './prepared-statements';

/**
 * Accepts a query and runs it in the background.
 * @param input.ClientRequestToken repeated with the same request, it returns the same execution
 */
export const startQueryExecution = operation('StartQueryExecution', {
  handle: async (input, { state, cloud, caller }) => {
    const workGroup = state.workGroup(caller, input.WorkGroup ?? 'primary');
    if (workGroup.State === 'DISABLED') throw invalidRequest(`WorkGroup ${workGroup.Name} is disabled.`);
    const { Catalog } = input.QueryExecutionContext ?? {};
    // A catalog that doesn't exist is the statement's failure: DDL runs in the default one.
    if (Catalog !== undefined && state.findDataCatalog(caller, Catalog) !== undefined)
      state.reachableCatalog(caller, Catalog);
    // A location is refused before the statement's syntax.
    const results = locationOf(input.ResultConfiguration, workGroup);
    const { QueryString: text, ExecutionParameters: parameters = [] } = input;
    const isLong = parameters.reduce((length, each) => length + each.length, text.length) > LONG_TEXT;
    const parsed = isLong ? undefined : await checked(() => parsedOf(text, parameters));
    const runner = cloud.state(QueryRunner);
    const outline = parsed === undefined ? await checked(() => runner.outline(text, parameters)) : parsed.outline;
    checkPlaced(outline, workGroup);
    if (parsed !== undefined)
      await checkDescribed(parsed.statement, input.QueryExecutionContext?.Database, { cloud, caller });
    const id = randomUUID();
    const stored = executionOf(input, outline, workGroup, results, id, cloud.clock.now());
    const { ClientRequestToken: token } = input;
    const request = idempotentPart(input);
    const earlier = await state.transaction(() => {
      const before = token === undefined ? undefined : state.tokens.get(caller, `query/${token}`);
      if (before !== undefined) {
        if (before.request !== request) throw parametersDiffer();
        return before.id;
      }
      if (token !== undefined) state.tokens.put(caller, [`query/${token}`], { id, request });
      state.putExecution(caller, stored);
      return undefined;
    });
    if (earlier !== undefined) return { QueryExecutionId: earlier };
    runner.submit(
      {
        id,
        caller,
        text,
        parameters,
        parsed,
        bytesCutoff: workGroup.Configuration?.BytesScannedCutoffPerQuery,
        prepared: preparedIn(workGroup.Name as string, { cloud, caller }),
      },
      stored,
    );
    return { QueryExecutionId: id };
  },
});

/** Members that a request with the token of an earlier one must repeat; Athena compares neither parameters nor workgroup. */
function idempotentPart({
  QueryString,
  QueryExecutionContext: context,
  ResultConfiguration: result,
}: Strict<StartQueryExecutionInput>): string {
  return JSON.stringify([QueryString, context?.Catalog, context?.Database, result?.OutputLocation]);
}

/** A workgroup's prepared statements, with the caller's permissions. */
function preparedIn(WorkGroup: string, { cloud, caller }: Pick<Context, 'cloud' | 'caller'>): PreparedStatements {
  return {
    get: (name) => cloud.state(AthenaState).statements.get(caller, WorkGroup, name)?.QueryStatement,
    create: (StatementName, QueryStatement) =>
      cloud.call(createPreparedStatement, { StatementName, WorkGroup, QueryStatement }, caller),
    remove: (StatementName) => cloud.call(deletePreparedStatement, { StatementName, WorkGroup }, caller),
  };
}

function parsedOf(text: string, parameters: readonly string[]) {
  const statement = parseStatement(text);
  return { statement, parameters: parameters.map(parseParameter), outline: outlineOf(statement) };
}

/**
 * Converts parse errors, which Athena reports before it accepts a query. @throws AwsError `InvalidRequestException`
 * with the parser's message
 */
async function checked<T>(read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SqlSyntaxError || error instanceof QueryError) {
      throw invalidRequest(error.message, 'MALFORMED_QUERY');
    }
    throw error;
  }
}

/**
 * Checks a CTAS' location. @throws AwsError `InvalidRequestException` if it differs from the result location that the
 * workgroup enforces
 */
function checkPlaced({ isPlaced }: StatementOutline, { Configuration }: WorkGroup): void {
  if (!isPlaced || Configuration?.EnforceWorkGroupConfiguration !== true) return;
  throw invalidRequest(
    "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
  );
}

function executionOf(
  input: Strict<StartQueryExecutionInput>,
  statement: StatementOutline,
  workGroup: WorkGroup,
  results: LocatedResults,
  id: string,
  now: number,
): StoredExecution {
  const { type, subtype } = statementTypeOf(statement);
  const { Catalog } = input.QueryExecutionContext ?? {};
  return {
    execution: {
      QueryExecutionId: id,
      Query: input.QueryString.trim().replace(/;$/, ''),
      StatementType: type,
      SubstatementType: subtype,
      ResultConfiguration: under(results, `${id}${extensionOf(statement)}`),
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
      QueryExecutionContext: {
        ...input.QueryExecutionContext,
        // Athena shows the catalog in lower case, and the database as it came.
        ...(Catalog !== undefined && { Catalog: Catalog.toLowerCase() }),
      },
      Status: { State: 'QUEUED', SubmissionDateTime: new Date(now) },
      Statistics: {},
      WorkGroup: workGroup.Name,
      EngineVersion: workGroup.Configuration?.EngineVersion ?? ENGINE_VERSION,
      ExecutionParameters: input.ExecutionParameters,
    },
    columns: [],
    rows: 0,
    header: false,
  };
}

/** Extension of the result: CSV for rows, plain text for other statements. */
function extensionOf(statement: StatementOutline): string {
  return statement.kind === 'query' || statement.kind === 'execute' ? '.csv' : '.txt';
}

/** Settings of results, and the folder in S3 that they are written to. */
type LocatedResults = ResultConfiguration & { readonly location: string };

/** Where a result lies, under its name. */
function under({ location, ...chosen }: LocatedResults, name: string): ResultConfiguration {
  return { ...chosen, OutputLocation: `${location.endsWith('/') ? location : `${location}/`}${name}` };
}

/**
 * Settings of the result: the workgroup's if it enforces its settings, or if the caller gives none.
 * @throws AwsError `InvalidRequestException` without a location, or for one that isn't in S3
 */
function locationOf(given: ResultConfiguration | undefined, workGroup: WorkGroup): LocatedResults {
  const own = workGroup.Configuration?.ResultConfiguration ?? {};
  const enforced = workGroup.Configuration?.EnforceWorkGroupConfiguration === true;
  const chosen = enforced ? own : { ...own, ...given };
  const location = chosen.OutputLocation;
  if (location === undefined) {
    throw invalidRequest(
      'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    );
  }
  if (!/^s3:\/\/[^/]+(\/.*)?$/.test(location)) throw invalidRequest('outputLocation is not a valid S3 path.');
  return { ...chosen, location };
}
