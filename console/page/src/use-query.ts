import { useRef, useState } from 'preact/hooks';
import { api, type Problem, type QueryState, type ResultPage } from './api';
import { problemOf } from './use-polled';

/** Most rows of a displayed result; the CSV in S3 has all of them. */
export const MAX_ROWS = 100_000;

/** A query's progress: running, its rows so far, or its error. */
export interface RunningQuery {
  readonly query: QueryState | undefined;
  readonly columns: ResultPage['columns'];
  readonly rows: ResultPage['rows'];
  readonly running: boolean;
  /** Whether rows are still being fetched. */
  readonly loading: boolean;
  readonly problem: Problem | undefined;
}

/** A query's state, with the functions to run and cancel. */
export interface QueryControl {
  readonly state: RunningQuery;
  /** Runs a query; it replaces the previous one. */
  readonly run: (sql: string) => Promise<void>;
  readonly cancel: () => void;
  /** Number of queries that have ended: each change reloads the history. */
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

/** Runs one query at a time; a new one replaces the previous one. */
export function useQuery(): QueryControl {
  const [ended, setEnded] = useState(0);
  const [state, setState] = useState<RunningQuery>(NOTHING);
  const turn = useRef(0);
  /** The running query; a promise, since the user may cancel before Athena has returned its id. */
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
    // A failed stop shows in the query's own state.
    void started.current?.then(({ id }) => api.stopQuery(id)).catch(() => undefined);
  };
  return { state, run, cancel, ended };
}

/** Failed polls in a row before polling gives up: a busy server may miss a few while the query runs on. */
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
