import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AwsError } from '../../../core/errors';
import type { Caller } from '../../../core/operation';
import { bytesOf, getObject } from '../../s3/operations/get-object';
import { listObjectsV2 } from '../../s3/operations/list-objects';
import { checkSize, evaluate, type PreparedWrite, preparePut } from '../items/prepare';
import { checkValues } from '../items/request';
import { writeItem } from '../items/write';
import { checkValueTypes } from '../request/value-types';
import type { DynamoState } from '../state';
import type { Table } from '../table';
import type { Item } from '../values/attribute-value';
import type { Transfer } from './transfer-table';

const ITEMS_AT_ONCE = 500;

export interface ImportSource {
  readonly bucket: string;
  readonly prefix: string;
  readonly compressed: boolean;
}

/** Puts items from objects of DynamoDB JSON into a table; other lines count as errors. */
export async function importTable(
  state: DynamoState,
  caller: Caller,
  table: Table,
  transfer: Transfer,
  { bucket, prefix, compressed }: ImportSource,
): Promise<Transfer> {
  let { items, bytes, errors } = transfer;
  let token: string | undefined;
  do {
    const request = { Bucket: bucket, Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) };
    const page = await state.cloud.call(listObjectsV2, request, caller);
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await state.cloud.call(getObject, { Bucket: bucket, Key }, caller);
      const stored = await bytesOf(Body);
      bytes += stored.length;
      const content = compressed ? await promisify(gunzip)(stored) : stored;
      const lines = content
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== '');
      for (let start = 0; start < lines.length; start += ITEMS_AT_ONCE) {
        const writes = lines.slice(start, start + ITEMS_AT_ONCE).flatMap((line) => writeOf(table, line) ?? []);
        await state.change(() => {
          for (const write of writes) writeItem(state, evaluate(state, write));
        });
        items += writes.length;
        errors += Math.min(ITEMS_AT_ONCE, lines.length - start) - writes.length;
      }
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return { ...transfer, items, bytes, errors };
}

/** @returns undefined for a line that isn't an item of the table */
function writeOf(table: Table, line: string): PreparedWrite | undefined {
  try {
    const { Item: item } = JSON.parse(line) as { Item?: Item };
    if (typeof item !== 'object' || item === null) return undefined;
    for (const value of Object.values(item)) checkValueTypes(value, 'entry');
    checkValues(item);
    return preparePut(table, checkSize(item), {}, {});
  } catch (error) {
    if (error instanceof AwsError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
