import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Series } from '../api';
import { bytes, count, duration } from '../format';
import { colorOf, useThemeChanges } from '../theme';
import { DataTable } from './data-table';

interface ChartProps {
  readonly title: string;
  readonly series: readonly Series[];
}

const COLORS = ['--line-1', '--line-2', '--line-3'];
const HEIGHT = 190;
const WHOLE_STEPS = Array.from({ length: 13 }, (_none, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const BINARY_STEPS = Array.from({ length: 45 }, (_none, power) => 2 ** power);
const MINUTE_MS = 60_000;
/** Steps of a duration's axis: whole numbers of milliseconds, seconds, minutes or hours. */
const DURATION_STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 7_200, 10_080, 43_200].map(
    (minutes) => minutes * MINUTE_MS,
  ),
];
const STEPS: Readonly<Record<string, readonly number[]>> = {
  bytes: BINARY_STEPS,
  ms: DURATION_STEPS_MS,
  s: DURATION_STEPS_MS.filter((step) => step >= 1_000).map((step) => step / 1_000),
};
/** Labels of the time axis, by the length of a step in seconds: 24 hours, with the day where it changes. */
const TIMES: uPlot.Axis.Values = [
  [86_400, '{DD} {MMM}', null, null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{DD} {MMM}', null, '\n{DD} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{DD} {MMM}', null, '\n{DD} {MMM}', null, null, null, 1],
];

/** One graph: drag to zoom, double-click to zoom out, hover for values; and the same numbers as a table. */
export function Chart({ title, series }: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  const empty = series.every(({ values }) => values.length === 0);
  const latest = series.map(({ label, unit, values }) => `${label}: ${inUnit(values.at(-1), unit)}`).join('; ');
  return (
    <figure class="card">
      <figcaption>
        <h3>{title}</h3>
        <button type="button" class="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Table<span class="visually-hidden"> of {title}</span>
        </button>
      </figcaption>
      {asTable ? (
        <SeriesTable title={title} series={series} />
      ) : empty ? (
        <p class="muted plot">No data in this range.</p>
      ) : (
        <Plot series={series} label={`${title}. Latest: ${latest}`} />
      )}
    </figure>
  );
}

function Plot({ series, label }: { series: readonly Series[]; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const zoomed = useRef(false);
  const shape = series.map(({ id }) => id).join();
  const themeChanges = useThemeChanges();
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(series, element.clientWidth), joined(series), element);
    made.over.addEventListener('dblclick', () => {
      zoomed.current = false;
    });
    made.hooks.setSelect = [
      ({ select }) => {
        zoomed.current ||= select.width > 0;
      },
    ];
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [shape, themeChanges]);
  // New points keep the user's zoom: the scale is reset only while the whole range is shown.
  useEffect(() => {
    const { current } = plot;
    if (current === undefined) return;
    current.setData(joined(series), !zoomed.current);
    if (zoomed.current) current.redraw(true, false);
  }, [series]);
  return <div ref={box} role="img" aria-label={label} class="plot" />;
}

function optionsOf(series: readonly Series[], width: number): uPlot.Options {
  const ink = colorOf('--muted');
  const grid = { stroke: colorOf('--border'), width: 1 };
  const unit = series[0]?.unit ?? '';
  return {
    width,
    height: HEIGHT,
    scales: { x: { range: timeRange }, y: { range: (_plot, _min, max) => [0, Math.max(max ?? 0, 1) * 1.05] } },
    padding: [8, 24, 0, 0],
    axes: [
      { stroke: ink, grid, ticks: grid, values: TIMES },
      {
        ...{ stroke: ink, grid, ticks: grid, size: 84 },
        // Steps that are whole numbers in the displayed unit.
        incrs: [...(STEPS[unit] ?? WHOLE_STEPS)],
        values: (_plot: uPlot, ticks: number[]) => labelsOf(ticks, unit),
      },
    ],
    series: [
      { label: 'Time', value: '{HH}:{mm}' },
      ...series.map(({ label }, index) => {
        const color = colorOf(COLORS[index % COLORS.length] as string);
        return {
          label: label.replace(/^\w+: /, ''),
          stroke: color,
          fill: color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.13)'),
          width: 2,
          spanGaps: true,
          points: { size: 4 },
          value: (_plot: uPlot, value: number | null) => inUnit(value, unit),
        };
      }),
    ],
  };
}

/** Series with different times on one time axis, in uPlot's form. */
function joined(series: readonly Series[]): uPlot.AlignedData {
  const times = [...new Set(series.flatMap(({ times }) => [...times]))].sort((a, b) => a - b);
  const columns = series.map(({ times: own, values }) => {
    const at = new Map(own.map((time, index) => [time, values[index] ?? null]));
    return times.map((time) => at.get(time) ?? null);
  });
  return [times, ...columns];
}

function SeriesTable({ title, series }: { title: string; series: readonly Series[] }) {
  const [times = [], ...columns] = joined(series) as (number | null)[][];
  const rows = times.map((time, index) => [
    new Date((time ?? 0) * 1000).toLocaleString(),
    ...columns.map((column, which) => inUnit(column[index], series[which]?.unit ?? '')),
  ]);
  return <DataTable caption={title} head={['Time', ...series.map(({ label }) => label)]} rows={rows.reverse()} />;
}

/**
 * The time range of the axis, with a minimum length around a single point or none: a range of no length draws nothing,
 * and uPlot chooses years around a single point, whose axis has no label in the graph.
 */
function timeRange({ data }: uPlot, from: number | null, to: number | null): [number, number] {
  const only = data?.[0]?.length === 1 ? data[0][0] : undefined;
  const end = only ?? to ?? Date.now() / 1000;
  const start = only ?? from ?? end;
  return start === end ? [start - 300, end + 300] : [start, end];
}

/** Labels of an axis, all in the unit of its step: in units of their own, neighbours could read alike. */
function labelsOf(ticks: readonly number[], unit: string): string[] {
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  if (unit !== 'ms' && unit !== 's') return ticks.map((tick) => inUnit(tick, unit));
  const scale = unit === 's' ? 1000 : 1;
  const [divisor, name] = [
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
    [1, 'ms'],
  ].find(([size]) => step * scale >= (size as number)) as [number, string];
  return ticks.map((tick) => `${count((tick * scale) / divisor)} ${name}`);
}

function inUnit(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '–';
  if (unit === 'bytes') return bytes(value);
  if (unit === 'ms') return duration(value);
  if (unit === 's') return duration(value * 1000);
  return count(value);
}
