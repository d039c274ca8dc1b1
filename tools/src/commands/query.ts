#!/usr/bin/env node
import { AthenaClient } from '@aws-sdk/client-athena';
import { Command, Option } from 'commander';
import { adoptEnvironment, cycleEnvironment } from '../cycle/environment';
import { queryErrorText, runQuery } from '../query/athena';
import { failedRecordsNote } from '../query/failed-records';
import { formatRows, type ResultFormat } from '../query/format';
import { stackOutputs } from '../query/outputs';
import { statementsIn } from '../query/statements';
import { stackClientConfig } from '../shared/aws-client';
import { ToolError } from '../shared/errors';
import { ExitCode } from '../shared/exit-codes';
import { interruptible } from '../shared/interrupt';
import { asText } from '../shared/json';
import { sqlOf } from './flags';
import { runCommand } from './run';

interface Flags {
  readonly file?: string;
  readonly workgroup?: string;
  readonly database?: string;
  readonly stack?: string;
  readonly outputsFile: string;
  readonly format: ResultFormat;
}

const program = new Command('query')
  .description("Run SQL through Athena in the stack's workgroup and print the rows.")
  .argument('[sql]', 'the statement; - or nothing reads it from stdin')
  .option('--file <file>', 'read the statement, or several separated by semicolons, from a file')
  .option('--workgroup <name>', "workgroup (default: the stack's, from the outputs file)")
  .option('--database <name>', "database for names without one (default: the stack's)")
  .option('--stack <name>', 'stack in the outputs file (default: lakehouse-$LAKEHOUSE_ENV)')
  .option('--outputs-file <file>', 'file with the outputs of apply or cdktf deploy', 'outputs.json')
  .addOption(
    new Option('-f, --format <format>', 'how rows are printed').choices(['table', 'csv', 'json']).default('table'),
  )
  .action(async (sql: string | undefined, flags: Flags) => {
    const statements = statementsIn(sqlOf(sql, flags.file));
    if (statements.length === 0)
      throw new ToolError(
        'there is no SQL statement: give one as the argument, with --file or on stdin.',
        ExitCode.usage,
      );
    adoptEnvironment(cycleEnvironment(process.env));
    const outputs =
      flags.workgroup === undefined ? stackOutputs(flags.outputsFile, flags.stack, process.env, '--workgroup') : {};
    const workgroup = flags.workgroup ?? asText(outputs.athena_workgroup_name);
    if (workgroup === undefined)
      throw new ToolError(
        `${flags.outputsFile} names no athena_workgroup_name: give --workgroup.`,
        ExitCode.prerequisite,
      );
    const database = flags.database ?? asText(outputs.glue_database_name);
    const client = new AthenaClient(stackClientConfig(outputs));
    try {
      await interruptible(async (signal) => {
        for (const statement of statements) {
          const of = { client, sql: statement, workgroup, signal, ...(database !== undefined && { database }) };
          process.stdout.write(formatRows(await runQuery(of), flags.format));
        }
        const note = await failedRecordsNote(outputs);
        if (note !== undefined) console.error(note);
      });
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw new ToolError(queryErrorText(error, workgroup, process.env));
    } finally {
      client.destroy();
    }
  });

void runCommand(program);
