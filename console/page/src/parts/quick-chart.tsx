import type { ResultPage } from '../api';
import { count } from '../format';

const MAX_BARS = 60;
const WIDTH = 640;
const HEIGHT = 180;
const NUMERIC = /^(tinyint|smallint|integer|bigint|real|float|double|decimal)/;

/** A bar or line chart of the first numeric column over the first other one; nothing without a numeric column. */
export function QuickChart({
  columns,
  rows,
  kind,
}: {
  columns: ResultPage['columns'];
  rows: ResultPage['rows'];
  kind: 'bar' | 'line';
}) {
  const value = columns.findIndex(({ type }) => NUMERIC.test(type));
  const label = columns.findIndex((_column, index) => index !== value);
  if (value === -1) return <p class="muted">A chart needs a column of numbers; this result has none.</p>;
  const points = rows.slice(0, MAX_BARS).map((row) => ({ label: row[label] ?? '', value: Number(row[value] ?? 0) }));
  const most = Math.max(...points.map((point) => point.value), 0);
  const least = Math.min(...points.map((point) => point.value), 0);
  const y = (amount: number) => HEIGHT - ((amount - least) / Math.max(most - least, Number.MIN_VALUE)) * HEIGHT;
  const step = WIDTH / Math.max(points.length, 1);
  const name = columns[value]?.name ?? '';
  return (
    <figure class="quick-chart">
      <svg
        viewBox={`0 -10 ${WIDTH} ${HEIGHT + 30}`}
        role="img"
        aria-label={`${name} as a ${kind} chart, from ${count(least)} to ${count(most)}`}
      >
        {kind === 'line' ? (
          <>
            <polyline points={points.map((point, index) => `${(index + 0.5) * step},${y(point.value)}`).join(' ')} />
            {points.map((point, index) => (
              <circle key={index} cx={(index + 0.5) * step} cy={y(point.value)} r="3">
                <title>{`${point.label}: ${count(point.value)}`}</title>
              </circle>
            ))}
          </>
        ) : (
          points.map((point, index) => (
            <rect
              key={index}
              x={index * step + step * 0.1}
              width={step * 0.8}
              y={Math.min(y(point.value), y(0))}
              height={Math.abs(y(point.value) - y(0))}
            >
              <title>{`${point.label}: ${count(point.value)}`}</title>
            </rect>
          ))
        )}
        {points.length <= 12 &&
          points.map((point, index) => (
            <text key={index} x={(index + 0.5) * step} y={HEIGHT + 15}>
              {point.label.slice(0, 12)}
            </text>
          ))}
      </svg>
      <figcaption class="muted">
        {name} {rows.length > MAX_BARS ? `of the first ${MAX_BARS} rows` : ''}
      </figcaption>
    </figure>
  );
}
