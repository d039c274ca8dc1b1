import { useMemo, useRef, useState } from 'preact/hooks';
import type { ResultPage } from '../api';

const ROW_HEIGHT = 28;
const VIEW_HEIGHT = 420;
/** Rows rendered above and below the visible ones, so that scrolling shows no gaps. */
const MARGIN = 20;

interface ResultGridProps {
  readonly columns: ResultPage['columns'];
  readonly rows: ResultPage['rows'];
}

/** Rows that a column's width is computed from, and its limits in characters. */
const SAMPLE_ROWS = 200;
const NARROWEST = 4;
const WIDEST = 48;
/** A cell's padding, in characters. */
const PADDING = 3;

/** Column widths that don't change while scrolling; longer values are cut off, with the whole value in a tooltip. */
function widthsOf(columns: ResultPage['columns'], sample: ResultPage['rows']): number[] {
  return columns.map(({ name }, column) => {
    const longest = Math.max(name.length, ...sample.map((row) => row[column]?.length ?? NARROWEST));
    return Math.min(WIDEST, Math.max(NARROWEST, longest)) + PADDING;
  });
}

/** A result of any length: the document holds only the rows in view. */
export function ResultGrid({ columns, rows }: ResultGridProps) {
  const box = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  const sampled = Math.min(rows.length, SAMPLE_ROWS);
  const widths = useMemo(() => widthsOf(columns, rows.slice(0, sampled)), [columns, sampled]);
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((top + VIEW_HEIGHT) / ROW_HEIGHT) + MARGIN);
  return (
    <section
      ref={box}
      class="scroll grid"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label="Result"
      style={{ maxHeight: `${VIEW_HEIGHT}px` }}
      onScroll={() => setTop(box.current?.scrollTop ?? 0)}
    >
      <table aria-rowcount={rows.length + 1} style={{ width: `${widths.reduce((sum, width) => sum + width, 0)}ch` }}>
        <caption class="visually-hidden">Result of the query</caption>
        <colgroup>
          {widths.map((width, column) => (
            <col key={column} style={{ width: `${width}ch` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name, type }, column) => (
              <th scope="col" key={column} title={type}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} />
          {rows.slice(first, last).map((row, index) => (
            <tr key={first + index} aria-rowindex={first + index + 2} style={{ height: `${ROW_HEIGHT}px` }}>
              {row.map((cell, column) => (
                <td key={column} title={cell ?? undefined}>
                  {cell ?? <span class="null">null</span>}
                </td>
              ))}
            </tr>
          ))}
          <Gap rows={rows.length - last} />
        </tbody>
      </table>
    </section>
  );
}

function Gap({ rows }: { rows: number }) {
  return rows <= 0 ? null : <tr style={{ height: `${rows * ROW_HEIGHT}px` }} />;
}
