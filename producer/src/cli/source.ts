import { createReadStream, openSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ColumnTypeError, createColumnSource } from '../record/columns';
import { decodeInput } from '../record/input';
import { createNdjsonSource } from '../record/ndjson';
import { createRecordSource, type EventSource } from '../record/source';
import type { TableColumns } from '../record/table-columns';
import { createTemplateSource } from '../record/template/template';
import { connection } from './connection';
import { CommandError, UsageError } from './errors';
import { fittingSource, withFirst } from './fits';
import { type CliOptions, EXIT } from './options';
import { log } from './report';
import type { TableName, Target } from './stream-name';
import { tableColumns } from './table';

/**
 * The source of the events that the options ask for: a file, a template, the built-in record, or without any of these
 * records of the stack's table.
 */
export async function openSource(options: CliOptions, target: Target): Promise<EventSource> {
  const { record: form, seed, template, input } = options;
  if (input !== undefined) {
    const opened = input === '-' ? process.stdin : openInput(input);
    return fitting(createNdjsonSource(decodeInput(opened, input === '-' ? 'stdin' : input)), options, target);
  }
  const settings = { ...(form !== undefined && { form }), ...(seed !== undefined && { seed }) };
  if (template === undefined) {
    if (form !== undefined) return fitting(createRecordSource(settings), options, target);
    return (await tableSource(options, target)) ?? createRecordSource(settings);
  }
  let source: EventSource;
  try {
    source = createTemplateSource(readFileSync(template, 'utf8'), settings);
  } catch (error) {
    throw new UsageError(`--template ${template}: ${(error as Error).message}`);
  }
  return fitting(source, options, target);
}

/** A source whose first events are compared with the stack's table, if that can be read. */
async function fitting(source: EventSource, options: CliOptions, target: Target): Promise<EventSource> {
  if (target.table === undefined || options.dryRun) return source;
  const name = nameOf(target.table);
  const warn = (message: string) => log('WARNING', message);
  try {
    const { columns } = await columnsOf(target.table, options, target);
    return fittingSource(source, { name, columns }, warn);
  } catch (error) {
    const problem = `The columns of ${name} can't be read (${reasonOf(error, name)}): whether the events fit them is not known.`;
    return withFirst(source, () => warn(problem));
  }
}

/**
 * A source of records with the stack's columns, if the stack's table isn't the built-in record's, which would fill the
 * table with rows of nulls, without an error. So nothing is sent if the columns can't be read.
 */
async function tableSource(options: CliOptions, target: Target): Promise<EventSource | undefined> {
  const { table } = target;
  if (table === undefined || options.dryRun) return undefined;
  const name = nameOf(table);
  let found: TableColumns;
  try {
    found = await columnsOf(table, options, target);
  } catch (error) {
    const refusal = unreadable(error, name);
    // Thrown by the first read: a run without credentials, endpoint or stream ends with that, and its own advice.
    return {
      next: () => {
        throw refusal;
      },
    };
  }
  if (found.areOwn) return undefined;
  const { columns } = found;
  try {
    const source = createColumnSource(columns, options.seed === undefined ? {} : { seed: options.seed });
    log('INFO', `Records are made of the columns of ${name}: ${columns.map((column) => column.name).join(', ')}.`);
    return source;
  } catch (error) {
    if (!(error instanceof ColumnTypeError)) throw error;
    throw new UsageError(`${name}: ${error.message}. Give --template or --input.`);
  }
}

const nameOf = ({ database, table }: TableName) => `${database}.${table}`;

function columnsOf(table: TableName, options: CliOptions, { region, localOnly }: Target): Promise<TableColumns> {
  const { profile, endpoint } = options;
  return tableColumns(table, { region: connection(options, region).region, profile, endpoint, localOnly });
}

/** The refusal to send records to a table whose columns can't be read, with the ways out. */
function unreadable(error: unknown, name: string): CommandError {
  const isMissing = (error as Error).name === 'EntityNotFoundException';
  return new CommandError(
    `nothing is sent, as the columns of ${name} can't be read (${reasonOf(error, name)}): records that don't fit them ` +
      'would be rows of nulls. Say what to send: --record zoned for the built-in record, --template FILE or --input FILE.',
    isMissing ? EXIT.noStream : EXIT.noAccess,
  );
}

function reasonOf(error: unknown, name: string): string {
  const { name: kind, message } = error as Error;
  if (kind === 'AccessDeniedException') return `the credentials need glue:GetTable on ${name}: ${message}`;
  if (kind === 'EntityNotFoundException') return `Glue has no such table: ${message}`;
  return message;
}

function openInput(file: string): Readable {
  try {
    // Opened before the run: a missing file is wrong usage, not a failed run.
    return createReadStream(file, { fd: openSync(file, 'r') });
  } catch (error) {
    throw new UsageError(`--input ${file}: ${(error as Error).message}`);
  }
}
