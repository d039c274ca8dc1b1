/** Signals that end a command in order. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs work with a signal that Ctrl-C or SIGTERM aborts: the work ends what it started, such as a query that would run on
 * and be billed. A second signal doesn't cut that short.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const name of STOP_SIGNALS) process.on(name, interrupt);
  try {
    return await work(stop.signal);
  } finally {
    for (const name of STOP_SIGNALS) process.off(name, interrupt);
  }
}
