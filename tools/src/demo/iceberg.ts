import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRows } from '../query/athena';
import { counted } from '../shared/counted';
import { ToolError } from '../shared/errors';
import type { Watch } from './watch';

/**
 * Shows the same records in the Iceberg table; then deletes one, and finds it in the snapshot before.
 * @param table its name, quoted for SQL
 * @param sent uuids of the records
 */
export async function showIceberg(
  { say, timeoutMs }: Watch,
  table: string,
  sent: ReadonlySet<string>,
  query: (sql: string) => Promise<QueryRows>,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let result = await query(`SELECT uuid FROM ${table}`);
  while (result.rows.length < sent.size && Date.now() < deadline) {
    await sleep(500);
    result = await query(`SELECT uuid FROM ${table}`);
  }
  compare(sent, result);
  say(`The Iceberg table ${table} has the same ${sent.size} rows.`);
  const snapshots = await query(
    `SELECT snapshot_id FROM ${table.replace(/"$/, '$snapshots"')} ORDER BY committed_at DESC LIMIT 1`,
  );
  const [uuid = ''] = sent;
  await query(`DELETE FROM ${table} WHERE uuid = '${uuid}'`);
  const count = async (version: string) => (await query(`SELECT count(*) FROM ${table}${version}`)).rows[0]?.[0];
  const [now, before] = [await count(''), await count(` FOR VERSION AS OF ${snapshots.rows[0]?.[0]}`)];
  if (now !== String(sent.size - 1) || before !== String(sent.size)) {
    throw new ToolError(
      `after the DELETE of one row, ${table} has ${now} rows and its snapshot before ${before}; it should be ${sent.size - 1} and ${sent.size}`,
    );
  }
  say(`DELETE of one row leaves ${now}; the snapshot before it still has ${before}.`);
}

/** Whether the rows are the records that were sent. @throws ToolError if they are not. */
export function compare(sent: ReadonlySet<string>, { columns, rows }: QueryRows): void {
  const at = columns.indexOf('uuid');
  const received = new Set(rows.map((row) => row[at] ?? ''));
  const missing = [...sent].filter((uuid) => !received.has(uuid));
  if (missing.length > 0 || received.size !== sent.size || rows.length !== sent.size) {
    throw new ToolError(
      `the rows differ from the records produced: ${counted(rows.length, 'row')} for ${counted(sent.size, 'record')}, ${missing.length} of which have no row`,
    );
  }
}
