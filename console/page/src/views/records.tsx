import { useEffect, useRef, useState } from 'preact/hooks';
import { keepSettings, useAddress } from '../address';
import { api, type Problem, type ShardView, type StreamRecord } from '../api';
import { bytes, count, duration } from '../format';
import { DataTable } from '../parts/data-table';
import { Notice } from '../parts/notice';
import { problemOf, usePolled } from '../use-polled';

/**
 * Pause between reads while catching up, in milliseconds: a shard allows five reads a second to all readers, Firehose
 * among them.
 */
const CATCH_UP_MS = 500;
const FOLLOW_MS = 3_000;
/** Newest records that are kept and shown. */
const SHOWN = 300;
const SHARDS_MS = 15_000;

/** The shard, position and partition key of the displayed records; part of the page's address. */
interface Look {
  readonly shard: string | undefined;
  /** `newest`, `oldest`, or an ISO time. */
  readonly from: string;
  readonly key: string;
}

/** The stream's records by shard, followed live. */
export function RecordsView() {
  const { settings } = useAddress();
  const shards = usePolled(api.shards, SHARDS_MS, []);
  const look: Look = {
    shard: settings.get('shard') ?? shards.value?.find(({ open }) => open)?.id,
    from: settings.get('from') ?? 'newest',
    key: settings.get('key') ?? '',
  };
  const { records, behindMs, ended, problem } = useRecords(look);
  const shown = look.key === '' ? records : records.filter(({ partitionKey }) => partitionKey === look.key);
  return (
    <section class="card" aria-label="Records of the stream">
      <Choices look={look} shards={shards.value ?? []} />
      {(shards.problem ?? problem) !== undefined && <Notice problem={(shards.problem ?? problem) as Problem} />}
      <p class="muted" role="status">
        {statusOf(shown.length, behindMs, ended)}
      </p>
      {shown.length > 0 && (
        <DataTable
          caption="Records, newest first"
          head={['Arrived', 'Partition key', 'Data', 'Size', 'Sequence number']}
          rows={shown.map((record) => [
            new Date(record.arrived).toLocaleString(),
            record.partitionKey,
            <code>{record.text}</code>,
            bytes(record.bytes),
            record.sequenceNumber,
          ])}
        />
      )}
    </section>
  );
}

function statusOf(shown: number, behindMs: number | undefined, ended: boolean): string {
  if (behindMs === undefined) return 'Reading…';
  const records = shown === 0 ? 'No record' : `The newest ${count(shown)} record${shown === 1 ? '' : 's'}`;
  if (ended) return `${records} of a shard that was split or merged; it takes no more.`;
  return behindMs > 0
    ? `${records}; still ${duration(behindMs)} behind the tip.`
    : `${records}; at the tip, following.`;
}

function Choices({ look, shards }: { look: Look; shards: readonly ShardView[] }) {
  const [key, setKey] = useState(look.key);
  const timed = look.from !== 'newest' && look.from !== 'oldest';
  const choose = async (event: Event) => {
    event.preventDefault();
    const found = key === '' ? undefined : await api.shardOf(key).catch(() => undefined);
    keepSettings({ key, ...(found?.id !== undefined && { shard: found.id }) });
  };
  return (
    <form class="actions" onSubmit={choose}>
      <label>
        Shard{' '}
        <select value={look.shard} onChange={(event) => keepSettings({ shard: event.currentTarget.value })}>
          {shards.map(({ id, open }) => (
            <option key={id} value={id}>
              {id}
              {open ? '' : ' (ended)'}
            </option>
          ))}
        </select>
      </label>
      <label>
        From{' '}
        <select
          value={timed ? 'time' : look.from}
          onChange={(event) => {
            const { value } = event.currentTarget;
            keepSettings({ from: value === 'time' ? new Date(Date.now() - 3_600_000).toISOString() : value });
          }}
        >
          <option value="newest">the newest</option>
          <option value="oldest">the oldest kept</option>
          <option value="time">a time</option>
        </select>
      </label>
      {timed && (
        <input
          type="datetime-local"
          aria-label="From this time on"
          step="1"
          value={localTime(look.from)}
          onChange={(event) => {
            const time = new Date(event.currentTarget.value);
            if (!Number.isNaN(time.getTime())) keepSettings({ from: time.toISOString() });
          }}
        />
      )}
      <label>
        Partition key <input value={key} placeholder="any" onInput={(event) => setKey(event.currentTarget.value)} />
      </label>
      <button type="submit">Look</button>
    </form>
  );
}

function localTime(iso: string): string {
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Reads a shard continuously: fast up to its tip, then every few seconds; the newest records come first. */
function useRecords({ shard, from }: Look) {
  const [records, setRecords] = useState<readonly StreamRecord[]>([]);
  const [behindMs, setBehind] = useState<number>();
  const [ended, setEnded] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const turn = useRef(0);
  useEffect(() => {
    if (shard === undefined) return;
    turn.current += 1;
    const own = turn.current;
    let iterator: string | undefined;
    let timer: ReturnType<typeof setTimeout>;
    setRecords([]);
    setBehind(undefined);
    setEnded(false);
    setProblem(undefined);
    const read = async () => {
      let wait = FOLLOW_MS;
      if (!document.hidden) {
        try {
          const page = await api.records(shard, iterator === undefined ? { from } : { iterator });
          if (own !== turn.current) return;
          iterator = page.next;
          setRecords((known) => [...page.records.toReversed(), ...known].slice(0, SHOWN));
          setBehind(page.behindMs);
          setProblem(undefined);
          if (iterator === undefined) return setEnded(true);
          if (page.behindMs > 0) wait = CATCH_UP_MS;
        } catch (error) {
          if (own !== turn.current) return;
          // An iterator expires after five minutes; the next read gets a new one.
          iterator = undefined;
          setProblem(problemOf(error));
        }
      }
      timer = setTimeout(read, wait);
    };
    void read();
    return () => {
      turn.current += 1;
      clearTimeout(timer);
    };
  }, [shard, from]);
  return { records, behindMs, ended, problem };
}
