import { useEffect, useState } from 'preact/hooks';
import { goTo } from '../address';
import type { ResultPage } from '../api';
import { bytes, count, plural } from '../format';
import { DataTable } from '../parts/data-table';
import { Notice } from '../parts/notice';
import { QueryOutcome } from '../parts/query-outcome';
import type { SqlDocument } from '../sql-document';
import { type RunningQuery, useQuery } from '../use-query';

interface IcebergViewProps {
  readonly database: string;
  readonly table: string;
  readonly draft: SqlDocument;
}

/** A row of `$snapshots`; numbers are text, and null if the summary lacks them. */
interface Snapshot {
  readonly id: string;
  readonly parent: string | null;
  readonly committed: string;
  readonly operation: string;
  readonly summary: ReadonlyMap<string, number>;
}

/** Displayed members of a summary, by the names of Iceberg's library. */
const SUMMARY = [
  'added-records',
  'deleted-records',
  'added-position-deletes',
  'added-equality-deletes',
  'added-data-files',
  'deleted-data-files',
  'added-delete-files',
  'removed-delete-files',
  'total-records',
  'total-position-deletes',
  'total-data-files',
  'total-delete-files',
  'total-files-size',
] as const;

/** Snapshots on the time line, and rows of one. */
const MOST_SNAPSHOTS = 200;
const MOST_ROWS = 100;

/** The Iceberg table's snapshots as a time line, with each one's changes, rows and files. */
export function IcebergView({ database, table, draft }: IcebergViewProps) {
  const name = `"${database}"."${table}"`;
  const listed = useQuery();
  const files = useQuery();
  const [chosen, choose] = useState<string>();
  const read = () => {
    void listed.run(snapshotsSql(database, table));
    void files.run(
      `SELECT content, count(*), sum(record_count), sum(file_size_in_bytes), min(file_size_in_bytes), max(file_size_in_bytes) FROM "${database}"."${table}$files" GROUP BY content ORDER BY content`,
    );
  };
  useEffect(read, [database, table]);
  const snapshots = listed.state.rows.map(snapshotOf);
  const snapshot = snapshots.find(({ id }) => id === chosen) ?? snapshots[0];
  const offer = (sql: string) => () => {
    draft.replace(sql);
    goTo('SQL', { sql });
  };
  return (
    <div class="split">
      <section class="card" aria-label="Snapshots">
        <h3>
          {database}.{table}
        </h3>
        <div class="actions">
          <button type="button" disabled={listed.state.running || files.state.running} onClick={read}>
            Read again
          </button>
          <span class="muted">{plural(snapshots.length, 'snapshot')}, newest first</span>
        </div>
        <Failure state={listed.state} />
        {snapshots.length === 0 && !listed.state.running && !listed.state.loading && (
          <p class="muted">The table has no snapshot yet: it begins with the first delivery.</p>
        )}
        <ol class="snapshots" aria-label="Time line">
          {snapshots.map((each) => (
            <li key={each.id}>
              <button
                type="button"
                class="link"
                aria-pressed={each.id === snapshot?.id}
                onClick={() => choose(each.id)}
              >
                {each.committed.slice(0, 19)} <strong>{each.operation}</strong>
              </button>{' '}
              <span class="muted">{changeInWords(each)}</span>
            </li>
          ))}
        </ol>
      </section>
      <div>
        {snapshot !== undefined && <SnapshotCard key={snapshot.id} snapshot={snapshot} name={name} />}
        <section class="card" aria-label="Files">
          <h3>Files of the newest snapshot</h3>
          <Failure state={files.state} />
          <DataTable
            caption="Files by kind"
            head={['Kind', 'Files', 'Rows', 'Size', 'Smallest', 'Largest']}
            rows={files.state.rows.map(fileRow)}
          />
          <div class="actions">
            <button type="button" onClick={offer(`OPTIMIZE ${name} REWRITE DATA USING BIN_PACK`)}>
              OPTIMIZE…
            </button>
            <button type="button" onClick={offer(`VACUUM ${name}`)}>
              VACUUM…
            </button>
            <span class="muted">as SQL to look at and run</span>
          </div>
          <ul class="muted">
            <li>OPTIMIZE puts small files together and leaves deleted rows out; the snapshots before stay.</li>
            <li>VACUUM expires old snapshots and deletes their files: what was deleted is gone for good only then.</li>
            <li>DROP TABLE deletes all of the table's files, unlike that of an external Hive table.</li>
          </ul>
        </section>
      </div>
    </div>
  );
}

