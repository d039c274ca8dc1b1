import { useEffect, useState } from 'preact/hooks';
import { type Problem, ProblemError } from './api';

/** The latest value of a view, kept while the server or a service fails. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
}

/** Milliseconds without an answer after which the page shows that it is waiting. */
const SLOW_MS = 4_000;
const WAITING: Problem = {
  title: 'Still waiting for an answer',
  detail: 'The endpoint, or AWS, takes its time; what is shown is from before. The page goes on by itself.',
  code: 'Waiting',
};

/**
 * Reads a view periodically, each read `interval` ms after the end of the last: a slow service never gets two at once,
 * and a page in the background sends none.
 */
export function usePolled<T>(read: () => Promise<T>, interval: number, dependencies: readonly unknown[]): Polled<T> {
  const [state, setState] = useState<Polled<T>>({ value: undefined, problem: undefined });
  useEffect(() => {
    let live = true;
    let timer: ReturnType<typeof setTimeout>;
    setState((last) => ({ value: last.value, problem: undefined }));
    const look = async () => {
      if (!document.hidden) {
        const slow = setTimeout(() => live && setState((last) => ({ ...last, problem: WAITING })), SLOW_MS);
        try {
          const value = await read();
          if (live) setState({ value, problem: undefined });
        } catch (error) {
          if (live) setState((last) => ({ value: last.value, problem: problemOf(error) }));
        } finally {
          clearTimeout(slow);
        }
      }
      if (live) timer = setTimeout(look, interval);
    };
    void look();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [interval, ...dependencies]);
  return state;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { title: error instanceof Error ? error.message : String(error), detail: '', code: 'Error' };
}
