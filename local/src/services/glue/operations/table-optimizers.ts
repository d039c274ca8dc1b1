import type { TableOptimizer, TableOptimizerConfiguration } from '@aws-sdk/client-glue';
import type { Caller } from '../../../core/operation';
import { namedTable, placeOf } from '../arn';
import { operation } from '../contract';
import { alreadyExists, entityNotFound, invalidInput } from '../errors';
import type { GlueState, StoredTable } from '../state';

const TYPES = new Set(['compaction', 'retention', 'orphan_file_deletion']);

type Place = { readonly DatabaseName: string; readonly TableName: string; readonly Type: string };
type Optimizers = Readonly<Record<string, TableOptimizerConfiguration>>;

/** Stores an optimizer, which doesn't run: OPTIMIZE and VACUUM do its work. */
export const createTableOptimizer = operation('CreateTableOptimizer', {
  handle: (input, { state, caller }) =>
    change(state, caller, input, (optimizers) => {
      if (optimizers[input.Type] !== undefined) throw alreadyExists('Table optimizer');
      return { ...optimizers, [input.Type]: input.TableOptimizerConfiguration as TableOptimizerConfiguration };
    }),
});

export const updateTableOptimizer = operation('UpdateTableOptimizer', {
  handle: (input, { state, caller }) =>
    change(state, caller, input, (optimizers) => {
      if (optimizers[input.Type] === undefined) throw entityNotFound();
      return { ...optimizers, [input.Type]: input.TableOptimizerConfiguration as TableOptimizerConfiguration };
    }),
});

export const deleteTableOptimizer = operation('DeleteTableOptimizer', {
  handle: (input, { state, caller }) =>
    change(state, caller, input, (optimizers) => {
      const { [input.Type]: gone, ...others } = optimizers;
      if (gone === undefined) throw entityNotFound();
      return others;
    }),
});

export const getTableOptimizer = operation('GetTableOptimizer', {
  handle: (input, { state, caller }) => {
    const [DatabaseName, TableName] = placeOf(input);
    const TableOptimizer = optimizerOf(state, caller, input);
    if (TableOptimizer === undefined) throw entityNotFound();
    return { CatalogId: input.CatalogId, DatabaseName, TableName, TableOptimizer };
  },
});

export const batchGetTableOptimizer = operation('BatchGetTableOptimizer', {
  permissions: (input, context) =>
    input.Entries.flatMap(({ databaseName = '', tableName = '' }) =>
      namedTable({ DatabaseName: databaseName, TableName: tableName }, context).map((resource) => ({
        action: 'glue:GetTableOptimizer',
        resource,
      })),
    ),
  handle: (input, { state, caller }) => {
    const found = input.Entries.map((entry) => {
      const { databaseName = '', tableName = '', type = '' } = entry;
      const table = state.tables.get(caller, databaseName.toLowerCase(), tableName.toLowerCase());
      return { entry, tableOptimizer: table && described(table, type) };
    });
    const missing = { ErrorCode: 'EntityNotFoundException', ErrorMessage: 'Entity Not Found' };
    return {
      TableOptimizers: found.flatMap(({ entry: { type: _type, ...entry }, tableOptimizer }) =>
        tableOptimizer === undefined ? [] : [{ ...entry, tableOptimizer }],
      ),
      Failures: found.flatMap(({ entry, tableOptimizer }) =>
        tableOptimizer === undefined ? [{ ...entry, error: missing }] : [],
      ),
    };
  },
});

export const listTableOptimizerRuns = operation('ListTableOptimizerRuns', {
  handle: (input, { state, caller }) => {
    const [DatabaseName, TableName] = placeOf(input);
    if (optimizerOf(state, caller, input) === undefined) throw entityNotFound();
    return { CatalogId: input.CatalogId, DatabaseName, TableName, TableOptimizerRuns: [] };
  },
});

function optimizerOf(state: GlueState, caller: Caller, place: Place): TableOptimizer | undefined {
  return described(state.table(caller, ...placeOf(place)), place.Type);
}

function described({ optimizers = {} }: StoredTable, type: string): TableOptimizer | undefined {
  const configuration = optimizers[type];
  return configuration && { type: type as TableOptimizer['type'], configuration };
}

async function change(state: GlueState, caller: Caller, place: Place, of: (before: Optimizers) => Optimizers) {
  if (!TYPES.has(place.Type)) throw invalidInput(`Type must be one of ${[...TYPES].join(', ')}.`);
  await state.transaction(() => {
    const stored = state.table(caller, ...placeOf(place));
    if (stored.table.Parameters?.table_type?.toUpperCase() !== 'ICEBERG') {
      throw invalidInput('Table optimizers are supported for Iceberg tables only.');
    }
    state.putTable(caller, { ...stored, optimizers: of(stored.optimizers ?? {}) }, false);
  });
}
