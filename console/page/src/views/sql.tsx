import { lazy, Suspense } from 'preact/compat';
import { useEffect, useMemo } from 'preact/hooks';
import { keepSettings, useAddress } from '../address';
import { api, type Lakehouse } from '../api';
import { QueryLists } from '../parts/query-lists';
import { QueryOutcome } from '../parts/query-outcome';
import type { SqlDocument } from '../sql-document';
import { usePolled } from '../use-polled';
import type { QueryControl } from '../use-query';

// Lazy import: the editor is most of the page's code, and only this view uses it.
const SqlEditor = lazy(() => import('../parts/sql-editor'));

const DAY_MS = 86_400_000;
/** Longest query that is kept in the address: browsers and chats cut longer links. */
const LONGEST_LINK = 8_000;

interface SqlViewProps {
  readonly lakehouse: Lakehouse;
  /** Text and result, kept across a change of view. */
  readonly draft: SqlDocument;
  readonly query: QueryControl;
}

/** SQL in the stack's workgroup. */
export function SqlView({ lakehouse, draft, query }: SqlViewProps) {
  const { database, table } = lakehouse;
  const linked = useAddress().settings.get('sql');
  const catalog = usePolled(api.catalog, DAY_MS, []).value;
  const schema = useMemo(() => {
    const columns = catalog === undefined ? [] : [...catalog.columns, ...catalog.partitionKeys].map(({ name }) => name);
    return { database, table, columns };
  }, [catalog, database, table]);
  // A link opened while the view is shown replaces the text, unless it is the text that runs.
  useEffect(() => {
    if (linked !== undefined && linked !== draft.text) draft.replace(linked);
  }, [linked]);
  const run = (sql = draft.text) => {
    keepSettings({ sql: sql.length <= LONGEST_LINK ? sql : undefined });
    void query.run(sql);
  };
  const { running } = query.state;
  return (
    <div class="sql">
      <section class="card" aria-label="Query">
        <Suspense fallback={<p class="muted">Loading the editor…</p>}>
          <SqlEditor draft={draft} schema={schema} onRun={run} />
        </Suspense>
        <div class="actions">
          <button type="button" class="primary" disabled={running} onClick={() => run()}>
            Run
          </button>
          <button type="button" disabled={!running} onClick={query.cancel}>
            Cancel
          </button>
          <button type="button" disabled={running} onClick={() => void query.run(`EXPLAIN ${draft.text}`)}>
            Plan
          </button>
          <span class="muted">Ctrl-Enter runs; the workgroup {lakehouse.workgroup} bounds what a query may scan.</span>
        </div>
        <QueryOutcome state={query.state} />
      </section>
      <aside class="card" aria-label="Queries">
        <QueryLists stack={lakehouse.stack} draft={draft} ended={query.ended} />
      </aside>
    </div>
  );
}
