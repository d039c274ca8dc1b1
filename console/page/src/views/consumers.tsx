import { useState } from 'preact/hooks';
import { api, type ConsumerView, type DeadLetter, type Problem } from '../api';
import { duration, plural } from '../format';
import { DataTable } from '../parts/data-table';
import { Notice } from '../parts/notice';
import { problemOf, usePolled } from '../use-polled';

const LOG_MS = 5_000;

/** The functions that read the stream: recent invocations, log and dead letters. */
export function ConsumersView({ consumers, maySend }: { consumers: readonly ConsumerView[]; maySend: boolean }) {
  if (consumers.length === 0) return <p class="muted">Reading…</p>;
  return (
    <div class="consumers">
      {consumers.map((consumer) => (
        <section key={consumer.functionName} class="card" aria-label={consumer.functionName}>
          <h3>{consumer.functionName}</h3>
          <p class="muted">
            {consumer.state}; batches of {consumer.batchSize} at most
            {consumer.windowSeconds > 0 && `, windows of ${consumer.windowSeconds} s`}
            {consumer.lastResult !== '' && `; last result: ${consumer.lastResult}`}
          </p>
          <DeadLettersPart consumer={consumer} maySend={maySend} />
          <LogPart functionName={consumer.functionName} />
        </section>
      ))}
    </div>
  );
}

function LogPart({ functionName }: { functionName: string }) {
  const { value: log, problem } = usePolled(() => api.functionLog(functionName), LOG_MS, [functionName]);
  return (
    <>
      {problem !== undefined && <Notice problem={problem} />}
      <h4>Last invocations</h4>
      {log === undefined || log.invocations.length === 0 ? (
        <p class="muted">{log === undefined ? 'Reading…' : 'None in the last hour.'}</p>
      ) : (
        <DataTable
          caption={`Last invocations of ${functionName}`}
          head={['Ended', 'Result', 'Duration', 'Memory', 'Start', 'Request']}
          rows={log.invocations.map(({ requestId, at, durationMs, memoryMb, cold, error }) => [
            new Date(at).toLocaleTimeString(),
            error === undefined ? 'OK' : <span class="failed">{error}</span>,
            duration(durationMs),
            `${memoryMb} MB`,
            cold ? 'cold' : 'warm',
            <code>{requestId}</code>,
          ])}
        />
      )}
      {log !== undefined && log.lines.length > 0 && (
        <details>
          <summary>Log, {plural(log.lines.length, 'line')}</summary>
          <ol class="log">
            {log.lines.map(({ id, at, message }) => (
              <li key={id}>
                <time dateTime={at}>{new Date(at).toLocaleString()}</time>
                <pre>{message}</pre>
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

/** A consumer's dead letters, read on request: reading hides them from other readers for some seconds. */
function DeadLettersPart({ consumer, maySend }: { consumer: ConsumerView; maySend: boolean }) {
  const { functionName, deadLetters } = consumer;
  const [letters, setLetters] = useState<readonly DeadLetter[]>();
  const [texts, setTexts] = useState<{ readonly id: string; readonly texts: readonly string[] }>();
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const attempt = async (work: () => Promise<void>) => {
    setProblem(undefined);
    await work().catch((error: unknown) => setProblem(problemOf(error)));
  };
  const read = () => attempt(async () => setLetters(await api.deadLetters(functionName)));
  const leave = (id: string) => setLetters((known) => known?.filter((letter) => letter.id !== id));
  const redrive = (id: string) =>
    attempt(async () => {
      setSaid('Running…');
      const { records, error } = await api.redrive(functionName, id);
      setSaid(error === undefined ? `${plural(records, 'record')} processed; the letter is gone.` : `Failed: ${error}`);
      if (error === undefined) leave(id);
    });
  const discard = (id: string) =>
    attempt(async () => {
      await api.discard(functionName, id);
      leave(id);
    });
  if (!deadLetters.ok) return <Notice problem={deadLetters.problem} />;
  if (deadLetters.value === undefined) return <p class="muted">What it gives up is told to no queue.</p>;
  return (
    <>
      <h4>Dead letters: {deadLetters.value.count}</h4>
      {problem !== undefined && <Notice problem={problem} />}
      <p class="actions">
        <button type="button" onClick={read}>
          Read dead letters
        </button>
        <span role="status">{said}</span>
      </p>
      {letters !== undefined && letters.length === 0 && <p class="muted">The queue is empty.</p>}
      {letters !== undefined && letters.length > 0 && (
        <DataTable
          caption={`Dead letters of ${functionName}`}
          head={['Given up', 'Why', 'Attempts', 'Records', 'Shard', 'From', '']}
          rows={letters.map((letter) => [
            new Date(letter.at).toLocaleString(),
            letter.condition,
            letter.attempts,
            letter.records,
            letter.shardId,
            <code>{letter.startSequenceNumber}</code>,
            <span class="actions">
              <button
                type="button"
                class="quiet"
                onClick={() =>
                  attempt(async () =>
                    setTexts({ id: letter.id, texts: await api.letterTexts(functionName, letter.id) }),
                  )
                }
              >
                Show records
              </button>
              {maySend && (
                <>
                  <button type="button" class="quiet" onClick={() => redrive(letter.id)}>
                    Run again
                  </button>
                  <button type="button" class="quiet" onClick={() => discard(letter.id)}>
                    Discard
                  </button>
                </>
              )}
            </span>,
          ])}
        />
      )}
      {texts !== undefined && letters?.some(({ id }) => id === texts.id) && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
        <section class="records" tabIndex={0} aria-label="Records of the letter">
          <pre>{texts.texts.join('\n')}</pre>
        </section>
      )}
    </>
  );
}
