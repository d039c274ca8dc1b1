import { type ComponentChildren, render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, type Setup } from './api';
import { Notice } from './parts/notice';
import './style.css';
import { usePolled } from './use-polled';
import { CatalogView } from './views/catalog';
import { FlowView } from './views/flow';
import { GraphsView } from './views/graphs';
import { LakeView } from './views/lake';
import { LogsView } from './views/logs';
import { SendView } from './views/send';
import { SqlView } from './views/sql';

const FLOW_INTERVAL_MS = 2_000;

function App() {
  const { value: setup, problem } = usePolled(api.setup, 10_000, []);
  if (setup === undefined)
    return <main>{problem === undefined ? <p>Connecting…</p> : <Notice problem={problem} />}</main>;
  return <Console setup={setup} problem={problem} />;
}

function Console({ setup, problem }: { setup: Setup; problem: Parameters<typeof Notice>[0]['problem'] | undefined }) {
  const { lakehouse } = setup;
  const flow = usePolled(api.flow, FLOW_INTERVAL_MS, []);
  const tabs: Record<string, () => ComponentChildren> = {
    Graphs: () => <GraphsView ranges={setup.ranges} />,
    Lake: () => <LakeView lakehouse={lakehouse} />,
    Catalog: () => <CatalogView />,
    SQL: () => <SqlView lakehouse={lakehouse} />,
    Logs: () => <LogsView />,
    ...(lakehouse.maySend && { Send: () => <SendView setup={setup} /> }),
  };
  const [tab, setTab] = useHash(Object.keys(tabs));
  return (
    <>
      <header>
        <h1>{lakehouse.stack}</h1>
        <p class={lakehouse.endpoint === undefined ? 'where aws' : 'where'}>
          {lakehouse.endpoint === undefined ? `AWS, ${lakehouse.region}` : `Endpoint ${lakehouse.endpoint}`}
        </p>
      </header>
      <main>
        {(problem ?? flow.problem) !== undefined && (
          <Notice problem={(problem ?? flow.problem) as NonNullable<typeof problem>} />
        )}
        <FlowView flow={flow.value} lakehouse={lakehouse} />
        <nav aria-label="Views" class="tabs">
          {Object.keys(tabs).map((name) => (
            <a
              key={name}
              href={`#${name}`}
              aria-current={name === tab ? 'page' : undefined}
              onClick={() => setTab(name)}
            >
              {name}
            </a>
          ))}
        </nav>
        <section aria-label={tab}>{tabs[tab]?.()}</section>
      </main>
    </>
  );
}

/** The view in the address, so that a reload and the browser's back button keep it. */
function useHash(names: readonly string[]): [string, (name: string) => void] {
  const read = () => names.find((name) => name === location.hash.slice(1)) ?? (names[0] as string);
  const [name, setName] = useState(read);
  useEffect(() => {
    const update = () => setName(read());
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  return [name, setName];
}

render(<App />, document.getElementById('app') as HTMLElement);
