import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRows } from '../query/athena';
import { formatRows } from '../query/format';
import { counted } from '../shared/counted';
import { ToolError } from '../shared/errors';
import { type CustomerChanges, type Item, scanAll } from './customers';
import type { Watch } from './watch';

/** Names of the customers' table and of its copies in the lake. */
export interface OutsideInNames {
  /** Table in DynamoDB. */
  readonly customersTable: string;
  /** The history in Athena, quoted for SQL. */
  readonly changesTable: string;
  /** The view of the current customers in Athena, quoted for SQL. */
  readonly customersView: string;
}

const POLL_MS = 500;

/**
 * Outside-in: shows changes of customers in DynamoDB as they arrive in the lake, and compares: each change is there with the images that it has, and the latest of each customer is the item that a Scan finds.
 */
export async function showOutsideIn(
  watch: Watch,
  { customersTable, changesTable, customersView }: OutsideInNames,
  { added, changed, removed }: CustomerChanges,
  query: (sql: string) => Promise<QueryRows>,
): Promise<void> {
  const { say, clients } = watch;
  say('\nOutside-in: from a DynamoDB table into the lake');
  const total = added + changed + removed;
  await arrived(watch, total, () => query(`SELECT count(DISTINCT event_id) FROM ${changesTable}`));

  const kinds = [
    'SELECT event_name, count(DISTINCT event_id) AS changes,',
    '  count(DISTINCT CASE WHEN old_image IS NOT NULL THEN event_id END) AS with_old_image,',
    '  count(DISTINCT CASE WHEN new_image IS NOT NULL THEN event_id END) AS with_new_image',
    `FROM ${changesTable} GROUP BY event_name ORDER BY event_name`,
  ].join('\n');
  const byKind = await query(kinds);
  say(`${kinds}\n${formatRows(byKind, 'table').trimEnd()}`);
  expectRows(byKind, [
    ['INSERT', added, 0, added],
    ['MODIFY', changed, changed, changed],
    ['REMOVE', removed, removed, 0],
  ]);
  say(
    `Athena has all ${total} changes: inserts with the new image, modifications with both, removals with the old one.`,
  );

  const now = await query(`SELECT id, item FROM ${customersView}`);
  const items = await scanAll(clients.dynamodb, customersTable);
  const differing = differences(now, items);
  if (differing.length > 0) {
    throw new ToolError(
      `${counted(differing.length, 'customer')} of ${customersView} in Athena differ from ${customersTable} in DynamoDB, such as ${differing[0]}`,
    );
  }
  say(
    `The ${now.rows.length} customers of ${customersView} in Athena equal the ${items.length} items of ${customersTable} in DynamoDB.`,
  );
}

/** Waits until a count is reached, and prints each count on the way. */
async function arrived(watch: Watch, total: number, count: () => Promise<QueryRows>): Promise<void> {
  const { say, signal, timeoutMs } = watch;
  const started = Date.now();
  let last = -1;
  while (Date.now() - started < timeoutMs) {
    signal.throwIfAborted();
    const found = Number((await count()).rows[0]?.[0]);
    if (found !== last)
      say(`after ${((Date.now() - started) / 1000).toFixed(1)} s: ${found} of ${total} changes in Athena`);
    if (found >= total) return;
    last = found;
    await sleep(POLL_MS);
  }
  throw new ToolError(`only ${last} of ${total} changes are in Athena after ${timeoutMs / 1000} s`);
}

function expectRows({ rows }: QueryRows, expected: readonly (readonly (string | number)[])[]): void {
  const [found, wanted] = [JSON.stringify(rows), JSON.stringify(expected.map((row) => row.map(String)))];
  if (found !== wanted) throw new ToolError(`Athena counts ${found}, and the changes made were ${wanted}`);
}

/** Ids of customers that differ between the view and the table. */
function differences(now: QueryRows, items: readonly Item[]): string[] {
  const inLake = new Map(
    now.rows.map(([id, item]) => [id ?? '', canonical(JSON.parse(item ?? 'null') as Item | null)]),
  );
  const inTable = new Map(items.map((item) => [item.id?.S ?? '', canonical(item)]));
  const ids = new Set([...inLake.keys(), ...inTable.keys()]);
  const differing = [...ids].filter((id) => inLake.get(id) !== inTable.get(id));
  return inLake.size === now.rows.length ? differing : [...differing, 'one that is there twice'];
}

/** An item as text, independent of the order of its attributes and of its sets. */
function canonical(item: Item | null): string {
  const ordered = Object.entries(item ?? {}).map(([name, value]) => {
    const [[type, content] = ['', undefined]] = Object.entries(value);
    return [name, type, /^[SNB]S$/.test(type) ? [...(content as string[])].sort() : content];
  });
  return JSON.stringify(ordered.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
