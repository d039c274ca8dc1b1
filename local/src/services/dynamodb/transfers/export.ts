import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Caller } from '../../../core/operation';
import { putObject } from '../../s3/operations/put-object';
import type { DynamoState } from '../state';
import { after, numberPrefix } from '../storage/keys';
import type { TableInfo } from '../table';
import type { Transfer } from './transfer-table';

/** Most items of one object. */
const ITEMS_A_FILE = 10_000;

export interface ExportTarget {
  readonly bucket: string;
  /** Without a slash at the end; empty for the bucket itself. */
  readonly prefix: string;
  readonly algorithm?: string;
  readonly keyId?: string;
}

/**
 * Writes a table in the layout of DynamoDB's exports ("DynamoDB table export output format"): objects of DynamoDB JSON,
 * one item a line, a manifest and a summary. All items are of one moment.
 */
export async function exportTable(
  state: DynamoState,
  caller: Caller,
  info: TableInfo,
  transfer: Transfer,
  target: ExportTarget,
): Promise<Transfer> {
  const id = transfer.arn.slice(transfer.arn.lastIndexOf('/') + 1);
  const folder = `${target.prefix === '' ? '' : `${target.prefix}/`}AWSDynamoDB/${id}`;
  const put = (Key: string, Body: Buffer) =>
    state.cloud.call(
      putObject,
      {
        Bucket: target.bucket,
        Key,
        Body,
        ...(target.algorithm !== undefined && { ServerSideEncryption: target.algorithm as 'AES256' }),
        ...(target.keyId !== undefined && { SSEKMSKeyId: target.keyId }),
      },
      caller,
    );
  await put(`${folder}/_started`, Buffer.alloc(0));
  const files = linesOf(state, info.number);
  const manifest: string[] = [];
  let items = 0;
  for (const [index, lines] of files.entries()) {
    const content = await promisify(gzip)(lines.join('\n').concat('\n'));
    const dataFileS3Key = `${folder}/data/${String(index).padStart(8, '0')}.json.gz`;
    const { ETag: etag = '' } = await put(dataFileS3Key, content);
    const md5Checksum = createHash('md5').update(content).digest('base64');
    manifest.push(
      JSON.stringify({ itemCount: lines.length, md5Checksum, etag: etag.replaceAll('"', ''), dataFileS3Key }),
    );
    items += lines.length;
  }
  await put(`${folder}/manifest-files.json`, Buffer.from(manifest.join('\n')));
  const bytes = state.items.countOf(info.number).bytes;
  const time = new Date(transfer.startedAt).toISOString();
  const summary = {
    version: '2020-06-30',
    exportArn: transfer.arn,
    startTime: time,
    endTime: new Date(state.now()).toISOString(),
    tableArn: info.arn,
    tableId: info.id,
    exportTime: time,
    s3Bucket: target.bucket,
    s3Prefix: target.prefix === '' ? null : target.prefix,
    s3SseAlgorithm: target.algorithm ?? 'AES256',
    s3SseKmsKeyId: target.keyId ?? null,
    manifestFilesS3Key: `${folder}/manifest-files.json`,
    billedSizeBytes: bytes,
    itemCount: items,
    outputFormat: 'DYNAMODB_JSON',
    exportType: 'FULL_EXPORT',
  };
  await put(`${folder}/manifest-summary.json`, Buffer.from(JSON.stringify(summary)));
  return { ...transfer, items, bytes, manifest: `${folder}/manifest-summary.json` };
}

/** Reads all items synchronously, without a write in between. */
function linesOf(state: DynamoState, number: number): string[][] {
  const prefix = numberPrefix(number);
  const files: string[][] = [];
  state.items.read({ from: prefix, to: after(prefix) }, (row) => {
    let lines = files.at(-1);
    if (lines === undefined || lines.length === ITEMS_A_FILE) {
      lines = [];
      files.push(lines);
    }
    lines.push(`{"Item":${row.text}}`);
    return true;
  });
  return files;
}
