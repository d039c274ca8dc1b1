import { useEffect, useState } from 'preact/hooks';
import { keepSettings, useAddress } from '../address';
import { api, type ItemPage, type ItemQuery, type Problem, type TableView } from '../api';
import { bytes, count, plural } from '../format';
import { DataTable } from '../parts/data-table';
import { Notice } from '../parts/notice';
import { problemOf, usePolled } from '../use-polled';

const TABLES_MS = 15_000;
const CONDITIONS = ['=', 'begins with', '<=', '>='];

/** The stack's DynamoDB tables and their items: all, by key, or by PartiQL. */
export function TablesView() {
  const { settings } = useAddress();
  const tables = usePolled(api.tables, TABLES_MS, []);
  const name = settings.get('table');
  const table = tables.value?.find((each) => each.name === name) ?? tables.value?.[0];
  return (
    <div class="consumers">
      {tables.problem !== undefined && <Notice problem={tables.problem} />}
      <section class="card" aria-label="Tables in DynamoDB">
        <DataTable
          caption="The stack's tables"
          head={['Table', 'State', 'Items', 'Size', 'Capacity', 'Stream', 'Expires by', 'Recovery']}
          rows={(tables.value ?? []).map((each) => [
            <button
              type="button"
              class="quiet"
              aria-pressed={each.name === table?.name}
              onClick={() => keepSettings({ table: each.name })}
            >
              {each.name}
            </button>,
            each.status,
            count(each.items),
            bytes(each.bytes),
            each.billing,
            each.stream ?? 'none',
            each.expiresBy ?? 'never',
            each.pointInTimeRecovery ? '35 days' : 'none',
          ])}
        />
        <p class="muted">AWS counts items every six hours.</p>
      </section>
      {table !== undefined && <ItemsPart key={table.name} table={table} />}
    </div>
  );
}

/** A request for items: by key, or by a statement. */
type Look = { readonly query: ItemQuery } | { readonly statement: string };

function ItemsPart({ table }: { table: TableView }) {
  const [look, setLook] = useState<Look>({ query: {} });
  const [pages, setPages] = useState<readonly ItemPage[]>();
  const [problem, setProblem] = useState<Problem>();
  const read = async (wanted: Look, known: readonly ItemPage[]) => {
    const next = known.at(-1)?.next;
    setProblem(undefined);
    try {
      const page =
        'statement' in wanted
          ? await api.statement(wanted.statement, next)
          : await api.items(table.name, { ...wanted.query, next });
      setPages([...known, page]);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const start = (wanted: Look) => {
    setLook(wanted);
    void read(wanted, []);
  };
  useEffect(() => start({ query: {} }), []);
  return (
    <section class="card" aria-label={`Items of ${table.name}`}>
      <h3>{table.name}</h3>
      <KeyForm table={table} onQuery={(query) => start({ query })} />
      <StatementForm table={table} onRun={(statement) => start({ statement })} />
      {problem !== undefined && <Notice problem={problem} />}
      {pages !== undefined && <Items pages={pages} />}
      {pages?.at(-1)?.next !== undefined && (
        <button type="button" onClick={() => read(look, pages)}>
          More
        </button>
      )}
    </section>
  );
}

function KeyForm({ table, onQuery }: { table: TableView; onQuery: (query: ItemQuery) => void }) {
  const [index, setIndex] = useState('');
  const [hash, setHash] = useState('');
  const [condition, setCondition] = useState('=');
  const [range, setRange] = useState('');
  const key = table.keys.find((each) => (each.index ?? '') === index) ?? table.keys[0];
  const optional = (text: string) => (text === '' ? undefined : text);
  const submit = (event: Event) => {
    event.preventDefault();
    onQuery({
      index: optional(index),
      hash: optional(hash),
      ...(hash !== '' && key?.range !== undefined && range !== '' && { condition, range }),
    });
  };
  return (
    <form class="actions" aria-label="Query by key" onSubmit={submit}>
      <label>
        By{' '}
        <select value={index} onChange={(event) => setIndex(event.currentTarget.value)}>
          {table.keys.map((each) => (
            <option key={each.index ?? ''} value={each.index ?? ''}>
              {each.index ?? 'the table'}
            </option>
          ))}
        </select>
      </label>
      <label>
        {key?.hash} = <input value={hash} placeholder="any" onInput={(event) => setHash(event.currentTarget.value)} />
      </label>
      {key?.range !== undefined && (
        <label>
          {key.range}{' '}
          <select
            aria-label={`Condition on ${key.range}`}
            value={condition}
            onChange={(event) => setCondition(event.currentTarget.value)}
          >
            {CONDITIONS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>{' '}
          <input
            aria-label={key.range}
            value={range}
            placeholder="any"
            onInput={(event) => setRange(event.currentTarget.value)}
          />
        </label>
      )}
      <button type="submit">{hash === '' ? 'Scan' : 'Query'}</button>
    </form>
  );
}

function StatementForm({ table, onRun }: { table: TableView; onRun: (statement: string) => void }) {
  const [statement, setStatement] = useState(`SELECT * FROM "${table.name}" WHERE ${table.keys[0]?.hash} = ''`);
  const submit = (event: Event) => {
    event.preventDefault();
    onRun(statement);
  };
  return (
    <form class="actions" aria-label="PartiQL" onSubmit={submit}>
      <label>
        PartiQL <input size={70} value={statement} onInput={(event) => setStatement(event.currentTarget.value)} />
      </label>
      <button type="submit">Select</button>
    </form>
  );
}

/** Items as a table, with the attributes of all pages as columns, in the order of their first appearance. */
function Items({ pages }: { pages: readonly ItemPage[] }) {
  const items = pages.flatMap((page) => page.items);
  const units = pages.reduce((sum, page) => sum + (page.capacityUnits ?? 0), 0);
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  return (
    <>
      <p class="muted" role="status">
        {plural(items.length, 'item', pages.at(-1)?.next === undefined)}, {count(units)} read units
      </p>
      {items.length > 0 && (
        <DataTable
          caption="Items"
          head={names}
          rows={items.map((item) => names.map((name) => item[name] ?? <span class="null">none</span>))}
        />
      )}
    </>
  );
}
