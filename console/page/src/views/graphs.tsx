import type { Flow, Series } from '../api';
import { Chart } from '../parts/chart';
import { Notice } from '../parts/notice';

/** The graphs, by the series that share one scale. */
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

interface GraphsProps {
  readonly flow: Flow | undefined;
  readonly ranges: readonly string[];
  readonly range: string;
  readonly onRange: (range: string) => void;
}

export function GraphsView({ flow, ranges, range, onRange }: GraphsProps) {
  return (
    <>
      <fieldset class="ranges">
        <legend class="visually-hidden">Range of time</legend>
        {ranges.map((name) => (
          <label key={name}>
            <input type="radio" name="range" checked={name === range} onChange={() => onRange(name)} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      {flow?.series.ok === false && <Notice problem={flow.series.problem} />}
      {flow?.series.ok === true && <Graphs series={flow.series.value} />}
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
