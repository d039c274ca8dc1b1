import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { type Page, pageOfList } from '../../../core/paging';
import { tableArn, tableNameIn } from '../arn';
import { operationOf } from '../contract';
import { arnNotFound, validation } from '../errors';
import type { DynamoState } from '../state';
import { type CreateTableInput, createTable } from '../tables/create';
import { exportTable } from '../transfers/export';
import { importTable } from '../transfers/import';
import type { Transfer } from '../transfers/transfer-table';

const PAGE = 25;

interface ExportInput {
  readonly TableArn: string;
  readonly S3Bucket: string;
  readonly S3Prefix?: string;
  readonly S3SseAlgorithm?: string;
  readonly S3SseKmsKeyId?: string;
  readonly ExportFormat?: string;
  readonly ExportType?: string;
  readonly ClientToken?: string;
}

/** Runs a transfer in the background, and stores its end. */
function begin(state: DynamoState, transfer: Transfer, run: () => Promise<Transfer>): void {
  state.work(async () => {
    let ended: Transfer;
    try {
      ended = { ...(await run()), status: 'COMPLETED' };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      ended = { ...transfer, status: 'FAILED', failure: { code: error.code, message: error.message } };
    }
    await state.transfers.put({ ...ended, endedAt: state.now() });
  });
}

/** One page of the transfers of a table, or of all the account's in the region. */
function pageOf(
  kind: Transfer['kind'],
  wanted: { readonly TableArn?: string; readonly limit?: number; readonly token?: string },
  state: DynamoState,
  caller: Caller,
): Page<Transfer> {
  const { TableArn, limit = PAGE, token } = wanted;
  const all = [...state.transfers.all(kind)].filter(({ table }) =>
    TableArn === undefined ? table.startsWith(tableArn(caller, '')) : table === TableArn,
  );
  return pageOfList(all, { token, limit }, () => validation('Invalid NextToken'));
}

/** An earlier transfer with the same token. */
function repeated(state: DynamoState, kind: Transfer['kind'], token: string | undefined): Transfer | undefined {
  if (token === undefined) return undefined;
  for (const transfer of state.transfers.all(kind)) if (transfer.token === token) return transfer;
  return undefined;
}

const newTransfer = (kind: Transfer['kind'], state: DynamoState, about: Partial<Transfer>): Transfer => ({
  kind,
  arn: '',
  table: '',
  tableId: '',
  status: 'IN_PROGRESS',
  startedAt: state.now(),
  request: {},
  token: undefined,
  items: 0,
  bytes: 0,
  errors: 0,
  ...about,
});

const idOf = (state: DynamoState): string => `0${state.now()}-${randomBytes(4).toString('hex')}`;

export const exportTableToPointInTime = operationOf<ExportInput, object>('ExportTableToPointInTime', {
  handle: async (input, { state, caller }) => {
    const table = state.find(caller, tableNameIn(input.TableArn) ?? '');
    if (table?.info.arn !== input.TableArn)
      throw new AwsError('TableNotFoundException', `Table not found: ${tableNameIn(input.TableArn) ?? input.TableArn}`);
    const { info } = table;
    if (info.recovery === undefined)
      throw new AwsError(
        'PointInTimeRecoveryUnavailableException',
        `Point in time recovery is not enabled for table '${info.name}'`,
      );
    const before = repeated(state, 'export', input.ClientToken);
    if (before !== undefined) return { ExportDescription: describe(before) };
    const { ClientToken: token, ...request } = input;
    const transfer = newTransfer('export', state, {
      arn: `${info.arn}/export/${idOf(state)}`,
      table: info.arn,
      tableId: info.id,
      request: { ExportFormat: 'DYNAMODB_JSON', ExportType: 'FULL_EXPORT', S3SseAlgorithm: 'AES256', ...request },
      token,
    });
    await state.transfers.put(transfer);
    const target = {
      bucket: input.S3Bucket,
      prefix: (input.S3Prefix ?? '').replace(/\/$/, ''),
      ...(input.S3SseAlgorithm !== undefined && { algorithm: input.S3SseAlgorithm }),
      ...(input.S3SseKmsKeyId !== undefined && { keyId: input.S3SseKmsKeyId }),
    };
    begin(state, transfer, () => exportTable(state, caller, info, transfer, target));
    return { ExportDescription: describe(transfer) };
  },
});

