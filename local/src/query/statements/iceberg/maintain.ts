import { currentSchema, specOf } from '../../../iceberg/format/metadata';
import { optimize } from '../../../iceberg/table/optimize';
import { vacuum } from '../../../iceberg/table/vacuum';
import { notSupported } from '../../errors';
import type { Query } from '../../sql/ast';
import type { Statement } from '../../sql/statement';
import { columnsIn } from '../../sql/walk';
import type { StatementOutcome } from '../../statement-protocol';
import { bindQuery } from '../../tables/bind';
import type { IcebergScan } from '../../tables/iceberg';
import type { StatementContext } from '../context';
import { noResult } from '../text-result';
import { commitOptions, icebergOf, withWriter } from './context';

type Of<K extends Statement['kind']> = Statement & { kind: K };

export async function optimizeTable(statement: Of<'optimize'>, context: StatementContext): Promise<StatementOutcome> {
  const { table: name, where } = statement;
  const { table } = await icebergOf(name, context, 'OPTIMIZE is supported for Iceberg tables only');
  const { metadata } = await table.load();
  const { fields } = specOf(metadata);
  const keys = new Set(
    fields.map(({ sourceId }) =>
      currentSchema(metadata)
        .fields.find(({ id }) => id === sourceId)
        ?.name.toLowerCase(),
    ),
  );
  const other = columnsIn(where).find(({ parts }) => !keys.has(parts.at(-1)));
  if (other !== undefined) {
    throw notSupported(`OPTIMIZE's WHERE can name partition columns only, not ${other.parts.at(-1)}`, other.at);
  }
  const scan = await scanOf(statement, context);
  context.run.onScanned(scan.bytes);
  await withWriter(context, (writer) => optimize(table, scan.predicates, writer, commitOptions(context)));
  return noResult(context);
}

/** The conditions of OPTIMIZE's WHERE, bound as a query's. */
async function scanOf(
  { table, where }: Of<'optimize'>,
  { session }: StatementContext,
): Promise<Pick<IcebergScan, 'predicates'> & { bytes: number }> {
  const body = {
    kind: 'select',
    distinct: false,
    items: [{ kind: 'star', qualifier: [], at: table.at }],
    from: { kind: 'table', parts: table.parts, at: table.at },
    where,
    groupBy: [],
    windows: [],
  } as const;
  const query: Query = { with: [], recursive: false, body, orderBy: [] };
  let found: IcebergScan | undefined;
  const onIcebergScan = (_node: object, scan: IcebergScan) => {
    found = scan;
  };
  const { scannedBytes } = await bindQuery(query, { ...session, onIcebergScan });
  return { predicates: found?.predicates ?? [], bytes: scannedBytes };
}

export async function vacuumTable(statement: Of<'vacuum'>, context: StatementContext): Promise<StatementOutcome> {
  const { table } = await icebergOf(statement.table, context, 'VACUUM is supported for Iceberg tables only');
  await withWriter(context, () => vacuum(table, () => context.session.cloud.clock.now()));
  return noResult(context);
}
