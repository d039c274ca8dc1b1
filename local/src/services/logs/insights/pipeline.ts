import { AGGREGATES, type Aggregate } from './aggregates';
import type { Command, Expression, Value } from './ast';
import { compare, evaluate, isTrue } from './evaluate';
import { textOf } from './functions';
import { DEFAULT_FIELDS, Row } from './row';

/** A field of a result in GetQueryResults. */
export interface Field {
  readonly field: string;
  readonly value: string;
}

/** Most groups of stats, and most rows of an unlimited sort: beyond, a query fails. */
const MAX_ROWS = 100_000;

type Stage = {
  /** Takes a row. @returns rows that pass on at once */
  readonly take: (row: Row) => readonly Row[];
  /** Rows held back until the last one arrived. */
  readonly end?: () => readonly Row[];
};

/** A running query: takes events as rows, oldest first, and returns results. */
export class Pipeline {
  /** Rows that passed the query's filters. */
  matched = 0;
  private readonly stages: readonly Stage[];
  private readonly shown: readonly string[];
  private readonly hasEvents: boolean;
  private readonly results: Row[] = [];
  /** Index of the first stage that holds back or limits rows: rows that reach it have passed the filters. */
  private readonly gate: number;

  /** @param limit most rows of the results */
  constructor(
    commands: readonly Command[],
    limit: number,
    private readonly now: number,
  ) {
    this.hasEvents = !commands.some(({ kind }) => kind === 'stats');
    this.shown = shownBy(commands);
    const ordered = withOrder(commands, limit);
    this.gate = ordered.findIndex(({ kind }) => HOLDING.includes(kind));
    this.stages = ordered.map((command, index) => this.stageOf(command, keptAfter(ordered.slice(index + 1))));
  }

  add(row: Row): void {
    this.pass(row, 0);
  }

  /** @throws Error for a query that exceeds the memory limits */
  finish(): Field[][] {
    for (const [index, { end }] of this.stages.entries()) for (const row of end?.() ?? []) this.pass(row, index + 1);
    return this.results.map((row) => {
      const names = this.hasEvents ? [...this.shown, '@ptr'] : this.shown;
      return names.flatMap((field) => {
        const value = row.field(field);
        return value === undefined ? [] : [{ field, value: textOf(value) }];
      });
    });
  }

  private pass(row: Row, from: number): void {
    if (from === this.gate) this.matched++;
    const stage = this.stages[from];
    if (stage === undefined) {
      this.results.push(row);
      return;
    }
    for (const next of stage.take(row)) this.pass(next, from + 1);
  }

  /** @param keep rows of a sort that are needed; undefined for all */
  private stageOf(command: Command, keep: number | undefined): Stage {
    const of = (expression: Expression, row: Row) =>
      evaluate(expression, { field: (name) => row.field(name), now: this.now });
    switch (command.kind) {
      case 'filter':
        return { take: (row) => (isTrue(of(command.condition, row)) ? [row] : []) };
      case 'parse':
        return {
          take: (row) => {
            const text = of(command.from, row);
            const values = text === undefined ? undefined : command.values(textOf(text));
            if (values === undefined) return [row];
            return [row.with(command.names.map((name, index) => [name, values[index]] as const))];
          },
        };
      case 'fields':
      case 'display': {
        const made = command.items.filter(
          ({ name, expression }) => expression.kind !== 'field' || expression.name !== name,
        );
        if (made.length === 0) return { take: (row) => [row] };
        return { take: (row) => [row.with(made.map(({ name, expression }) => [name, of(expression, row)] as const))] };
      }
      case 'dedup': {
        const seen = new Set<string>();
        return {
          take: (row) => {
            const key = JSON.stringify(command.items.map(({ expression }) => asText(of(expression, row))));
            if (seen.has(key)) return [];
            if (seen.size >= MAX_ROWS) throw new Error(`The query has more than ${MAX_ROWS} different rows.`);
            seen.add(key);
            return [row];
          },
        };
      }
      case 'limit': {
        let left = command.count;
        return { take: (row) => (left-- > 0 ? [row] : []) };
      }
      case 'sort':
        return sortStage(command, of, keep);
      case 'stats':
        return this.statsStage(command, of);
    }
  }

