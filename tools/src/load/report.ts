import type { Item } from './items';
import type { Tally } from './load';

const REASONS = 10;

/** One line about how far a load came. @param verb `loaded` or `would load` */
export function summaryOf(tally: Tally, table: string, verb: string): string {
  const { read, written, refusedRows, again, retries } = tally;
  const parts = [
    `${verb} ${count(written, 'item')} into ${table}, of ${count(read, 'row')}`,
    ...(refusedRows > 0 ? [`${refusedRows.toLocaleString('en-US')} refused`] : []),
    ...(again.rows > 0 ? [`${again.rows.toLocaleString('en-US')} with a key that an earlier row has`] : []),
    ...(retries > 0 ? [`${count(retries, 'call')} again after throttling`] : []),
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
      .map(([reason, { rows, firstRow }]) => `${count(rows, 'row')} refused, such as row ${firstRow}: ${reason}`),
    ...(more > 0 ? [`and ${more} more reasons`] : []),
    ...(again.rows > 0
      ? [
          `${count(again.rows, 'row')} not loaded, such as row ${again.row}: an earlier row has the key ${again.key}, and the first is the one that is written`,
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

function count(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}
