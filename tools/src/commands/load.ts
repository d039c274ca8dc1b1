#!/usr/bin/env node
import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { adoptEnvironment, cycleEnvironment } from '../cycle/environment';
import { type LoadOptions, load, Tally } from '../load/load';
import { itemText, refusalsOf, summaryOf } from '../load/report';
import { checkExpectedKey, tableKeyOf } from '../load/table-key';
import { finishedQuery, queryErrorText, startQuery } from '../query/athena';
import { stackOutputs } from '../query/outputs';
import { statementsIn } from '../query/statements';
import { stackClientConfig } from '../shared/aws-client';
import { awsErrorText } from '../shared/aws-errors';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { interruptible } from '../shared/interrupt';
import { asText, type JsonObject } from '../shared/json';
import { sqlOf } from './flags';
import { runCommand } from './run';

interface Flags {
  readonly file?: string;
  readonly queryExecutionId?: string;
  readonly table?: string;
  readonly key?: string;
  readonly workgroup?: string;
  readonly database?: string;
  readonly dryRun?: boolean;
  readonly stack?: string;
  readonly outputsFile: string;
}

const program = new Command('load')
  .description('Load the result of an Athena query into a DynamoDB table: a row is an item, a column an attribute.')
  .argument('[sql]', 'the SELECT; - or nothing reads it from stdin')
  .option('--file <file>', 'read the SELECT from a file')
  .option('--query-execution-id <id>', 'take the result of this query, which was run before, in place of SQL')
  .option('--table <name>', "the DynamoDB table (default: the stack's table of counters)")
  .option('--key <columns>', "stop unless the table's key is this, such as field,value")
  .option('--workgroup <name>', "workgroup (default: the stack's, from the outputs file)")
  .option('--database <name>', "database for names without one (default: the stack's)")
  .option('--dry-run', 'run the query and check its rows, and write nothing')
  .option('--stack <name>', 'stack in the outputs file (default: lakehouse-$LAKEHOUSE_ENV)')
  .option('--outputs-file <file>', 'file with the outputs of apply or cdktf deploy', 'outputs.json')
  .action(async (sql: string | undefined, flags: Flags) => {
    const statement = statementOf(sql, flags);
    adoptEnvironment(cycleEnvironment(process.env));
    const named = flags.table !== undefined && (flags.queryExecutionId ?? flags.workgroup) !== undefined;
    const outputs = named ? {} : stackOutputs(flags.outputsFile, flags.stack, process.env, '--table and --workgroup');
    const config = stackClientConfig(outputs);
    const clients = { athena: new AthenaClient(config), dynamodb: new DynamoDBClient(config) };
    try {
      await interruptible((signal) => run(statement, flags, outputs, { ...clients, signal }));
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw new ToolError(awsErrorText(error, process.env));
    } finally {
      for (const client of Object.values(clients)) client.destroy();
    }
  });

const PROGRESS_MS = 250;

type Means = Pick<LoadOptions, 'athena' | 'dynamodb' | 'signal'>;

async function run(statement: string | undefined, flags: Flags, outputs: JsonObject, means: Means): Promise<void> {
  const table = flags.table ?? asText(outputs.counters_table_name);
  if (table === undefined) {
    throw new ToolError(
      "name the table with --table: the stack's outputs have no counters_table_name, whose table is the default.",
      ExitCode.usage,
    );
  }
  // Table and key are checked first: a query costs money.
  const key = await tableKeyOf(means.dynamodb, table);
  if (flags.key !== undefined)
    checkExpectedKey(
      table,
      key,
      flags.key.split(',').map((name) => name.trim()),
    );
  const query = await queryOf(statement, flags, outputs, means);
  const tally = new Tally();
  const dryRun = flags.dryRun === true;
  const endProgress = showProgress(tally);
  try {
    await load({ ...means, query, table, key, dryRun, tally });
  } catch (error) {
    endProgress();
    const howFar = `${summaryOf(tally, table, 'loaded')}. Run it again: items that are written already are replaced by the same.`;
    if (means.signal.aborted) throw new ToolError(`interrupted: ${howFar}`, ExitCode.interrupted);
    if (tally.written > 0) console.error(`stopped: ${howFar}`);
    throw error;
  } finally {
    endProgress();
  }
  if (dryRun) for (const item of tally.sample) console.log(itemText(item));
  console.log(`${summaryOf(tally, table, dryRun ? 'would load' : 'loaded')} (query ${query.QueryExecutionId}).`);
  const refusals = refusalsOf(tally);
  for (const line of refusals) console.error(line);
  if (refusals.length > 0) process.exitCode = ExitCode.failed;
}

/** Runs the statement, or finds the query of `--query-execution-id`. */
async function queryOf(statement: string | undefined, flags: Flags, outputs: JsonObject, { athena, signal }: Means) {
  const { queryExecutionId } = flags;
  if (statement === undefined) return finishedQuery(queryExecutionId ?? '', { client: athena, signal, isOurs: false });
  const workgroup = flags.workgroup ?? asText(outputs.athena_workgroup_name);
  if (workgroup === undefined)
    throw new ToolError(
      `${flags.outputsFile} names no athena_workgroup_name: give --workgroup.`,
      ExitCode.prerequisite,
    );
  const database = flags.database ?? asText(outputs.glue_database_name);
  try {
    const of = { client: athena, sql: statement, workgroup, signal, ...(database !== undefined && { database }) };
    return await finishedQuery(await startQuery(of), { client: athena, signal, isOurs: true });
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(queryErrorText(error, workgroup, process.env));
  }
}

/** The one statement; undefined with `--query-execution-id`. */
function statementOf(sql: string | undefined, flags: Flags): string | undefined {
  if (flags.queryExecutionId !== undefined) {
    if (sql === undefined && flags.file === undefined) return undefined;
    throw new ToolError('give SQL or --query-execution-id, not both.', ExitCode.usage);
  }
  const [statement, ...others] = statementsIn(sqlOf(sql, flags.file));
  if (statement === undefined)
    throw new ToolError(
      'there is no SQL statement: give one as the argument, with --file or on stdin.',
      ExitCode.usage,
    );
  if (others.length > 0)
    throw new ToolError(
      `give one statement, not ${others.length + 1}: a load takes the result of one query.`,
      ExitCode.usage,
    );
  return statement;
}

/** Shows the load's progress on a terminal. @returns function that stops it and clears the line */
function showProgress(tally: Tally): () => void {
  const { stderr } = process;
  if (stderr.isTTY !== true) return () => {};
  const show = () =>
    stderr.write(
      `\r\x1b[K${tally.written.toLocaleString('en-US')} of ${tally.read.toLocaleString('en-US')} rows read are written`,
    );
  const timer = setInterval(show, PROGRESS_MS);
  return () => {
    clearInterval(timer);
    stderr.write('\r\x1b[K');
  };
}

void runCommand(program);
