import { rmSync } from 'node:fs';
import { analyseQuery } from '../analyse/analyse';
import type { TypedQuery } from '../analyse/tree';
import { fromDuckdb } from '../duckdb-errors';
import { type PlanNode, planOf, tablesOfPlan } from '../explain/plan';
import { graphOf, linesOf, treeOf } from '../explain/print';
import { runQuery } from '../run';
import type { ExplainStatement } from '../sql/statement';
import type { StatementOutcome } from '../statement-protocol';
import { bindQuery } from '../tables/bind';
import type { StatementContext } from './context';
import { textResult } from './text-result';

/** EXPLAIN and EXPLAIN ANALYZE (Athena's guide): a query's plan, and its statistics. */
export async function explain(statement: ExplainStatement, context: StatementContext): Promise<StatementOutcome> {
  const typed = await analysed(statement, context);
  if (statement.type === 'VALIDATE' && !statement.analyze) return valid(context);
  const plan = planOf(typed);
  const about = statement.analyze ? await ran(statement, context) : [];
  return lines(context, [...about, ...shown(statement, plan)]);
}

async function analysed({ query }: ExplainStatement, { session }: StatementContext): Promise<TypedQuery> {
  try {
    const { context } = await bindQuery(query, session);
    return analyseQuery(query, context);
  } catch (error) {
    throw fromDuckdb(error);
  }
}

function shown({ type, format }: ExplainStatement, plan: PlanNode): string[] {
  if (type === 'IO') return jsonLines(inputsOf(plan));
  switch (format) {
    case 'JSON':
      return jsonLines(type === 'DISTRIBUTED' ? { 0: treeOf(plan) } : treeOf(plan));
    case 'GRAPHVIZ':
      return graphOf(plan);
    case 'TEXT':
      if (type === 'LOGICAL') return linesOf(plan);
      return [
        'Fragment 0 [SINGLE]',
        `    Output layout: [${plan.outputs.map(({ symbol }) => symbol).join(', ')}]`,
        '    Output partitioning: SINGLE []',
        ...linesOf(plan).map((line) => `    ${line}`),
      ];
  }
}

const jsonLines = (value: unknown): string[] => JSON.stringify(value, undefined, 2).split('\n');

/** Estimates: none are made. */
const UNKNOWN = {
  outputRowCount: 'NaN',
  outputSizeInBytes: 'NaN',
  cpuCost: 'NaN',
  maxMemory: 'NaN',
  networkCost: 'NaN',
};

function inputsOf(plan: PlanNode): object {
  const inputTableColumnInfos = tablesOfPlan(plan).map(([catalog, schema, table]) => ({
    table: { catalog, schemaTable: { schema, table } },
    constraint: { none: false, columnConstraints: [] },
    estimate: UNKNOWN,
  }));
  return { inputTableColumnInfos, estimate: UNKNOWN };
}

/** Statistics of a query, which is run without keeping its rows. */
async function ran({ query }: ExplainStatement, { session, run, path }: StatementContext): Promise<string[]> {
  const rowsPath = `${path}.rows`;
  try {
    const started = performance.now();
    const { rows, scannedBytes, planningMs } = await runQuery(query, session, run, rowsPath);
    const took = Math.round(performance.now() - started);
    return [
      `Queued: 0.00ns, Analysis: ${planningMs.toFixed(2)}ms, Planning: 0.00ns, Execution: ${took.toFixed(2)}ms`,
      `Output: ${rows} row${rows === 1 ? '' : 's'}, data scanned: ${scannedBytes} bytes`,
    ];
  } finally {
    rmSync(rowsPath, { force: true });
  }
}

/** The plan's lines after the column's name, which begins the result of a query, and of EXPLAIN. */
function lines(context: StatementContext, text: readonly string[]): Promise<StatementOutcome> {
  return headed(context, 'Query Plan', text);
}

async function valid(context: StatementContext): Promise<StatementOutcome> {
  const outcome = await headed(context, 'Valid', ['true']);
  return { ...outcome, columns: outcome.columns.map((column) => ({ ...column, Type: 'boolean' })) };
}

async function headed(context: StatementContext, name: string, text: readonly string[]): Promise<StatementOutcome> {
  const outcome = await textResult(
    context,
    [name],
    [name, ...text].map((line) => [line]),
  );
  return { ...outcome, rows: text.length, header: true };
}
