import { setImmediate as breath } from 'node:timers/promises';
import { entryOf } from '../items/write';
import type { DynamoState } from '../state';
import { after, indexKey, numberPrefix } from '../storage/keys';
import { Row } from '../storage/row';
import type { Table, TableInfo } from '../table';
import { expiryOf } from '../time-to-live/expiries';
import type { Item } from '../values/attribute-value';

/** Items that one commit processes. */
const ITEMS_AT_ONCE = 500;

/**
 * Fills a new index, between writes, which maintain it from the start. An item whose key attribute has another type
 * than the index's is left out, as in DynamoDB.
 */
export async function backfill(state: DynamoState, info: TableInfo, number: number): Promise<void> {
  await forAllItems(state, info, (table, _key, item) => {
    const index = table.indexes.find((one) => one.info.number === number);
    if (index === undefined) return;
    const fits = [index.hash, index.sort].every(
      (part) => part === undefined || item[part.name]?.[part.type] !== undefined,
    );
    const entry = fits ? entryOf(index, Row.of(item)) : undefined;
    if (entry === undefined) return;
    const key = indexKey(number, index, table, item);
    state.entries.put(number, key, entry, state.entries.get(key), table.sort?.name);
  });
  // Continues at the next start.
  if (state.isClosed) return;
  await state.change(() => {
    const table = state.find(info, info.name);
    if (table?.info.number !== info.number) return;
    const indexes = table.info.indexes.map((index) =>
      index.number === number ? { ...index, activeAt: state.now(), backfilling: false } : index,
    );
    state.put({ ...table.info, indexes });
  });
}

/** Stores the expiry times of items in a table that got time to live. */
export async function fillExpiries(state: DynamoState, info: TableInfo): Promise<void> {
  await forAllItems(state, info, (table, key, item) => {
    const seconds = expiryOf(table, item);
    if (seconds !== undefined && table.info.timeToLive?.enabled === true)
      state.expiries.put(table.info.number, seconds, key);
  });
  if (state.isClosed) return;
  await state.change(() => {
    const table = state.find(info, info.name);
    if (table?.info.number !== info.number || table.info.timeToLive === undefined) return;
    state.put({ ...table.info, timeToLive: { ...table.info.timeToLive, filling: false } });
  });
}

/** Continues backfills that a stopped endpoint left unfinished. */
export function resumeFilling(state: DynamoState): void {
  for (const { info } of [...state.all()]) {
    if (info.status === 'DELETING') continue;
    for (const { number, backfilling } of info.indexes)
      if (backfilling === true) state.work(() => backfill(state, info, number));
    if (info.timeToLive?.filling === true) state.work(() => fillExpiries(state, info));
  }
}

async function forAllItems(
  state: DynamoState,
  info: TableInfo,
  visit: (table: Table, key: Buffer, item: Item) => void,
): Promise<void> {
  const prefix = numberPrefix(info.number);
  let seen: Buffer | undefined;
  for (let more = true; more && !state.isClosed; await breath())
    more = await state.change(() => {
      const table = state.find(info, info.name);
      if (table?.info.number !== info.number) return false;
      let count = 0;
      for (const { key, row } of state.items.range({ from: prefix, to: after(prefix), after: seen })) {
        seen = Buffer.from(key);
        visit(table, seen, row.item);
        if (++count === ITEMS_AT_ONCE) return true;
      }
      return false;
    });
}