/** A snapshot's changes and rows: all of them, or only the added and deleted ones. */
function SnapshotCard({ snapshot, name }: { snapshot: Snapshot; name: string }) {
  const rows = useQuery();
  const { id, parent, summary } = snapshot;
  const at = (version: string) => `SELECT * FROM ${name} FOR VERSION AS OF ${version}`;
  const show = (sql: string) => () => void rows.run(`${sql} LIMIT ${MOST_ROWS}`);
  const changes = SUMMARY.filter((line) => summary.has(line)).map((line) => [
    line.replaceAll('-', ' '),
    line === 'total-files-size' ? bytes(summary.get(line) ?? 0) : count(summary.get(line) ?? 0),
  ]);
  return (
    <section class="card" aria-label="Snapshot">
      <h3>Snapshot {id}</h3>
      <DataTable caption="What it changed" head={['Summary', 'Amount']} rows={changes} />
      <div class="actions">
        <button type="button" disabled={rows.state.running} onClick={show(at(id))}>
          Its rows
        </button>
        <button
          type="button"
          disabled={rows.state.running}
          onClick={show(parent === null ? at(id) : `${at(id)} EXCEPT ${at(parent)}`)}
        >
          Rows that came
        </button>
        <button
          type="button"
          disabled={rows.state.running || parent === null}
          onClick={show(`${at(parent ?? id)} EXCEPT ${at(id)}`)}
        >
          Rows that went
        </button>
        <span class="muted">the first {MOST_ROWS}; each is a query that scans the table as it was</span>
      </div>
      <QueryOutcome state={rows.state} />
    </section>
  );
}

function Failure({ state: { problem, query } }: { state: RunningQuery }) {
  if (problem !== undefined) return <Notice problem={problem} />;
  if (query?.state !== 'FAILED') return null;
  return <Notice problem={{ title: query.reason ?? 'The query failed.', detail: '', code: 'Failed' }} />;
}

function snapshotsSql(database: string, table: string): string {
  const lines = SUMMARY.map((line) => `element_at(summary, '${line}')`).join(', ');
  return `SELECT snapshot_id, parent_id, cast(committed_at AS varchar) AS committed, operation, ${lines} FROM "${database}"."${table}$snapshots" ORDER BY committed_at DESC LIMIT ${MOST_SNAPSHOTS}`;
}

function snapshotOf(row: ResultPage['rows'][number]): Snapshot {
  const [id, parent = null, committed, operation, ...values] = row;
  const summary = new Map<string, number>();
  for (const [index, line] of SUMMARY.entries()) {
    const value = values[index];
    if (value !== null && value !== undefined) summary.set(line, Number(value));
  }
  return { id: id ?? '', parent, committed: committed ?? '', operation: operation ?? '', summary };
}

/** The change in words, such as `10 rows came, 9 in all`. */
function changeInWords({ summary, operation }: Snapshot): string {
  const of = (...lines: (typeof SUMMARY)[number][]) => lines.reduce((sum, line) => sum + (summary.get(line) ?? 0), 0);
  const [came, went] = [of('added-records'), of('deleted-records', 'added-position-deletes')];
  const left = of('total-records') - of('total-position-deletes');
  const parts = operation === 'replace' ? [`${plural(of('added-data-files'), 'file')} written anew`] : [];
  if (operation !== 'replace' && came > 0) parts.push(`${plural(came, 'row')} came`);
  if (operation !== 'replace' && went > 0) parts.push(`${plural(went, 'row')} went`);
  return `${parts.join(', ') || 'nothing'}; ${count(left)} in all`;
}

const KINDS: Readonly<Record<string, string>> = { 0: 'data', 1: 'position deletes', 2: 'equality deletes' };

function fileRow([content, files, rows, size, least, most]: ResultPage['rows'][number]) {
  const amount = (value: string | null | undefined) => bytes(Number(value ?? 0));
  return [
    KINDS[content ?? ''] ?? content,
    count(Number(files)),
    count(Number(rows)),
    amount(size),
    amount(least),
    amount(most),
  ];
}
