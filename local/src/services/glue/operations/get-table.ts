import type { PropertyPredicate, Table } from '@aws-sdk/client-glue';
import { ownEntry } from '../../../core/own-entry';
import { isTexts } from '../../../core/paging';
import { type LinearPattern, linearPattern, PatternError } from '../../../core/patterns';
import { catalogArns } from '../arn';
import { operation } from '../contract';
import { invalidInput } from '../errors';
import { page } from '../paging';

export const getTable = operation('GetTable', {
  resource: (input, { caller }) => catalogArns(caller, input.DatabaseName, input.Name),
  handle: (input, { state, caller }) => ({
    Table: state.table(caller, input.DatabaseName.toLowerCase(), input.Name.toLowerCase()).table,
  }),
});

/** @param input.Expression wildcards or a regular expression for names. @default all */
export const getTables = operation('GetTables', {
  resource: (input, { caller }) => catalogArns(caller, input.DatabaseName, '*'),
  handle: (input, { state, caller }) => {
    const database = input.DatabaseName.toLowerCase();
    state.databases.require(caller, database);
    const pattern = input.Expression === undefined ? undefined : namePattern(input.Expression);
    const found = page(input.NextToken, input.MaxResults, {
      items: (after) => state.tables.list(caller, [database], after),
      keyOf: ({ table }) => table.Name as string,
      matches: ({ table }) => pattern?.matches(table.Name as string) ?? true,
    });
    return { TableList: found.items.map(({ table }) => table), NextToken: found.nextToken };
  },
});

export const searchTables = operation('SearchTables', {
  resource: (_input, { caller }) => catalogArns(caller, '*', '*'),
  handle: (input, { state, caller }) => {
    const text = input.SearchText?.replace(/^"|"$/g, '').toLowerCase() ?? '';
    function* tables(after: string[] | undefined) {
      for (const database of state.databases.list(caller)) {
        const databaseName = database.Name as string;
        if (after !== undefined && databaseName < (after[0] ?? '')) continue;
        yield* state.tables.list(caller, [databaseName], databaseName === after?.[0] ? after[1] : undefined);
      }
    }
    const found = page(input.NextToken, input.MaxResults ?? 1_000, {
      items: tables,
      keyOf: ({ table }) => [table.DatabaseName ?? '', table.Name ?? ''],
      isKey: isTexts,
      matches: ({ table }) =>
        `${table.Name} ${table.Description ?? ''} ${table.StorageDescriptor?.Columns?.map((c) => c.Name).join(' ')}`
          .toLowerCase()
          .includes(text) && (input.Filters ?? []).every((filter) => isWanted(table, filter)),
    });
    return { TableList: found.items.map(({ table }) => table), NextToken: found.nextToken };
  },
});

const COMPARISONS: Readonly<Record<string, (own: string, wanted: string) => boolean>> = {
  EQUALS: (own, wanted) => own === wanted,
  GREATER_THAN: (own, wanted) => own > wanted,
  LESS_THAN: (own, wanted) => own < wanted,
  GREATER_THAN_EQUALS: (own, wanted) => own >= wanted,
  LESS_THAN_EQUALS: (own, wanted) => own <= wanted,
};

/** Whether a table meets a filter of SearchTables: on its database, name, owner, or one of its parameters. */
function isWanted(table: Table, { Key = '', Value = '', Comparator = 'EQUALS' }: PropertyPredicate): boolean {
  const { DatabaseName, Name, Owner } = table;
  const values = new Map(Object.entries({ ...table.Parameters, DatabaseName, Name, Owner }));
  const compare = ownEntry(COMPARISONS, Comparator);
  const own = values.get(Key);
  return own !== undefined && compare?.(own, Value) === true;
}

/**
 * Compiles a pattern of names: a regular expression in which a `*` after nothing, or after a character of a name,
 * matches any text. `my*`, `*`, `my.*` and `a|b` all do what clients expect (Hive's patterns, which Spark and the AWS
 * SDK for pandas send).
 */
function namePattern(expression: string): LinearPattern {
  const source = expression.replace(/\*{2,}/g, '*').replace(/(^|[^.\])\\*+?}])(?=\*)/g, '$1.');
  try {
    return linearPattern(source, { ignoreCase: true });
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalidInput(`The expression ${expression} is no regular expression: ${error.message}`);
  }
}
