import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../api';
import { ago, dollars, duration } from '../format';
import { useSavedQueries } from '../saved-queries';
import type { SqlDocument } from '../sql-document';
import { usePolled } from '../use-polled';
import { Notice } from './notice';

const DAY_MS = 86_400_000;

interface QueryListsProps {
  readonly stack: string;
  readonly draft: SqlDocument;
  /** Number of queries that have ended; each change reloads the history. */
  readonly ended: number;
}

/** Queries to put into the editor: the stack's, the user's own, and recent ones. */
export function QueryLists({ stack, draft, ended }: QueryListsProps) {
  return (
    <>
      <NamedQueries draft={draft} />
      <OwnQueries stack={stack} draft={draft} />
      <History draft={draft} ended={ended} />
    </>
  );
}

function NamedQueries({ draft }: { draft: SqlDocument }) {
  const { value, problem } = usePolled(api.namedQueries, DAY_MS, []);
  return (
    <>
      <h3>Saved with the stack</h3>
      {problem !== undefined && <Notice problem={problem} />}
      <List empty={value === undefined ? 'Reading…' : 'The stack saves none.'}>
        {value?.map(({ name, description, sql }) => (
          <li key={name}>
            <Choice title={description} onChoose={() => draft.replace(sql)}>
              {name}
            </Choice>
          </li>
        ))}
      </List>
    </>
  );
}

function OwnQueries({ stack, draft }: { stack: string; draft: SqlDocument }) {
  const { queries, save, remove } = useSavedQueries(stack);
  const [name, setName] = useState('');
  const keep = (event: Event) => {
    event.preventDefault();
    save({ name: name.trim(), sql: draft.text });
    setName('');
  };
  return (
    <>
      <h3>Saved in this browser</h3>
      <List empty="None yet: name the editor's query to keep it.">
        {queries.map((query) => (
          <li key={query.name}>
            <Choice title={query.sql} onChoose={() => draft.replace(query.sql)}>
              {query.name}
            </Choice>{' '}
            <button type="button" class="quiet" onClick={() => remove(query.name)}>
              Remove<span class="visually-hidden"> {query.name}</span>
            </button>
          </li>
        ))}
      </List>
      <form class="actions" onSubmit={keep}>
        <input
          aria-label="Name of the query to keep"
          placeholder="Name"
          required
          pattern=".*\S.*"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit">Save</button>
      </form>
    </>
  );
}

function History({ draft, ended }: { draft: SqlDocument; ended: number }) {
  const { value, problem } = usePolled(api.history, 30_000, [ended]);
  const sum = (value ?? []).reduce((total, { costUsd }) => total + costUsd, 0);
  return (
    <>
      <h3>History</h3>
      {problem !== undefined && <Notice problem={problem} />}
      <List empty={value === undefined ? 'Reading…' : 'No query has run in this workgroup yet.'}>
        {value?.map(({ id, sql, state, submitted, elapsedMs, costUsd }) => (
          <li key={id}>
            <Choice title={sql} onChoose={() => draft.replace(sql)}>
              {sql.slice(0, 60)}
            </Choice>{' '}
            <span class="muted">
              {state.toLowerCase()}
              {submitted === undefined ? '' : `, ${ago(submitted)}`}, {duration(elapsedMs)}, {dollars(costUsd)}
            </span>
          </li>
        ))}
      </List>
      {sum > 0 && <p class="muted">These would cost {dollars(sum)} on AWS.</p>}
    </>
  );
}

/** A list, with a sentence in its place if it is empty: a heading alone would look broken. */
function List({ empty, children }: { empty: string; children: ComponentChildren[] | undefined }) {
  return children === undefined || children.length === 0 ? (
    <p class="muted">{empty}</p>
  ) : (
    <ul class="queries">{children}</ul>
  );
}

function Choice(props: { title: string; onChoose: () => void; children: ComponentChildren }) {
  return (
    <button type="button" class="link" title={props.title} onClick={props.onChoose}>
      {props.children}
    </button>
  );
}