  private statsStage(
    { items, by }: Command & { kind: 'stats' },
    of: (expression: Expression, row: Row) => Value,
  ): Stage {
    const calls = items.flatMap(({ expression }) => aggregatesIn(expression));
    const groups = new Map<string, { readonly keys: readonly Value[]; readonly states: Map<number, Aggregate> }>();
    return {
      take: (row) => {
        const keys = by.map(({ expression }) => of(expression, row));
        const key = JSON.stringify(keys.map(asText));
        let group = groups.get(key);
        if (group === undefined) {
          if (groups.size >= MAX_ROWS) throw new Error(`The query has more than ${MAX_ROWS} groups.`);
          group = {
            keys,
            states: new Map(calls.map(({ id, name }) => [id, (AGGREGATES.get(name) as () => Aggregate)()])),
          };
          groups.set(key, group);
        }
        for (const { id, items: args } of calls) {
          group.states.get(id)?.add(
            args.map((argument) => of(argument, row)),
            row.time,
          );
        }
        return [];
      },
      end: () =>
        [...groups.values()].map(({ keys, states }) => {
          const own = new Map<string, Value>(by.map(({ name }, index) => [name, keys[index]]));
          const field = (name: string) => own.get(name);
          const aggregate = (id: number) => states.get(id)?.result();
          for (const { name, expression } of items)
            own.set(name, evaluate(expression, { field, aggregate, now: this.now }));
          return new Row(undefined, '', own);
        }),
    };
  }
}

const asText = (value: Value): string | null => (value === undefined ? null : textOf(value));

function sortStage(
  { items }: Command & { kind: 'sort' },
  of: (expression: Expression, row: Row) => Value,
  keep: number | undefined,
): Stage {
  let held: { readonly row: Row; readonly keys: readonly Value[] }[] = [];
  const order = (a: { keys: readonly Value[] }, b: { keys: readonly Value[] }) => {
    for (const [index, { descending }] of items.entries()) {
      const [left, right] = [a.keys[index], b.keys[index]];
      // Rows without the field come last.
      const found = compare(left, right) ?? (left === right ? 0 : left === undefined ? 1 : -1);
      if (found !== 0) return left === undefined || right === undefined || !descending ? found : -found;
    }
    return 0;
  };
  return {
    take: (row) => {
      held.push({ row, keys: items.map(({ expression }) => of(expression, row)) });
      if (keep === undefined && held.length > MAX_ROWS) throw new Error(`The query sorts more than ${MAX_ROWS} rows.`);
      if (keep !== undefined && held.length >= 2 * keep + 1_000) held = held.sort(order).slice(0, keep);
      return [];
    },
    end: () => held.sort(order).map(({ row }) => row),
  };
}

const HOLDING: readonly string[] = ['sort', 'stats', 'limit', 'dedup'];

/** Number of rows that pass the stages after a sort, if it doesn't depend on the rows. */
function keptAfter(following: readonly Command[]): number | undefined {
  for (const command of following) {
    if (command.kind === 'limit') return command.count;
    if (!['fields', 'display', 'parse'].includes(command.kind)) return undefined;
  }
  return undefined;
}

/** Adds defaults: rows of events come newest first, and no more than the limit. */
function withOrder(commands: readonly Command[], limit: number): Command[] {
  const ordered = [...commands];
  const first = ordered.findIndex(({ kind }) => HOLDING.includes(kind));
  if (first === -1 || ordered[first]?.kind === 'limit' || ordered[first]?.kind === 'dedup') {
    const newest = { expression: { kind: 'field', name: '@timestamp' }, descending: true } as const;
    ordered.splice(first === -1 ? ordered.length : first, 0, { kind: 'sort', items: [newest] });
  }
  return [...ordered, { kind: 'limit', count: limit }];
}

/** Columns of the results: those of the last display, or all of fields and stats. */
function shownBy(commands: readonly Command[]): string[] {
  let names: string[] = [];
  let displayed: string[] | undefined;
  for (const command of commands) {
    if (command.kind === 'stats') {
      names = [...command.by, ...command.items].map(({ name }) => name);
      displayed = undefined;
    } else if (command.kind === 'fields') names.push(...command.items.map(({ name }) => name));
    else if (command.kind === 'display') displayed = command.items.map(({ name }) => name);
  }
  const found = displayed ?? (names.length === 0 ? DEFAULT_FIELDS : names);
  return [...new Set(found)];
}

function aggregatesIn(expression: Expression): (Expression & { kind: 'aggregate' })[] {
  if (expression.kind === 'aggregate') return [expression];
  if (expression.kind === 'call' || expression.kind === 'operator') return expression.items.flatMap(aggregatesIn);
  return [];
}
