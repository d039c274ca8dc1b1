import { type ComponentChildren, render } from 'preact';
import { useMemo } from 'preact/hooks';
import { addressOf, goTo, readAddress, useAddress } from './address';
import { api, type Setup } from './api';
import { Notice } from './parts/notice';
import { type Command, Palette } from './parts/palette';
import { useSavedQueries } from './saved-queries';
import { SqlDocument } from './sql-document';
import './style.css';
import { nextTheme, setTheme, theme, useThemeChanges } from './theme';
import { usePolled } from './use-polled';
import { type QueryControl, useQuery } from './use-query';
import { CatalogView } from './views/catalog';
import { ConsumersView } from './views/consumers';
import { FlowView } from './views/flow';
import { GraphsView } from './views/graphs';
import { IcebergView } from './views/iceberg';
import { LakeView } from './views/lake';
import { LogsView } from './views/logs';
import { RecordsView } from './views/records';
import { SendView } from './views/send';
import { SqlView } from './views/sql';
import { TablesView } from './views/tables';

const FLOW_INTERVAL_MS = 2_000;
const DAY_MS = 86_400_000;

function App() {
  const { value: setup, problem } = usePolled(api.setup, 10_000, []);
  if (setup === undefined)
    return <main>{problem === undefined ? <p>Connecting…</p> : <Notice problem={problem} />}</main>;
  return <Console setup={setup} problem={problem} />;
}

function Console({ setup, problem }: { setup: Setup; problem: Parameters<typeof Notice>[0]['problem'] | undefined }) {
  const { lakehouse } = setup;
  const flow = usePolled(api.flow, FLOW_INTERVAL_MS, []);
  const query = useQuery();
  const draft = useMemo(
    () =>
      new SqlDocument(
        readAddress().settings.get('sql') ?? `SELECT * FROM "${lakehouse.database}"."${lakehouse.table}" limit 10;`,
      ),
    [lakehouse.database, lakehouse.table],
  );
  const failed = flow.value?.failed.ok ? flow.value.failed.value : undefined;
  const consumers = flow.value?.consumers.ok ? flow.value.consumers.value : [];
  const tabs: Record<string, () => ComponentChildren> = {
    Graphs: () => <GraphsView ranges={setup.ranges} />,
    Records: () => <RecordsView />,
    Lake: () => <LakeView lakehouse={lakehouse} />,
    Catalog: () => <CatalogView />,
    ...(lakehouse.icebergTable !== undefined && {
      Iceberg: () => (
        <IcebergView database={lakehouse.database} table={lakehouse.icebergTable as string} draft={draft} />
      ),
    }),
    SQL: () => <SqlView lakehouse={lakehouse} draft={draft} query={query} />,
    Logs: () => <LogsView failed={failed} />,
    ...(lakehouse.consumers.length > 0 && {
      Consumers: () => <ConsumersView consumers={consumers} maySend={lakehouse.maySend} />,
    }),
    ...(lakehouse.tables.length > 0 && { Tables: () => <TablesView /> }),
    ...(lakehouse.maySend && { Send: () => <SendView setup={setup} /> }),
  };
  const names = Object.keys(tabs);
  const { view } = useAddress();
  const tab = names.find((name) => name === view) ?? (names[0] as string);
  const commands = useCommands(setup, names, draft, query);
  return (
    <>
      <header>
        <h1>{lakehouse.stack}</h1>
        <p class={lakehouse.endpoint === undefined ? 'where aws' : 'where'}>
          {lakehouse.endpoint === undefined ? `AWS, ${lakehouse.region}` : `Endpoint ${lakehouse.endpoint}`}
        </p>
        <ThemeButton />
      </header>
      <main>
        {(problem ?? flow.problem) !== undefined && (
          <Notice problem={(problem ?? flow.problem) as NonNullable<typeof problem>} />
        )}
        <FlowView flow={flow.value} lakehouse={lakehouse} />
        <nav aria-label="Views" class="tabs">
          {names.map((name) => (
            <a key={name} href={addressOf(name)} aria-current={name === tab ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <section aria-label={tab}>{tabs[tab]?.()}</section>
      </main>
      <Palette commands={commands} />
    </>
  );
}

function ThemeButton() {
  useThemeChanges();
  return (
    <button type="button" class="quiet" onClick={() => setTheme(nextTheme())}>
      Theme: {theme()}
    </button>
  );
}

/** Commands of the palette: views, ranges of time, and queries, which it puts into the editor and runs. */
function useCommands(setup: Setup, views: readonly string[], draft: SqlDocument, query: QueryControl): Command[] {
  const named = usePolled(api.namedQueries, DAY_MS, []).value ?? [];
  const own = useSavedQueries(setup.lakehouse.stack).queries;
  const runQuery = (sql: string) => () => {
    draft.replace(sql);
    goTo('SQL', { sql });
    void query.run(sql);
  };
  return [
    ...views.map((name) => ({ name: `Go to ${name}`, run: () => goTo(name) })),
    ...setup.ranges.map((range) => ({ name: `Graphs of ${range}`, run: () => goTo('Graphs', { range }) })),
    ...[...named, ...own].map(({ name, sql }) => ({ name: `Run ${name}`, run: runQuery(sql) })),
    { name: 'Run the query in the editor', run: () => runQuery(draft.text)() },
    ...(['auto', 'light', 'dark'] as const).map((name) => ({ name: `Theme: ${name}`, run: () => setTheme(name) })),
  ];
}

setTheme(theme());
render(<App />, document.getElementById('app') as HTMLElement);
