import type { Table } from '@aws-sdk/client-glue';
import { icebergTable, isIceberg } from '../../catalog/iceberg';
import { IcebergError } from '../../iceberg/format/errors';
import { currentSnapshot, type Snapshot, snapshotById, type TableMetadata } from '../../iceberg/format/metadata';
import { duckdbTypeOf, type Schema } from '../../iceberg/format/schema';
import { METADATA_TABLES, type MetadataTable, metadataTableSql } from '../../iceberg/table/metadata-tables';
import type { Comparison, Predicate } from '../../iceberg/table/pruning';
import { EXTRA_TYPES, type ExtraColumn, planScan, type ScanPlan, scan } from '../../iceberg/table/scan';
import type { EngineRelation, SqlEngine } from '../../iceberg/table/storage';
import type { IcebergTable } from '../../iceberg/table/table';
import type { TableColumn } from '../analyse/context';
import type { Engine } from '../engine/engine';
import { reachOf } from '../engine/paths';
import type { Sources } from '../engine/protocol';
import { notSupported, QueryError } from '../errors';
import type { Session } from '../session';
import type { Expression, Relation } from '../sql/ast';
import type { TableReference } from '../sql/walk';
import { fromNativeType } from '../values/native';
import type { TableFile } from './files';
import { nativeColumns } from './native-columns';

/** An Iceberg table as read by a statement: the base of a change of its rows. */
export interface IcebergScan {
  readonly table: IcebergTable;
  readonly metadata: TableMetadata;
  readonly plan: ScanPlan;
  readonly predicates: readonly Predicate[];
}

/** A statement's worker as Iceberg's SQL engine. */
export function sessionEngine(engine: Engine): SqlEngine {
  return {
    rows: ({ sql, files, beside }: EngineRelation, folder?: string) => {
      const more: Partial<Sources> = beside ?? {};
      const { files: exact, folders } = reachOf(files);
      const sources = { ...more, files: exact, folders: [...(more.folders ?? []), ...folders] };
      return engine.run('rows', { sql, sources, ...(folder !== undefined && { folder }) });
    },
  };
}

/** The value of a constant expression; undefined if it isn't constant. */
export type ConstantOf = (expression: Expression) => string | number | boolean | undefined;

const EXTRA = new Set<string>(['$path', '$file_modified_time', '$partition', '$pos', '$file'] satisfies ExtraColumn[]);

/** Whether a column is a hidden one of Iceberg tables; `$pos` and `$file` are for statements only. */
export const isIcebergHidden = (name: string): boolean => EXTRA.has(name);

export interface BoundIceberg {
  readonly sql: string;
  readonly files: readonly TableFile[];
  readonly scannedBytes: number;
  /** The snapshot's columns, and the requested hidden ones. */
  readonly columns: readonly TableColumn[];
}

/** Binds an Iceberg table to the files that the query must read. @throws QueryError, IcebergError */
export async function bindIceberg(
  found: Table,
  reference: TableReference,
  columns: ReadonlySet<string> | undefined,
  named: readonly string[],
  constantOf: ConstantOf,
  session: Session,
): Promise<BoundIceberg> {
  const table = icebergTable(session.cloud, session.caller, found);
  const { metadata } = await table.load();
  const snapshot = snapshotOf(metadata, reference.node.version, constantOf, found);
  const predicates = predicatesOf(reference, constantOf);
  const plan = await planScan(table, metadata, snapshot, predicates);
  const extra = named.filter((name): name is ExtraColumn => EXTRA.has(name));
  const engine = sessionEngine(session.engine);
  const { sql, opened, scannedBytes } = await scan(plan, table, metadata, engine, { columns, extra });
  session.onIcebergScan?.(reference.node, { table, metadata, plan, predicates });
  const files = opened.map((file) => ({ ...file, values: NO_VALUES }));
  return { files, scannedBytes, ...nativeColumns([...columnsOf(plan.schema), ...extra.map(extraColumn)], sql) };
}

const NO_VALUES: TableFile['values'] = new Map();

const columnsOf = ({ fields }: Schema) =>
  fields.map(({ name, type }) => ({ name, type: fromNativeType(duckdbTypeOf(type)) }));
const extraColumn = (name: ExtraColumn) => ({ name, type: fromNativeType(EXTRA_TYPES[name]), hidden: true });

/** The table and metadata table of a name such as `events$snapshots`; undefined for others. */
export function metadataTableOf(parts: readonly string[]): { parts: string[]; name: MetadataTable } | undefined {
  const match = /^(.+)\$([a-z]+)$/.exec(parts.at(-1) ?? '');
  const name = METADATA_TABLES.find((each) => each === match?.[2]);
  return name === undefined ? undefined : { parts: [...parts.slice(0, -1), match?.[1] as string], name };
}

