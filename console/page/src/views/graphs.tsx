import { keepSettings, useAddress } from '../address';
import { api, type Series } from '../api';
import { Chart } from '../parts/chart';
import { Notice } from '../parts/notice';
import { usePolled } from '../use-polled';

const INTERVAL_MS = 3_000;

/** The graphs, each of series with one unit. */
const GRAPHS: readonly (readonly [title: string, ids: readonly string[]])[] = [
  ['Stream: records', ['records_in', 'records_out']],
  ['Delivery: records', ['read', 'delivered']],
  ['Stream: bytes in', ['bytes_in']],
  ['Delivery: bytes to S3', ['delivered_bytes']],
  ['Delivery: data freshness', ['freshness']],
  ['Stream: throttled calls', ['write_throttles', 'read_throttles']],
  ['Stream: age of the oldest unread record', ['iterator_age']],
  ['Delivery: failed conversions', ['failed']],
];

/** The streams' metrics over a range of time. */
export function GraphsView({ ranges }: { ranges: readonly string[] }) {
  const asked = useAddress().settings.get('range') ?? '';
  const range = ranges.includes(asked) ? asked : (ranges[0] ?? '15m');
  const { value, problem } = usePolled(() => api.graphs(range), INTERVAL_MS, [range]);
  return (
    <>
      <fieldset class="ranges">
        <legend class="visually-hidden">Range of time</legend>
        {ranges.map((name) => (
          <label key={name}>
            <input type="radio" name="range" checked={name === range} onChange={() => keepSettings({ range: name })} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      {problem !== undefined && <Notice problem={problem} />}
      {value !== undefined && <Graphs series={value} />}
    </>
  );
}

function Graphs({ series }: { series: readonly Series[] }) {
  return (
    <div class="graphs">
      {GRAPHS.map(([title, ids]) => (
        <Chart key={title} title={title} series={series.filter(({ id }) => ids.includes(id))} />
      ))}
    </div>
  );
}
