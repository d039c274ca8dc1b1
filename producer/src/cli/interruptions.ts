import { log } from './report';

/** The user's requests to stop. */
export interface Interruptions {
  /** Aborted by the first Ctrl-C or SIGTERM, or when stdout is closed: stop taking events. */
  readonly signal: AbortSignal;
  /** Aborted by the second: stop at once. */
  readonly abort: AbortSignal;
  readonly stdoutClosed: () => void;
  dispose(): void;
}

/** Listens for SIGINT and SIGTERM until disposed of. */
export function interruptions(): Interruptions {
  const drain = new AbortController();
  const stop = new AbortController();
  const onSignal = (): void => {
    if (drain.signal.aborted) {
      stop.abort();
      return;
    }
    log('WARNING', 'Interrupted: finishing what is in flight. Once more stops at once.');
    drain.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: drain.signal,
    abort: stop.signal,
    stdoutClosed: () => {
      if (drain.signal.aborted) return;
      log('WARNING', 'Nobody reads stdout any more: stopping.');
      drain.abort();
    },
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
