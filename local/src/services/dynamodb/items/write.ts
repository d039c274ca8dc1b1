import { randomUUID } from 'node:crypto';
import type { Path } from '../expressions/ast';
import { project } from '../expressions/path';
import type { DynamoState } from '../state';
import { indexKey } from '../storage/keys';
import { Row } from '../storage/row';
import type { ChangeRecord } from '../streams/change-log';
import { imagesOf, noteChange } from '../streams/shards';
import type { Index, Table } from '../table';
import { timeToLiveChanged } from '../time-to-live/expiries';
import { type Item, isSameItem } from '../values/attribute-value';
import { itemSize } from '../values/size';
import { keyOf } from './keys';

/** Result of a write, for the answer and its capacity. */
export interface Written {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** Write units by index. */
  readonly indexUnits: ReadonlyMap<string, number>;
}

/** Attributes for ReturnValues. @param paths paths of the update expression */
export function returned(
  { before, after }: Written,
  values: string | undefined,
  paths: readonly Path[],
): Item | undefined {
  switch (values) {
    case 'ALL_OLD':
      return before?.item;
    case 'ALL_NEW':
      return after?.item;
    case 'UPDATED_OLD':
      return before === undefined ? undefined : project(before.item, paths);
    case 'UPDATED_NEW':
      return project(after?.item ?? {}, paths);
    default:
      return undefined;
  }
}

/** A checked change of one item: before and after. */
export interface ItemChange {
  readonly table: Table;
  readonly key: Buffer;
  readonly before: Row | undefined;
  /** Undefined for a deletion. */
  readonly after: Row | undefined;
  readonly byTimeToLive?: boolean;
}

/** Writes an item, its index entries, and the records of the change; within a commit. */
export function writeItem(state: DynamoState, change: ItemChange): Written {
  const { table, key, before, after } = change;
  const { number } = table.info;
  if (after !== undefined) state.items.put(number, key, after, before, table.sort?.name);
  else if (before !== undefined) state.items.remove(number, key, before);
  const indexUnits = table.indexes.length === 0 ? NO_UNITS : updateIndexes(state, table, before, after);
  timeToLiveChanged(state, table, key, before, after);
  record(state, change);
  return { before, after, indexUnits };
}

const NO_UNITS: ReadonlyMap<string, number> = new Map();

/** @returns write units by index */
function updateIndexes(
  state: DynamoState,
  table: Table,
  before: Row | undefined,
  after: Row | undefined,
): Map<string, number> {
  const all = new Map<string, number>();
  for (const index of table.indexes) {
    const units = updateIndex(state, table, index, before, after);
    if (units > 0) all.set(index.info.name, units);
  }
  return all;
}

/** An item's entry in an index, which is the item itself if all is projected. @returns undefined without the index's key */
export function entryOf({ hash, sort, projected }: Index, row: Row): Row | undefined {
  const hasKey = [hash, sort].every((part) => part === undefined || row.attribute(part.name) !== undefined);
  if (!hasKey) return undefined;
  if (projected === undefined) return row;
  return Row.of(Object.fromEntries(Object.entries(row.item).filter(([name]) => projected.has(name))));
}

function updateIndex(
  state: DynamoState,
  table: Table,
  index: Index,
  before: Row | undefined,
  after: Row | undefined,
): number {
  const { number } = index.info;
  const [old, now] = [before && entryOf(index, before), after && entryOf(index, after)];
  if (old === undefined && now === undefined) return 0;
  const oldKey = old && indexKey(number, index, table, (before as Row).item);
  const newKey = now && indexKey(number, index, table, (after as Row).item);
  let units = 0;
  if (old !== undefined && oldKey !== undefined && (newKey === undefined || !newKey.equals(oldKey))) {
    const row = state.entries.get(oldKey);
    if (row !== undefined) state.entries.remove(number, oldKey, row);
    units += unitsOf(old);
  }
  if (now !== undefined && newKey !== undefined) {
    const replaced = oldKey?.equals(newKey) === true ? old : undefined;
    if (replaced !== undefined && isSameItem(replaced.item, now.item)) return units;
    state.entries.put(number, newKey, now, state.entries.get(newKey), table.sort?.name);
    units += Math.max(unitsOf(now), replaced === undefined ? 0 : unitsOf(replaced));
  }
  return units;
}

const unitsOf = ({ bytes }: Row): number => Math.max(1, Math.ceil(bytes / 1024));

/** Appends the change to the table's stream and to the queue for Kinesis; a write without a change is left out. */
function record(state: DynamoState, { table, before, after, byTimeToLive }: ItemChange): void {
  const { stream, destinations = [] } = table.info;
  if (stream === undefined && destinations.length === 0) return;
  const active = destinations.filter(({ status }) => status === 'ACTIVE');
  if (stream === undefined && active.length === 0) return;
  const item = (after ?? before)?.item;
  if (item === undefined || (before !== undefined && after !== undefined && isSameItem(before.item, after.item)))
    return;
  const keys = keyOf(item, table);
  const change: Omit<ChangeRecord, 'bytes'> = {
    id: randomUUID().replaceAll('-', ''),
    event: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    at: state.now(),
    keys,
    ...(byTimeToLive === true && { byTimeToLive }),
  };
  const images = { newImage: after?.item, oldImage: before?.item };
  if (stream !== undefined) noteChange(state, stream, sized({ ...change, ...imagesOf(stream.viewType, images) }));
  for (const { number } of active)
    state.changes.append(number, sized({ ...change, ...imagesOf('NEW_AND_OLD_IMAGES', images) }));
}

function sized(change: Omit<ChangeRecord, 'bytes'>): ChangeRecord {
  const { keys, newImage, oldImage } = change;
  const bytes = [keys, newImage, oldImage].reduce((sum, item) => sum + (item === undefined ? 0 : itemSize(item)), 0);
  return { ...change, bytes };
}
