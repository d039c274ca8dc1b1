import { partitionColumnOf } from './config/partitions';
import type { NamedQuery } from './constructs/query-workgroup';

/** Properties of the named queries. */
export interface NamedQueriesProps {
  readonly databaseName: string;
  readonly tableName: string;
  /** The table's columns, partitions left out. */
  readonly columns: readonly string[];
  /** Partition columns that hold the time. */
  readonly partitions: 'components' | 'datehour';
  /** Field whose partition a query must name ("injected" projection). @default none */
  readonly namedValueOf?: string;
}

/**
 * Sample queries, each over today's partitions so that it costs little; those whose columns the table has. Times are
 * UTC. A partition that must be named holds a placeholder: Athena refuses a query without one.
 */
export function namedQueries(props: NamedQueriesProps): NamedQuery[] {
  const table = `"${props.databaseName}"."${props.tableName}"`;
  const datehour = props.partitions === 'datehour';
  const hour = datehour ? 'substr(datehour, 12, 2)' : 'hour';
  const { namedValueOf: field } = props;
  const today = [
    ...(field === undefined ? [] : [`${partitionColumnOf(field)} = 'put a ${field} here'`]),
    ...(datehour
      ? ["datehour LIKE date_format(current_timestamp, '%Y/%m/%d') || '/%'"]
      : [
          "year = date_format(current_timestamp, '%Y')",
          "month = date_format(current_timestamp, '%m')",
          "day = date_format(current_timestamp, '%d')",
        ]),
  ].join('\n  AND ');
  const candidates: Array<NamedQuery & { readonly needs: readonly string[] }> = [
    {
      name: 'newest-ten',
      needs: ['event_date'],
      description: "Today's ten newest events",
      sql: `SELECT *\nFROM ${table}\nWHERE ${today}\nORDER BY event_date DESC\nLIMIT 10`,
    },
    {
      name: 'counts-by-status-and-hour',
      needs: ['status'],
      description: "Today's events by status and hour",
      sql: `SELECT ${hour} AS hour, status, count(*) AS events\nFROM ${table}\nWHERE ${today}\nGROUP BY 1, 2\nORDER BY 1, 2`,
    },
    {
      name: 'duplicates',
      needs: ['uuid'],
      description: 'Events that were delivered more than once today: Firehose promises at least once',
      sql: `SELECT uuid, count(*) AS copies\nFROM ${table}\nWHERE ${today}\nGROUP BY uuid\nHAVING count(*) > 1\nORDER BY copies DESC`,
    },
    {
      name: 'delivery-latency',
      needs: ['event_date'],
      description: "Seconds from an event to its object, by hour of today: from event_date to the object's last change",
      sql: [
        `SELECT ${hour} AS hour,`,
        `  approx_percentile(latency, 0.5) AS median,`,
        `  max(latency) AS longest`,
        `FROM (`,
        `  SELECT *, date_diff('second', from_iso8601_timestamp(event_date), "$file_modified_time") AS latency`,
        `  FROM ${table}`,
        `  WHERE ${today}`,
        `)`,
        `GROUP BY 1\nORDER BY 1`,
      ].join('\n'),
    },
  ];
  return candidates
    .filter(({ needs }) => needs.every((column) => props.columns.includes(column)))
    .map(({ name, description, sql }) => ({ name, description, sql }));
}

/** Queries and statements for the Iceberg table, which keeps each former state as a snapshot. */
export function icebergQueries(
  databaseName: string,
  tableName: string,
  columns: readonly { readonly name: string }[],
): NamedQuery[] {
  const table = `"${databaseName}"."${tableName}"`;
  const of = (kind: string) => `"${databaseName}"."${tableName}$${kind}"`;
  const key = columns.find(({ name }) => name === 'uuid')?.name ?? columns[0]?.name;
  return [
    {
      name: 'iceberg-snapshots',
      description: 'What changed the Iceberg table, and when: its snapshots, the newest first',
      sql: `SELECT committed_at, snapshot_id, operation, element_at(summary, 'added-records') AS added, element_at(summary, 'total-records') AS total\nFROM ${of('snapshots')}\nORDER BY committed_at DESC`,
    },
    {
      name: 'iceberg-yesterday',
      description: 'The Iceberg table as it was a day ago, for as long as its snapshots are kept',
      sql: `SELECT *\nFROM ${table} FOR TIMESTAMP AS OF (current_timestamp - interval '1' day)\nLIMIT 10`,
    },
    {
      name: 'iceberg-files',
      description: 'Data files and delete files of the Iceberg table, and their bytes: many small ones want OPTIMIZE',
      sql: `SELECT content, count(*) AS files, sum(record_count) AS rows, sum(file_size_in_bytes) AS bytes\nFROM ${of('files')}\nGROUP BY content\nORDER BY content`,
    },
    {
      name: 'iceberg-delete-rows',
      description:
        'Delete rows of the Iceberg table; they are gone for good once VACUUM has expired the snapshots before',
      sql: `DELETE FROM ${table}\nWHERE ${key} = 'put a ${key} here'`,
    },
    {
      name: 'iceberg-optimize',
      description: 'Put small files of the Iceberg table together, and leave deleted rows out of them',
      sql: `OPTIMIZE ${table} REWRITE DATA USING BIN_PACK`,
    },
    {
      name: 'iceberg-vacuum',
      description: 'Expire old snapshots of the Iceberg table and delete their files: what they held is gone for good',
      sql: `VACUUM ${table}`,
    },
  ];
}
