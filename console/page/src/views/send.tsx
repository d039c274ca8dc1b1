import { useState } from 'preact/hooks';
import { api, type Problem, type SendState, type Setup } from '../api';
import { count, duration } from '../format';
import { Notice } from '../parts/notice';
import { problemOf, usePolled } from '../use-polled';

/** Sends test events through the producer's library, in environments that allow it. */
export function SendView({ setup }: { setup: Setup }) {
  const [amount, setAmount] = useState('1000');
  const [rate, setRate] = useState('');
  const [refused, setRefused] = useState<Problem>();
  const [started, setStarted] = useState(0);
  const { value, problem } = usePolled(api.sendState, 500, [started]);
  const running = value?.state === 'running';
  const send = async (event: Event) => {
    event.preventDefault();
    setRefused(undefined);
    try {
      await api.send(Number(amount), rate === '' ? undefined : Number(rate));
      setStarted(started + 1);
    } catch (error) {
      setRefused(problemOf(error));
    }
  };
  return (
    <section class="card" aria-label="Send events">
      <form onSubmit={send} class="send">
        <label>
          Events
          <input
            type="number"
            min="1"
            max={setup.sendLimits.amount}
            required
            value={amount}
            onInput={(event) => setAmount(event.currentTarget.value)}
          />
        </label>
        <label>
          A second, at most
          <input
            type="number"
            min="1"
            max={setup.sendLimits.rate}
            placeholder="no bound"
            value={rate}
            onInput={(event) => setRate(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={running}>
          Send to {setup.lakehouse.streamName}
        </button>
        {running && (
          <button type="button" onClick={() => void api.stopSend()}>
            Stop
          </button>
        )}
      </form>
      {refused !== undefined && <Notice problem={refused} />}
      {problem !== undefined && <Notice problem={problem} />}
      {value !== undefined && value.state !== 'idle' && <Progress send={value} />}
    </section>
  );
}

function Progress({ send }: { send: SendState }) {
  const { result, progress } = send;
  const delivered = result?.delivered ?? progress?.delivered ?? 0;
  return (
    <div role="status">
      <progress max={send.asked} value={delivered} aria-label="Events delivered" />
      <p>
        {count(delivered)} of {count(send.asked)} delivered
        {result !== undefined && `, ${count(result.failed)} failed, in ${duration(result.seconds * 1000)}`}
        {send.state === 'running' ? '…' : '.'}
      </p>
      {send.problem !== undefined && <Notice problem={{ title: send.problem, detail: '', code: 'Send' }} />}
    </div>
  );
}
