import type { NamedQuery } from '../query-workgroup';

/**
 * The current customers: the latest change of each key, unless it is a removal. Changes arrive at least once and across
 * shards in any order; they are ordered by their own time, and within one time by the stream's order.
 */
export function customersSql(databaseName: string, tableName: string): string {
  const attribute = (name: string, type: string) => `json_extract_scalar(new_image, '$.${name}.${type}')`;
  return [
    'SELECT',
    `  ${attribute('id', 'S')} AS id,`,
    `  ${attribute('email', 'S')} AS email,`,
    `  ${attribute('name', 'S')} AS name,`,
    `  ${attribute('country', 'S')} AS country,`,
    `  TRY_CAST(${attribute('balance', 'N')} AS decimal(38, 2)) AS balance,`,
    '  changed_at,',
    '  new_image AS item',
    'FROM (',
    '  SELECT *, row_number() OVER (PARTITION BY keys ORDER BY changed_at DESC, sequence_number DESC) AS place',
    `  FROM "${databaseName}"."${tableName}"`,
    ')',
    `WHERE place = 1 AND event_name <> 'REMOVE'`,
  ].join('\n');
}

/** Queries of a table's changes. */
export function changeQueries(databaseName: string, tableName: string, viewName: string): NamedQuery[] {
  const table = `"${databaseName}"."${tableName}"`;
  return [
    {
      name: 'customers-now',
      description: 'Customers as they are now, by country: the view takes the latest change of each',
      sql: `SELECT country, count(*) AS customers, sum(balance) AS balance\nFROM "${databaseName}"."${viewName}"\nGROUP BY country\nORDER BY customers DESC`,
    },
    {
      name: 'customer-history',
      description: 'What became of one customer, change by change, with the item before and after',
      sql: [
        'SELECT DISTINCT changed_at, event_name, user_identity, old_image, new_image',
        `FROM ${table}`,
        `WHERE json_extract_scalar(keys, '$.id.S') = 'put an id here'`,
        'ORDER BY changed_at',
      ].join('\n'),
    },
    {
      name: 'customer-changes-by-kind',
      description: 'How many customers came, changed and went, each change counted once however often it was delivered',
      sql: `SELECT event_name, count(DISTINCT event_id) AS changes\nFROM ${table}\nGROUP BY event_name\nORDER BY event_name`,
    },
  ];
}
