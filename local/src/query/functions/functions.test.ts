import { CASES } from 'lakehouse-local/testing/function-cases';
import { queryFixture } from 'lakehouse-local/testing/query';
import { functionNames } from '../../../scripts/functions';
import type { QueryError } from '../errors';
import { SqlSyntaxError } from '../sql/tokens';

interface Case {
  readonly name: string;
  readonly values: readonly (readonly [call: string, value: string])[];
  readonly nothing?: string;
  readonly refused: string;
  readonly code: string;
}

const cases = CASES.trim()
  .split('\n')
  .map((line): Case => {
    const [name = '', first = '', one = '', second = '', two = '', nothing = '', refused = '', code = ''] =
      line.split(/ ¦ ?/);
    const values = [[first, one] as const, [second, two] as const];
    return { name, values, ...(nothing !== '-' && { nothing }), refused, code };
  });

/** `max(x) of 1, 2` as a query of its own. */
function written(call: string): string {
  const match = /^([\s\S]*) of ([\s\S]*)$/.exec(call);
  if (match === null) return call;
  const [, expression = '', values = ''] = match;
  const rows = `(VALUES ${values}) ${values.startsWith('(') ? 't(x, y)' : 't(x)'}`;
  if (!expression.includes(' OVER ')) return `(SELECT ${expression} FROM ${rows})`;
  return `(SELECT array_agg(w ORDER BY x) FROM (SELECT x, ${expression} AS w FROM ${rows}))`;
}

/** Number of calls in one query: fast, and few enough to find the failing one. */
const BATCH = 40;

function batches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
}

const queries = queryFixture();

test('every function that queries can call has a row, and no other', () => {
  expect(cases.map(({ name }) => name)).toEqual(functionNames());
});

for (const [index, batch] of batches(cases).entries()) {
  const title = `${batch[0]?.name} to ${batch.at(-1)?.name}`;
  test(`values of ${title} (${index + 1})`, async () => {
    const calls = batch.flatMap(({ values }) => values);
    const { rows } = await queries.run(`SELECT ${calls.map(([call]) => written(call)).join(', ')}`);
    expect(calls.map(([call], place) => `${call} = ${rows[0]?.[place]}`)).toEqual(
      calls.map(([call, value]) => `${call} = ${value}`),
    );
  });

  test(`NULL of ${title} (${index + 1})`, async () => {
    const calls = batch.flatMap(({ nothing }) => nothing ?? []);
    const { rows } = await queries.run(`SELECT ${calls.map((call) => `(${written(call)}) IS NULL`).join(', ')}`);
    expect(calls.filter((_call, place) => rows[0]?.[place] !== 'true')).toEqual([]);
  });

  test(`refusals of ${title} (${index + 1})`, async () => {
    const codes: string[] = [];
    for (const { refused } of batch) codes.push(`${refused}: ${await codeOf(refused)}`);
    expect(codes).toEqual(batch.map(({ refused, code }) => `${refused}: ${code}`));
  });
}

async function codeOf(call: string): Promise<string> {
  try {
    await queries.run(`SELECT ${written(call)}`);
    return 'none';
  } catch (error) {
    return error instanceof SqlSyntaxError ? 'SYNTAX' : (error as QueryError).code;
  }
}
