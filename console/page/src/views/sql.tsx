import { lazy, Suspense } from 'preact/compat';
import { useMemo, useState } from 'preact/hooks';
import { api, type Lakehouse, type QueryState } from '../api';
import { download, toCsv } from '../csv';
import { bytes, count, dollars, duration } from '../format';
import { Notice } from '../parts/notice';
import { QuickChart } from '../parts/quick-chart';
import { ResultGrid } from '../parts/result-grid';
import { usePolled } from '../use-polled';
import { MAX_ROWS, type RunningQuery, useQuery } from '../use-query';

// The editor is most of the page's weight and only this view needs it.
const SqlEditor = lazy(() => import('../parts/sql-editor'));

const DAY_MS = 86_400_000;

/** SQL in the stack's workgroup. */
export function SqlView({ lakehouse }: { lakehouse: Lakehouse }) {
  const [text, setText] = useState(`SELECT * FROM "${lakehouse.database}"."${lakehouse.table}" limit 10;`);
  const [ended, setEnded] = useState(0);
  const { state, run, cancel } = useQuery(() => setEnded((times) => times + 1));
  const catalog = usePolled(api.catalog, DAY_MS, []).value;
  const schema = useMemo(() => {
    const columns = catalog === undefined ? [] : [...catalog.columns, ...catalog.partitionKeys].map(({ name }) => name);
    return { [lakehouse.database]: { [lakehouse.table]: columns } };
  }, [catalog, lakehouse]);
  return (
    <div class="sql">
      <section class="card" aria-label="Query">
        <Suspense fallback={<p class="muted">Loading the editor…</p>}>
          <SqlEditor value={text} schema={schema} onChange={setText} onRun={() => void run(text)} />
        </Suspense>
        <div class="actions">
          <button type="button" class="primary" disabled={state.running} onClick={() => void run(text)}>
            Run
          </button>
          <button type="button" disabled={!state.running} onClick={cancel}>
            Cancel
          </button>
          <span class="muted">Ctrl-Enter runs; the workgroup {lakehouse.workgroup} bounds what a query may scan.</span>
        </div>
        <Outcome state={state} />
      </section>
      <aside class="card" aria-label="Queries">
        <NamedQueries onChoose={setText} />
        <History ended={ended} onChoose={setText} />
      </aside>
    </div>
  );
}

function Outcome({ state }: { state: RunningQuery }) {
  const [chart, setChart] = useState<'none' | 'bar' | 'line'>('none');
  const { query, columns, rows } = state;
  return (
    <div aria-live="polite">
      {state.problem !== undefined && <Notice problem={state.problem} />}
      {query !== undefined && <QueryLine query={query} />}
      {query?.state === 'FAILED' && (
        <Notice problem={{ title: query.reason ?? 'The query failed.', detail: '', code: 'Failed' }} />
      )}
      {query?.state === 'SUCCEEDED' && columns.length > 0 && (
        <>
          <div class="actions">
            <span>
              {count(rows.length)} row{rows.length === 1 ? '' : 's'}
              {state.loading ? ' so far…' : rows.length >= MAX_ROWS ? ' shown; the CSV in the bucket has them all' : ''}
            </span>
            <button type="button" onClick={() => download(`${query.id}.csv`, toCsv(columns, rows))}>
              Download CSV
            </button>
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
      )}
    </div>
  );
}

function QueryLine({ query }: { query: QueryState }) {
  return (
    <p class="query-line">
      <strong>{query.state}</strong> in {duration(query.elapsedMs)}, {bytes(query.scannedBytes)} scanned:{' '}
      {dollars(query.costUsd)} on AWS
    </p>
  );
}

function NamedQueries({ onChoose }: { onChoose: (sql: string) => void }) {
  const { value, problem } = usePolled(api.namedQueries, DAY_MS, []);
  return (
    <>
      <h3>Saved with the stack</h3>
      {problem !== undefined && <Notice problem={problem} />}
      <ul class="queries">
        {value?.map(({ name, description, sql }) => (
          <li key={name}>
            <button type="button" class="link" title={description} onClick={() => onChoose(sql)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function History({ ended, onChoose }: { ended: number; onChoose: (sql: string) => void }) {
  const { value, problem } = usePolled(api.history, 30_000, [ended]);
  return (
    <>
      <h3>History</h3>
      {problem !== undefined && <Notice problem={problem} />}
      <ul class="queries">
        {value?.map(({ id, sql, state }) => (
          <li key={id}>
            <button type="button" class="link" title={sql} onClick={() => onChoose(sql)}>
              {sql.slice(0, 60)}
            </button>{' '}
            <span class="muted">{state.toLowerCase()}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