/** SQL of a metadata table's rows. @throws QueryError for a table of another format */
export async function bindMetadataTable(
  found: Table,
  name: MetadataTable,
  node: Relation & { kind: 'table' },
  constantOf: ConstantOf,
  session: Session,
): Promise<string> {
  if (!isIceberg(found)) {
    throw new QueryError(
      'TABLE_NOT_FOUND',
      `Table 'awsdatacatalog.${found.DatabaseName}.${node.parts.at(-1)}' does not exist`,
      node.at,
    );
  }
  const table = icebergTable(session.cloud, session.caller, found);
  const { metadata } = await table.load();
  return metadataTableSql(name, table, metadata, snapshotOf(metadata, node.version, constantOf, found));
}

/** Refuses a version of a table without versions. @throws QueryError */
export function checkUnversioned(node: Relation & { kind: 'table' }): void {
  if (node.version !== undefined) throw notSupported('This connector does not support versioned tables', node.at);
}

type Version = (Relation & { kind: 'table' })['version'];

function snapshotOf(
  metadata: TableMetadata,
  version: Version,
  constantOf: ConstantOf,
  table: Table,
): Snapshot | undefined {
  if (version === undefined) return currentSnapshot(metadata);
  const { at } = version.value;
  const value = constantOf(version.value);
  const invalid = (detail: string) => new QueryError('INVALID_ARGUMENTS', detail, at);
  if (value === undefined) throw invalid('The version of a table must be a constant');
  if (version.by === 'timestamp') {
    const micros = Date.parse(
      `${String(value)
        .replace(' ', 'T')
        .replace(/([+-]\d{2})$/, '$1:00')
        .replace(/(T[\d:.]+)$/, '$1Z')}`,
    );
    if (Number.isNaN(micros)) throw invalid(`Unsupported type for temporal table version: ${String(value)}`);
    const entry = metadata['snapshot-log'].findLast((each) => each['timestamp-ms'] <= micros);
    const found = entry && snapshotById(metadata, entry['snapshot-id']);
    if (found !== undefined) return found;
    throw invalid(
      `No version history table "${table.DatabaseName}"."${table.Name}" at or before ${new Date(micros).toISOString()}`,
    );
  }
  const named = typeof value === 'string' ? metadata.refs[value]?.['snapshot-id'] : undefined;
  const id = named ?? (/^-?\d+$/.test(String(value)) ? BigInt(value) : undefined);
  const found = snapshotById(metadata, id);
  if (found === undefined) throw invalid(`Iceberg snapshot ID does not exists: ${String(value)}`);
  return found;
}

const MIRRORED: Readonly<Record<string, Comparison>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/**
 * The predicates of a WHERE by which files can be skipped. Conditions that pass rows of NULLs are left out: skipping
 * files for an outer join's condition would drop rows that the join must keep.
 */
export function predicatesOf({ conjuncts, alias }: TableReference, constantOf: ConstantOf): Predicate[] {
  return conjuncts.flatMap((conjunct) => predicateOf(conjunct, alias, constantOf) ?? []);
}

function predicateOf(expression: Expression, alias: string, constantOf: ConstantOf): Predicate | undefined {
  const columnOf = (side: Expression) =>
    side.kind === 'column' && (side.parts.length === 1 || side.parts.at(-2) === alias) ? side.parts.at(-1) : undefined;
  const compare = (left: Expression, operator: string, right: Expression): Predicate | undefined => {
    const column = columnOf(left);
    const value = column === undefined ? undefined : constantOf(right);
    if (column === undefined || value === undefined || MIRRORED[operator] === undefined) return undefined;
    return { kind: 'compare', column, operator: operator as Comparison, value: String(value) };
  };
  switch (expression.kind) {
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === 'and' || operator === 'or') {
        const parts = [left, right].map((side) => predicateOf(side, alias, constantOf));
        const known = parts.filter((part) => part !== undefined);
        if (operator === 'or' && known.length < parts.length) return undefined;
        return known.length === 0 ? undefined : { kind: operator, parts: known };
      }
      return compare(left, operator, right) ?? compare(right, MIRRORED[operator] ?? '', left);
    }
    case 'between': {
      if (expression.negated) return undefined;
      const parts = [
        compare(expression.operand, '>=', expression.low),
        compare(expression.operand, '<=', expression.high),
      ].filter((part) => part !== undefined);
      return parts.length === 0 ? undefined : { kind: 'and', parts };
    }
    case 'in': {
      const column = columnOf(expression.operand);
      if (column === undefined || expression.negated || !Array.isArray(expression.options)) return undefined;
      const values = (expression.options as Expression[]).map(constantOf);
      if (values.includes(undefined)) return undefined;
      return { kind: 'in', column, values: values.map(String) };
    }
    case 'is-null': {
      const column = expression.negated ? columnOf(expression.operand) : undefined;
      return column === undefined ? undefined : { kind: 'null', column, negated: true };
    }
    default:
      return undefined;
  }
}

/** Converts an Iceberg error to a query's. */
export const asQueryError = (error: unknown): unknown =>
  error instanceof IcebergError ? new QueryError(error.code, error.detail) : error;
