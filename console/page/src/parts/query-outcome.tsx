import { useState } from 'preact/hooks';
import { api, type QueryState } from '../api';
import { download, toCsv, toJson } from '../downloads';
import { bytes, count, dollars, duration } from '../format';
import { MAX_ROWS, type RunningQuery } from '../use-query';
import { Notice } from './notice';
import { QuickChart } from './quick-chart';
import { ResultGrid } from './result-grid';

/** A query's outcome: state and cost, and its rows or Athena's error. */
export function QueryOutcome({ state }: { state: RunningQuery }) {
  const { query, columns, problem } = state;
  return (
    <div aria-live="polite">
      {problem !== undefined && <Notice problem={problem} />}
      {query !== undefined && <Statistics query={query} />}
      {query?.state === 'FAILED' && (
        <Notice problem={{ title: query.reason ?? 'The query failed.', detail: '', code: 'Failed' }} />
      )}
      {query?.state === 'SUCCEEDED' && columns.length > 0 && <Rows state={state} id={query.id} />}
    </div>
  );
}

function Rows({ state: { columns, rows, loading }, id }: { state: RunningQuery; id: string }) {
  const [chart, setChart] = useState<'none' | 'bar' | 'line'>('none');
  return (
    <>
      <div class="actions">
        <span>
          {count(rows.length)} row{rows.length === 1 ? '' : 's'}
          {loading ? ' so far…' : rows.length >= MAX_ROWS ? ' shown; the CSV in the bucket has them all' : ''}
        </span>
        <button type="button" onClick={() => download(`${id}.csv`, toCsv(columns, rows), 'text/csv')}>
          Download CSV
        </button>
        <button type="button" onClick={() => download(`${id}.json`, toJson(columns, rows), 'application/x-ndjson')}>
          JSON<span class="visually-hidden">, download the rows</span>
        </button>
        <a class="button" href={api.parquetOf(id)} download={`${id}.parquet`}>
          Parquet<span class="visually-hidden">, download the rows</span>
        </a>
        <label>
          Chart{' '}
          <select value={chart} onChange={(event) => setChart(event.currentTarget.value as typeof chart)}>
            <option value="none">none</option>
            <option value="bar">bars</option>
            <option value="line">line</option>
          </select>
        </label>
      </div>
      {chart !== 'none' && <QuickChart columns={columns} rows={rows} kind={chart} />}
      <ResultGrid columns={columns} rows={rows} />
    </>
  );
}

function Statistics({ query }: { query: QueryState }) {
  return (
    <details class="query-line">
      <summary>
        <strong>{query.state}</strong> in {duration(query.elapsedMs)}, {bytes(query.scannedBytes)} scanned:{' '}
        {dollars(query.costUsd)} on AWS
      </summary>
      <dl class="statistics">
        <dt>Queued</dt>
        <dd>{duration(query.queuedMs)}</dd>
        <dt>Planned</dt>
        <dd>{duration(query.planningMs)}</dd>
        <dt>Engine</dt>
        <dd>{duration(query.engineMs)}</dd>
        <dt>Query id</dt>
        <dd>{query.id}</dd>
        {query.output !== undefined && (
          <>
            <dt>Result</dt>
            <dd>{query.output}</dd>
          </>
        )}
      </dl>
    </details>
  );
}