export const describeExport = operationOf<{ readonly ExportArn: string }, object>('DescribeExport', {
  handle: ({ ExportArn }, { state, caller }) => {
    const transfer = state.transfers.find(caller, ExportArn);
    if (transfer?.kind !== 'export') throw new AwsError('ExportNotFoundException', `Export not found: ${ExportArn}`);
    return { ExportDescription: describe(transfer) };
  },
});

export const listExports = operationOf<
  { readonly TableArn?: string; readonly MaxResults?: number; readonly NextToken?: string },
  object
>('ListExports', {
  resource: () => '*',
  handle: ({ TableArn, MaxResults, NextToken }, { state, caller }) => {
    const { items, nextToken } = pageOf('export', { TableArn, limit: MaxResults, token: NextToken }, state, caller);
    return {
      ExportSummaries: items.map(({ arn, status, request }) => ({
        ExportArn: arn,
        ExportStatus: status,
        ExportType: request.ExportType,
      })),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
});

interface ImportInput {
  readonly S3BucketSource: { readonly S3Bucket: string; readonly S3KeyPrefix?: string };
  readonly InputFormat: string;
  readonly InputCompressionType?: string;
  readonly TableCreationParameters: CreateTableInput;
  readonly ClientToken?: string;
}

export const importTableOperation = operationOf<ImportInput, object>('ImportTable', {
  handle: async (input, { state, caller }) => {
    const before = repeated(state, 'import', input.ClientToken);
    if (before !== undefined) return { ImportTableDescription: describe(before) };
    const { ClientToken: token, ...request } = input;
    const table = await createTable(state, caller, input.TableCreationParameters);
    const transfer = newTransfer('import', state, {
      arn: `${table.info.arn}/import/${idOf(state)}`,
      table: table.info.arn,
      tableId: table.info.id,
      request: { InputCompressionType: 'NONE', ...request },
      token: token ?? randomUUID(),
    });
    await state.transfers.put(transfer);
    const source = {
      bucket: input.S3BucketSource.S3Bucket,
      prefix: input.S3BucketSource.S3KeyPrefix ?? '',
      compressed: input.InputCompressionType === 'GZIP',
    };
    begin(state, transfer, () => importTable(state, caller, table, transfer, source));
    return { ImportTableDescription: describe(transfer) };
  },
});

export const describeImport = operationOf<{ readonly ImportArn: string }, object>('DescribeImport', {
  handle: ({ ImportArn }, { state, caller }) => {
    const transfer = state.transfers.find(caller, ImportArn);
    if (transfer?.kind !== 'import') throw new AwsError('ImportNotFoundException', arnNotFound(ImportArn).message);
    return { ImportTableDescription: describe(transfer) };
  },
});

export const listImports = operationOf<
  { readonly TableArn?: string; readonly PageSize?: number; readonly NextToken?: string },
  object
>('ListImports', {
  resource: () => '*',
  handle: ({ TableArn, PageSize, NextToken }, { state, caller }) => {
    const { items, nextToken } = pageOf('import', { TableArn, limit: PageSize, token: NextToken }, state, caller);
    return {
      ImportSummaryList: items.map((transfer) => describe(transfer)),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
});

function describe(transfer: Transfer): object {
  const { arn, kind, table, tableId, status, startedAt, endedAt, failure, request, token, items, bytes } = transfer;
  const common = {
    ...request,
    TableArn: table,
    TableId: tableId,
    ClientToken: token,
    StartTime: startedAt / 1000,
    ...(endedAt !== undefined && { EndTime: endedAt / 1000 }),
    ...(failure !== undefined && { FailureCode: failure.code, FailureMessage: failure.message }),
  };
  if (kind === 'import')
    return {
      ...common,
      ImportArn: arn,
      ImportStatus: status,
      ErrorCount: transfer.errors,
      ProcessedItemCount: items + transfer.errors,
      ImportedItemCount: items,
      ProcessedSizeBytes: bytes,
    };
  return {
    ...common,
    ExportArn: arn,
    ExportStatus: status,
    ExportTime: startedAt / 1000,
    ...(status === 'COMPLETED' && { ItemCount: items, BilledSizeBytes: bytes, ExportManifest: transfer.manifest }),
  };
}
