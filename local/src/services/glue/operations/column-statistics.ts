import type { ColumnStatistics, ColumnStatisticsData, Table } from '@aws-sdk/client-glue';
import type { Context, Permission, Strict } from '../../../core/operation';
import { namedTable, placeOf } from '../arn';
import { operation } from '../contract';
import { invalidInput, partitionNotFound, statisticsNotFound } from '../errors';
import { GlueState, type StatisticsPlace } from '../state';

interface Place {
  readonly DatabaseName: string;
  readonly TableName: string;
  readonly PartitionValues?: string[];
}

/** Permissions of statistics: those of their table or partition ("Column statistics API"). */
const permissionsOf =
  (action: string) =>
  (input: Place, context: Context): Permission[] =>
    namedTable(input, context).map((resource) => ({ action: `glue:${action}`, resource }));

export const getColumnStatisticsForTable = operation('GetColumnStatisticsForTable', {
  permissions: permissionsOf('GetTable'),
  handle: (input, context) => listStatistics(input, input.ColumnNames, context),
});

export const getColumnStatisticsForPartition = operation('GetColumnStatisticsForPartition', {
  permissions: permissionsOf('GetPartition'),
  handle: (input, context) => listStatistics(input, input.ColumnNames, context),
});

export const updateColumnStatisticsForTable = operation('UpdateColumnStatisticsForTable', {
  permissions: permissionsOf('UpdateTable'),
  handle: (input, context) => updateStatistics(input, input.ColumnStatisticsList, context),
});

export const updateColumnStatisticsForPartition = operation('UpdateColumnStatisticsForPartition', {
  permissions: permissionsOf('UpdatePartition'),
  handle: (input, context) => updateStatistics(input, input.ColumnStatisticsList, context),
});

export const deleteColumnStatisticsForTable = operation('DeleteColumnStatisticsForTable', {
  permissions: permissionsOf('DeleteTable'),
  handle: (input, context) => deleteStatistics(input, input.ColumnName, context),
});

export const deleteColumnStatisticsForPartition = operation('DeleteColumnStatisticsForPartition', {
  permissions: permissionsOf('DeletePartition'),
  handle: (input, context) => deleteStatistics(input, input.ColumnName, context),
});

function listStatistics(input: Place, columns: readonly string[], { cloud, caller }: Context) {
  const state = cloud.state(GlueState);
  const { place, table } = locate(input, { cloud, caller });
  const named = columnsOf(table);
  const { code, message } = statisticsNotFound('');
  return {
    ColumnStatisticsList: columns.flatMap((column) => state.findStatistics(caller, place, column) ?? []),
    Errors: columns
      .filter((column) => !named.has(column.toLowerCase()))
      .map((ColumnName) => ({ ColumnName, Error: { ErrorCode: code, ErrorMessage: message } })),
  };
}

async function updateStatistics(
  input: Place,
  list: readonly Strict<ColumnStatistics>[],
  { cloud, caller }: Pick<Context, 'cloud' | 'caller'>,
) {
  const state = cloud.state(GlueState);
  for (const { StatisticsData } of list) checkData(StatisticsData);
  const Errors = await state.transaction(() => {
    const { place, table } = locate(input, { cloud, caller });
    const named = columnsOf(table);
    const unknown = list.filter(({ ColumnName }) => !named.has(ColumnName.toLowerCase()));
    for (const each of list) if (!unknown.includes(each)) state.putStatistics(caller, place, each as ColumnStatistics);
    return unknown.map((each) => {
      const { code, message } = statisticsNotFound(each.ColumnName);
      return { ColumnStatistics: each as ColumnStatistics, Error: { ErrorCode: code, ErrorMessage: message } };
    });
  });
  return { Errors };
}

async function deleteStatistics(input: Place, column: string, { cloud, caller }: Context) {
  const state = cloud.state(GlueState);
  await state.transaction(() => {
    const { place } = locate(input, { cloud, caller });
    if (state.findStatistics(caller, place, column) === undefined) throw statisticsNotFound(column);
    state.removeStatistics(caller, place, column);
  });
  return {};
}

/** @throws AwsError `EntityNotFoundException` for a missing table or partition */
function locate(input: Place, { cloud, caller }: Pick<Context, 'cloud' | 'caller'>) {
  const state = cloud.state(GlueState);
  const [database, name] = placeOf(input);
  const { table } = state.table(caller, database, name);
  const { PartitionValues: partition } = input;
  if (partition !== undefined && state.findPartition(caller, database, name, partition) === undefined) {
    throw partitionNotFound();
  }
  const place: StatisticsPlace = { database, table: name, ...(partition !== undefined && { partition }) };
  return { place, table };
}

function columnsOf({ StorageDescriptor, PartitionKeys = [] }: Table): Set<string> {
  return new Set([...(StorageDescriptor?.Columns ?? []), ...PartitionKeys].map(({ Name = '' }) => Name.toLowerCase()));
}

const KINDS = ['BOOLEAN', 'DATE', 'DECIMAL', 'DOUBLE', 'LONG', 'STRING', 'BINARY'] as const;

/** Checks statistics data. @throws AwsError `InvalidInputException` unless exactly the named type's data are given */
function checkData(data: Strict<ColumnStatisticsData>): void {
  if (!KINDS.includes(data.Type)) throw invalidInput(`Statistics type must be one of ${KINDS.join(', ')}.`);
  const wanted = `${data.Type.charAt(0)}${data.Type.slice(1).toLowerCase()}ColumnStatisticsData`;
  const given = Object.entries(data).flatMap(([name, value]) => (name === 'Type' || value === undefined ? [] : name));
  if (given.length !== 1 || given[0] !== wanted) {
    throw invalidInput(`Statistics of type ${data.Type} must have ${wanted}, and nothing else.`);
  }
}
