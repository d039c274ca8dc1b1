import { useRef, useState } from 'preact/hooks';
import { api, type Problem, type QueryState, type ResultPage } from './api';
import { problemOf } from './use-polled';

/** A result that is shown holds this many rows at most; the CSV in S3 has them all. */
export const MAX_ROWS = 100_000;

/** One query's way: running, its rows as they come, or what went wrong. */
export interface RunningQuery {
  readonly query: QueryState | undefined;
  readonly columns: ResultPage['columns'];
  readonly rows: ResultPage['rows'];
  readonly running: boolean;
  /** Whether rows are still being fetched. */
  readonly loading: boolean;
  readonly problem: Problem | undefined;
}

/** A query's state, and what can be done with it. */
export interface QueryControl {
  readonly state: RunningQuery;
  /** Runs a query; a new one forgets the last. */
  readonly run: (sql: string) => Promise<void>;
  readonly cancel: () => void;
  /** How many queries have ended: the history is read again with each. */
  readonly ended: number;
}

const NOTHING: RunningQuery = {
  query: undefined,
  columns: [],
  rows: [],
  running: false,
  loading: false,
  problem: undefined,
};

/** Runs one query at a time; a new one forgets the last. */
export function useQuery(): QueryControl {
  const [ended, setEnded] = useState(0);
  const [state, setState] = useState<RunningQuery>(NOTHING);
  const turn = useRef(0);
  /** The running query; a promise, as Cancel may come before Athena has named it. */
  const started = useRef<Promise<{ id: string }>>();

  const run = async (sql: string) => {
    turn.current += 1;
    const own = turn.current;
    const update = (change: Partial<RunningQuery>) =>
      own === turn.current && setState((last) => ({ ...last, ...change }));
    setState({ ...NOTHING, running: true });
    try {
      started.current = api.startQuery(sql);
      const { id } = await started.current;
      const query = await settled(id, (query) => update({ query }));
      update({ running: false, query });
      if (query.state === 'SUCCEEDED') await fetchRows(id, update, () => own === turn.current);
    } catch (error) {
      update({ running: false, loading: false, problem: problemOf(error) });
    }
    setEnded((times) => times + 1);
  };

  const cancel = () => {
    // What keeps it from being stopped shows in the query's own state.
    void started.current?.then(({ id }) => api.stopQuery(id)).catch(() => undefined);
  };
  return { state, run, cancel, ended };
}

/** So many looks in a row may fail, as on a busy machine: the query goes on, and so does the look at it. */
const MAX_FAILED_LOOKS = 5;

async function settled(id: string, onState: (query: QueryState) => void): Promise<QueryState> {
  let failed = 0;
  for (let wait = 100; ; wait = Math.min(wait * 1.5, 2_000)) {
    try {
      const query = await api.query(id);
      failed = 0;
      onState(query);
      if (query.state !== 'QUEUED' && query.state !== 'RUNNING') return query;
    } catch (error) {
      failed += 1;
      if (failed > MAX_FAILED_LOOKS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function fetchRows(
  id: string,
  update: (change: Partial<RunningQuery>) => void,
  wanted: () => boolean,
): Promise<void> {
  const rows: ResultPage['rows'][number][] = [];
  let next: string | undefined;
  update({ loading: true });
  do {
    const page = await api.rows(id, next);
    rows.push(...page.rows);
    update({ columns: page.columns, rows: rows.slice() });
    next = page.next;
  } while (next !== undefined && rows.length < MAX_ROWS && wanted());
  update({ loading: false });
}
