import type { PlanNode } from './plan';

const descriptorText = ({ descriptor }: PlanNode): string => {
  const pairs = Object.entries(descriptor).map(([name, value]) => `${name} = ${value}`);
  return pairs.length === 0 ? '' : `[${pairs.join(', ')}]`;
};

const layoutText = ({ outputs }: PlanNode): string =>
  `Layout: [${outputs.map(({ symbol, type }) => `${symbol}:${type}`).join(', ')}]`;

/** A plan as lines of a tree, as Trino's EXPLAIN prints it. */
export function linesOf(plan: PlanNode): string[] {
  const bar = plan.children.length > 0 ? '│   ' : '    ';
  const own = [
    `${plan.name}${descriptorText(plan)}`,
    `${bar}${layoutText(plan)}`,
    `${bar}Estimates: {rows: ? (?), cpu: ?, memory: ?, network: ?}`,
    ...plan.details.map((detail) => `${bar}${detail}`),
  ];
  const below = plan.children.flatMap((child, index) => {
    const last = index === plan.children.length - 1;
    return linesOf(child).map((line, row) => `${row === 0 ? (last ? '└─ ' : '├─ ') : last ? '   ' : '│  '}${line}`);
  });
  return [...own, ...below];
}

/** A plan as the tree of Trino's EXPLAIN (FORMAT JSON). */
export function treeOf(plan: PlanNode): object {
  let next = 0;
  const node = ({ name, descriptor, outputs, details, children }: PlanNode): object => ({
    id: String(next++),
    name,
    descriptor,
    outputs,
    details,
    estimates: [
      { outputRowCount: 'NaN', outputSizeInBytes: 'NaN', cpuCost: 'NaN', memoryCost: 'NaN', networkCost: 'NaN' },
    ],
    children: children.map(node),
  });
  return node(plan);
}

/** A plan as a graph in the DOT language. */
export function graphOf(plan: PlanNode): string[] {
  const lines: string[] = [];
  let next = 0;
  const visit = (node: PlanNode): string => {
    const id = `plannode_${next++}`;
    const label = `${node.name}${descriptorText(node)}`.replaceAll(/[{}|<>"\\]/g, (mark) => `\\${mark}`);
    lines.push(`${id}[label="{${label}}", style="rounded, filled", shape=record];`);
    for (const child of node.children) lines.push(`${id} -> ${visit(child)};`);
    return id;
  };
  visit(plan);
  return ['digraph logical_plan {', ...lines, '}'];
}
