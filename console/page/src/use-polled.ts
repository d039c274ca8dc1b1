import { useEffect, useState } from 'preact/hooks';
import { type Problem, ProblemError } from './api';

/** The latest value of a view, kept while the server or a service is away. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
}

/** After this long without an answer, in milliseconds, the page says that it waits. */
const SLOW_MS = 4_000;
const WAITING: Problem = {
  title: 'Still waiting for an answer',
  detail: 'The endpoint, or AWS, takes its time; what is shown is from before. The page goes on by itself.',
  code: 'Waiting',
};

/**
 * Reads a view again and again, the next read `interval` ms after the last one ended; so a slow service is never asked
 * twice at once, and a page in the background asks nothing.
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
