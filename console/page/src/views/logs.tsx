import { useState } from 'preact/hooks';
import { api, type LogLine } from '../api';
import { Notice } from '../parts/notice';
import { usePolled } from '../use-polled';

/** A log that arrives late still falls into the window of the next look. */
const OVERLAP_MS = 60_000;
const DAY_MS = 86_400_000;

/** The delivery's error log of the last day, followed live. */
export function LogsView() {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [read, setRead] = useState(false);
  const { problem } = usePolled(
    async () => {
      const last = lines.at(-1);
      const found = await api.logs(last === undefined ? Date.now() - DAY_MS : Date.parse(last.at) - OVERLAP_MS);
      setRead(true);
      setLines((known) => {
        const ids = new Set(known.map(({ id }) => id));
        const fresh = found.filter(({ id }) => !ids.has(id));
        return fresh.length === 0 ? known : [...known, ...fresh].slice(-2000);
      });
    },
    3_000,
    [lines],
  );
  return (
    <section class="card" aria-label="Delivery's error log">
      {problem !== undefined && <Notice problem={problem} />}
      {lines.length === 0 ? (
        <p class="muted">
          {read ? "No errors in the last day. Delivery writes here when it can't read, convert or write." : 'Reading…'}
        </p>
      ) : (
        <ol class="log" aria-live="polite">
          {lines.map(({ id, at, message }) => (
            <li key={id}>
              <time dateTime={at}>{new Date(at).toLocaleString()}</time>
              <pre>{message}</pre>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
