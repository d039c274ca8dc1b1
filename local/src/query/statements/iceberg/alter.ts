import type { Table } from '@aws-sdk/client-glue';
import { icebergTable } from '../../../catalog/iceberg';
import { parseHiveType } from '../../../core/hive-types';
import { IcebergError } from '../../../iceberg/format/errors';
import {
  currentSchema,
  freshIds,
  partitionSources,
  type TableMetadata,
  withFields,
} from '../../../iceberg/format/metadata';
import { canPromote, type Field, freshFields, fromHiveType } from '../../../iceberg/format/schema';
import type { ColumnDefinition, Statement } from '../../sql/statement';
import type { StatementOutcome } from '../../statement-protocol';
import type { StatementContext } from '../context';
import { hiveSemantic } from '../hive-errors';
import { noResult } from '../text-result';
import { asStatementError } from './context';
import { checkProperties } from './properties';

type Of<K extends Statement['kind']> = Statement & { kind: K };

/** Commits a change of an Iceberg table's metadata; its data files stay. */
async function alter(
  found: Table,
  context: StatementContext,
  change: (metadata: TableMetadata) => TableMetadata,
): Promise<StatementOutcome> {
  const { cloud, caller } = context.session;
  try {
    await icebergTable(cloud, caller, found).commit(async (metadata) => change(metadata));
  } catch (error) {
    throw asStatementError(error);
  }
  return noResult(context);
}

const fieldNamed = (fields: readonly Field[], name: string) =>
  fields.find((field) => field.name.toLowerCase() === name);

function fieldOf(fields: readonly Field[], name: string): Field {
  const found = fieldNamed(fields, name);
  if (found === undefined) throw hiveSemantic(`Column ${name} does not exist`);
  return found;
}

export function addColumns(
  statement: Of<'add-columns' | 'replace-columns'>,
  found: Table,
  context: StatementContext,
): Promise<StatementOutcome> {
  return alter(found, context, (metadata) => {
    const { fields } = currentSchema(metadata);
    const ids = freshIds(metadata);
    for (const { name } of statement.columns) {
      if (fieldNamed(fields, name) !== undefined) throw hiveSemantic(`Column ${name} exists already`);
    }
    const columns = statement.columns.map(({ name, type, comment }) => ({
      name,
      type: typeOf(type, name),
      ...(comment && { doc: comment }),
    }));
    return withFields(metadata, [...fields, ...freshFields(columns, ids)], ids.highest);
  });
}

function typeOf(text: string, name: string) {
  if (/^(tinyint|smallint|char|varchar)\b/.test(text))
    throw hiveSemantic(`Column ${name} has a type that Iceberg tables don't have: ${text}`);
  try {
    return parseHiveType(text);
  } catch {
    throw hiveSemantic(`Column ${name} has a type that is not supported: ${text}`);
  }
}

export function dropColumn(
  statement: Of<'drop-column'>,
  found: Table,
  context: StatementContext,
): Promise<StatementOutcome> {
  return alter(found, context, (metadata) => {
    const { fields } = currentSchema(metadata);
    const gone = fieldOf(fields, statement.column);
    if (partitionSources(metadata).has(gone.id)) {
      throw new IcebergError('NOT_SUPPORTED', `Cannot drop the column ${gone.name}: the table is partitioned by it`);
    }
    if (fields.length === 1) throw new IcebergError('NOT_SUPPORTED', 'Cannot drop the only column of a table');
    return withFields(
      metadata,
      fields.filter((field) => field !== gone),
      metadata['last-column-id'],
    );
  });
}

/** Renames a column, widens its type, or changes its comment or position. */
export function changeColumn(
  statement: Of<'change-column'>,
  found: Table,
  context: StatementContext,
): Promise<StatementOutcome> {
  return alter(found, context, (metadata) => {
    const { fields } = currentSchema(metadata);
    const before = fieldOf(fields, statement.column);
    const { definition, position } = statement;
    if (definition.name !== statement.column && fieldNamed(fields, definition.name) !== undefined) {
      throw hiveSemantic(`Column ${definition.name} exists already`);
    }
    const changed = changedField(before, definition);
    const others = fields.filter((field) => field !== before);
    const after =
      position === undefined
        ? undefined
        : 'first' in position
          ? 0
          : others.indexOf(fieldOf(others, position.after)) + 1;
    const at = after ?? fields.indexOf(before);
    return withFields(metadata, [...others.slice(0, at), changed, ...others.slice(at)], metadata['last-column-id']);
  });
}

function changedField(before: Field, { name, type, comment }: ColumnDefinition): Field {
  const doc = comment ?? before.doc;
  const rest = { ...before, name, ...(doc !== undefined && { doc }) };
  // A nested type keeps its field ids: Athena's DDL can't change its inside.
  if (typeof before.type !== 'string') return rest;
  const wanted = fromHiveType(typeOf(type, name), freshIdsFrom(before.id));
  if (before.type === wanted || (wanted === 'timestamp' && before.type === 'timestamptz')) return rest;
  if (!canPromote(before.type, wanted)) {
    throw new IcebergError(
      'NOT_SUPPORTED',
      `Cannot change the type of column ${before.name} from ${before.type} to ${type}`,
    );
  }
  return { ...rest, type: wanted };
}

const freshIdsFrom = (id: number) => freshIds({ 'last-column-id': id } as TableMetadata);

export function setProperties(
  statement: Of<'set-properties'>,
  found: Table,
  context: StatementContext,
): Promise<StatementOutcome> {
  checkProperties(statement.properties);
  return alter(found, context, (metadata) => ({
    ...metadata,
    properties: { ...metadata.properties, ...statement.properties },
  }));
}

export function unsetProperties(
  statement: Of<'unset-properties'>,
  found: Table,
  context: StatementContext,
): Promise<StatementOutcome> {
  return alter(found, context, (metadata) => ({
    ...metadata,
    properties: Object.fromEntries(
      Object.entries(metadata.properties).filter(([name]) => !statement.names.includes(name)),
    ),
  }));
}
