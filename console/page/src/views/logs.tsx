import { useState } from 'preact/hooks';
import { addressOf } from '../address';
import { api, type Flow, type LogLine, type Part } from '../api';
import { plural } from '../format';
import { Notice } from '../parts/notice';
import { usePolled } from '../use-polled';

/** Overlap of two reads, in milliseconds: CloudWatch Logs may show an event late. */
const OVERLAP_MS = 60_000;
const DAY_MS = 86_400_000;

type Failed = Extract<Part<never> | Flow['failed'], { ok: true }>['value'];

/** The delivery's error log of the last day, followed live, and the failed records still under the error prefix. */
export function LogsView({ failed }: { failed: Failed | undefined }) {
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
      {failed !== undefined && failed.objects > 0 && (
        <p>
          <a href={addressOf('Lake', { prefix: failed.prefix })}>
            {plural(failed.records, 'failed record', failed.complete)}
          </a>{' '}
          {failed.records === 1 ? 'lies' : 'lie'} under the error prefix, each with its reason.
        </p>
      )}
      {lines.length === 0 ? (
        <p class="muted">
          {read ? "No line in the last day. Delivery writes here when it can't read, convert or write." : 'Reading…'}
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
