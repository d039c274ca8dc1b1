import { counted } from '../shared/counted';
import type { Item } from './items';
import type { Tally } from './load';

const REASONS = 10;

/** One line about how far a load came. @param verb `loaded` or `would load` */
export function summaryOf(tally: Tally, table: string, verb: string): string {
  const { read, written, refusedRows, again, retries } = tally;
  const parts = [
    `${verb} ${counted(written, 'item')} into ${table}, of ${counted(read, 'row')}`,
    ...(refusedRows > 0 ? [`${refusedRows.toLocaleString('en-US')} refused`] : []),
    ...(again.rows > 0 ? [`${again.rows.toLocaleString('en-US')} with a key that an earlier row has`] : []),
    ...(retries > 0 ? [`${counted(retries, 'call')} repeated after throttling`] : []),
  ];
  return parts.join('; ');
}

/** The reasons why rows weren't loaded, one line each, the most frequent first. */
export function refusalsOf({ refused, again }: Tally): string[] {
  const reasons = [...refused].sort(([, a], [, b]) => b.rows - a.rows);
  const more = reasons.length - REASONS;
  return [
    ...reasons
      .slice(0, REASONS)
      .map(([reason, { rows, firstRow }]) => `${counted(rows, 'row')} refused, such as row ${firstRow}: ${reason}`),
    ...(more > 0 ? [`and ${more} more reasons`] : []),
    ...(again.rows > 0
      ? [
          `${counted(again.rows, 'row')} not loaded, such as row ${again.row}: an earlier row has the same key (${again.key}), and only the first of a key is written`,
        ]
      : []),
  ];
}

/** An item in DynamoDB's JSON with binaries in base64, as the AWS CLI prints it. */
export function itemText(item: Item): string {
  return JSON.stringify(item, (_name, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
}
