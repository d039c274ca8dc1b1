import { useState } from 'preact/hooks';

/** A query that the user keeps, in this browser alone: the stack's own are Terraform's to change. */
export interface SavedQuery {
  readonly name: string;
  readonly sql: string;
}

/** The user's queries, by name; those of other stacks are kept apart. */
export function useSavedQueries(stack: string) {
  const key = `lakehouse-queries ${stack}`;
  const [queries, setQueries] = useState(() => read(key));
  const write = (changed: readonly SavedQuery[]) => {
    localStorage.setItem(key, JSON.stringify(changed));
    setQueries(changed);
  };
  return {
    queries,
    /** Keeps a query; one of the same name is replaced. */
    save: (query: SavedQuery) => write([...queries.filter(({ name }) => name !== query.name), query]),
    remove: (name: string) => write(queries.filter((query) => query.name !== name)),
  };
}

function read(key: string): readonly SavedQuery[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(found)
      ? found.filter(({ name, sql }) => typeof name === 'string' && typeof sql === 'string')
      : [];
  } catch {
    return [];
  }
}
