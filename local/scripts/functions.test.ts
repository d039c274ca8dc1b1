import { FUNCTIONS } from '../src/query/functions/table';
import { ABSENT, functionNames } from './functions';

test('no function is both here and listed as absent', () => {
  const absent = new Set(Object.values(ABSENT).flatMap((names) => names.split(' ')));
  expect(functionNames().filter((name) => absent.has(name))).toEqual([]);
});

test('every row is another function, with SQL or an implementation', () => {
  const texts = FUNCTIONS.map(({ kind, text }) => `${kind} ${text.replace(/ -> .*/, '')}`);
  expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  for (const { sql, script } of FUNCTIONS) expect(sql === undefined).toBe(script !== undefined);
});
