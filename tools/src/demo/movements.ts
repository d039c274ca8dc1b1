import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { QueryRows } from '../query/athena';
import { formatRows } from '../query/format';
import { counted } from '../shared/counted';
import { ToolError } from '../shared/errors';
import { scanAll } from './customers';
import type { Watch } from './watch';

const POLL_MS = 500;
/** Beginning of a word that the demo searches for. */
const SEARCHED = 'love';
const SHOWN = 3;

/**
 * Around the perimeter: waits until the search table finds, by the beginning of a word, exactly the customers with such
 * a word in their name.
 */
export async function showSearch(watch: Watch, customersTable: string, searchTable: string): Promise<void> {
  const { say, clients } = watch;
  say('\nAround the perimeter: from a DynamoDB table into a second one, for searches');
  const items = await scanAll(clients.dynamodb, customersTable);
  const expected = items
    .filter(({ name }) =>
      name?.S?.toLowerCase()
        .split(' ')
        .some((word) => word.startsWith(SEARCHED)),
    )
    .map(({ id }) => id?.S ?? '')
    .sort();
  const rows = await until(
    watch,
    () => search(clients.dynamodb, searchTable, SEARCHED),
    (found) => JSON.stringify(found.map(([, id]) => id).sort()) === JSON.stringify(expected),
    (found) =>
      `the search finds ${found.length} customers, and a Scan of ${customersTable} ${expected.length} with a word of the name that begins with "${SEARCHED}"`,
  );
  say(`Query of ${searchTable}: letters = '${SEARCHED.slice(0, 2)}' AND begins_with(entry, '${SEARCHED}')`);
  const columns = ['entry', 'id', 'name', 'country'];
  say(formatRows({ columns, rows: rows.slice(0, SHOWN), scannedBytes: 0, milliseconds: 0 }, 'table').trimEnd());
  say(
    `The search finds ${counted(rows.length, 'customer')}: the same as a Scan of ${customersTable}, of those with a word of the name that begins with "${SEARCHED}".`,
  );
}

/**
 * Inside-out: waits until the table of counters equals SQL's counts. @param counts value and count, as SQL gives them
 */
export async function showCounters(watch: Watch, table: string, field: string, counts: QueryRows): Promise<void> {
  watch.say('\nInside-out: the counts of the consumer insights, in a DynamoDB table');
  const expected = JSON.stringify(counts.rows);
  const rows = await until(
    watch,
    () => counters(watch.clients.dynamodb, table, field),
    (found) => JSON.stringify(found) === expected,
    (found) => `after ${watch.timeoutMs / 1000} s ${table} has ${JSON.stringify(found)}, and SQL counts ${expected}`,
  );
  watch.say(`Query of ${table}: field = '${field}'`);
  watch.say(formatRows({ ...counts, rows }, 'table').trimEnd());
  watch.say('SQL counts the same.');
}

type Row = readonly string[];

async function search(client: DynamoDBClient, TableName: string, beginning: string): Promise<Row[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'letters = :letters AND begins_with(entry, :beginning)',
      ExpressionAttributeValues: { ':letters': { S: beginning.slice(0, 2) }, ':beginning': { S: beginning } },
    }),
  );
  return Items.map(({ entry, id, name, country }) => [entry?.S ?? '', id?.S ?? '', name?.S ?? '', country?.S ?? '']);
}

async function counters(client: DynamoDBClient, TableName: string, field: string): Promise<Row[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'field = :field',
      ExpressionAttributeValues: { ':field': { S: field } },
    }),
  );
  return Items.map(({ value, records }) => [value?.S ?? '', records?.N ?? '']);
}

/** Polls until the result is right. @throws ToolError with the difference once the time is up */
async function until<T>(
  { signal, timeoutMs }: Watch,
  look: () => Promise<T>,
  isRight: (found: T) => boolean,
  wrong: (found: T) => string,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if (isRight(found)) return found;
    if (Date.now() > deadline) throw new ToolError(wrong(found));
    await sleep(POLL_MS);
  }
}
