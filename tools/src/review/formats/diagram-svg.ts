import type { Diagram, DiagramEdge, DiagramNode } from '../model';
import { SYMBOLS } from './common';

const NODE = { width: 270, height: 48, columnGap: 76, rowGap: 16, margin: 12 };

interface Placed extends DiagramNode {
  readonly x: number;
  readonly y: number;
}

/**
 * The diagram as inline SVG: data flows left to right; changed resources without a data flow stand below. References
 * without data are left out: their lines would cover the picture.
 */
export function toSvg(diagram: Diagram): string {
  const placed = place(diagram);
  if (placed.length === 0) return '';
  const byId = new Map(placed.map((node) => [node.id, node]));
  const width = Math.max(...placed.map(({ x }) => x)) + NODE.width + NODE.margin;
  const height = Math.max(...placed.map(({ y }) => y)) + NODE.height + NODE.margin;
  const flows = diagram.edges.filter(({ kind }) => kind === 'data');
  const edges = flows.map((edge, index) => {
    // Labels stand at the arrow's head, those of several arrows into one node below each other.
    const earlier = flows.slice(0, index).filter(({ to }) => to === edge.to).length;
    return edgeSvg(edge, byId.get(edge.from), byId.get(edge.to), earlier);
  });
  return [
    `<svg class="diagram" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Resources and how data flows between them">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    ...edges,
    ...placed.map(nodeSvg),
    '</svg>',
  ].join('\n');
}

/** The number of nodes that `toSvg` leaves out: unchanged, without a data flow. */
export function quietNodes(diagram: Diagram): number {
  const ranks = ranksOf(diagram.edges.filter(({ kind }) => kind === 'data'));
  return diagram.nodes.filter((node) => !ranks.has(node.id) && isQuiet(node)).length;
}

function isQuiet(node: DiagramNode): boolean {
  return node.action === 'no-op';
}

function place(diagram: Diagram): Placed[] {
  const flows = diagram.edges.filter(({ kind }) => kind === 'data');
  const ranks = ranksOf(flows);
  const onFlow = diagram.nodes.filter(({ id }) => ranks.has(id));
  const aside = diagram.nodes.filter((node) => !ranks.has(node.id) && !isQuiet(node));
  const rows = new Map<number, number>();
  const placed: Placed[] = onFlow.map((node) => {
    const rank = ranks.get(node.id) ?? 0;
    const row = rows.get(rank) ?? 0;
    rows.set(rank, row + 1);
    return { ...node, ...position(rank, row) };
  });
  const firstRow = onFlow.length === 0 ? 0 : Math.max(...rows.values()) + 0.5;
  const columns = Math.max(4, rows.size);
  return [
    ...placed,
    ...aside.map((node, index) => ({ ...node, ...position(index % columns, firstRow + Math.floor(index / columns)) })),
  ];
}

function position(column: number, row: number) {
  return {
    x: NODE.margin + column * (NODE.width + NODE.columnGap),
    y: NODE.margin + row * (NODE.height + NODE.rowGap),
  };
}

// Rank: the longest path from a source, bounded by the number of nodes because of cycles.
function ranksOf(flows: readonly DiagramEdge[]): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const { from, to } of flows) {
    ranks.set(from, 0);
    ranks.set(to, 0);
  }
  for (let round = 0; round < ranks.size; round++) {
    let moved = false;
    for (const { from, to } of flows) {
      const next = (ranks.get(from) ?? 0) + 1;
      if (next > (ranks.get(to) ?? 0) && next < ranks.size) {
        ranks.set(to, next);
        moved = true;
      }
    }
    if (!moved) break;
  }
  // A source that feeds a later rank (query results, say) stands beside its target, not at the far left.
  for (const source of new Set(flows.map(({ from }) => from))) {
    if (flows.some(({ to }) => to === source)) continue;
    const next = flows.filter(({ from }) => from === source).map(({ to }) => ranks.get(to) ?? 1);
    ranks.set(source, Math.max(0, Math.min(...next) - 1));
  }
  return ranks;
}

function nodeSvg(node: Placed): string {
  const symbol = SYMBOLS[node.action].trim();
  const title = symbol === '' ? node.label : `${symbol} ${node.label}`;
  return [
    `<g class="node ${node.action}"><title>${escapeHtml(`${node.id}: ${node.action}`)}</title>`,
    `<rect x="${node.x}" y="${node.y}" width="${NODE.width}" height="${NODE.height}" rx="6"/>`,
    `<text x="${node.x + 10}" y="${node.y + 20}">${escapeHtml(shorten(title, 32))}</text>`,
    `<text class="type" x="${node.x + 10}" y="${node.y + 37}">${escapeHtml(shorten(node.type, 38))}</text></g>`,
  ].join('');
}

function edgeSvg(edge: DiagramEdge, from: Placed | undefined, to: Placed | undefined, row: number): string {
  if (from === undefined || to === undefined) return '';
  const forward = to.x > from.x;
  const x1 = forward ? from.x + NODE.width : from.x;
  const x2 = forward ? to.x : to.x + NODE.width;
  const [y1, y2] = [from.y + NODE.height / 2, to.y + NODE.height / 2];
  const middle = (x1 + x2) / 2;
  const label =
    edge.label === undefined
      ? ''
      : `<text class="label" x="${x2 - 8}" y="${y2 - 6 + row * 20}" text-anchor="end">${escapeHtml(edge.label)}</text>`;
  return `<path class="flow" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}" marker-end="url(#arrow)"/>${label}`;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Text for HTML and SVG, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
