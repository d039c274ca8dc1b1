import { useState } from 'preact/hooks';

/** A query that the user saved in this browser; the stack's own queries are managed by Terraform. */
export interface SavedQuery {
  readonly name: string;
  readonly sql: string;
}

/** The user's queries, by name, separate for each stack. */
export function useSavedQueries(stack: string) {
  const key = `lakehouse-queries ${stack}`;
  const [queries, setQueries] = useState(() => read(key));
  const write = (changed: readonly SavedQuery[]) => {
    localStorage.setItem(key, JSON.stringify(changed));
    setQueries(changed);
  };
  return {
    queries,
    /** Saves a query, replacing one of the same name. */
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
