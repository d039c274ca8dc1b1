import { useRef, useState } from 'preact/hooks';
import type { ResultPage } from '../api';

const ROW_HEIGHT = 28;
const VIEW_HEIGHT = 420;
/** Rows kept ready above and below what is seen, so that scrolling doesn't show gaps. */
const MARGIN = 20;

interface ResultGridProps {
  readonly columns: ResultPage['columns'];
  readonly rows: ResultPage['rows'];
}

/** A result of any length: only the rows in view are in the document. */
export function ResultGrid({ columns, rows }: ResultGridProps) {
  const box = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
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
      <table aria-rowcount={rows.length + 1}>
        <caption class="visually-hidden">Result of the query</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name, type }) => (
              <th scope="col" key={name} title={type}>
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
                <td key={columns[column]?.name}>{cell ?? <span class="null">null</span>}</td>
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
