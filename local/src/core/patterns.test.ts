import fc from 'fast-check';
import { linearPattern, PatternError, wildcardMatches } from './patterns';

const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 8 });

test('wildcards match as the expression does that they stand for', () => {
  fc.assert(
    fc.property(pattern, letters, (wild, text) => {
      const expression = new RegExp(`^${wild.replaceAll('%', '.*').replaceAll('_', '.')}$`);
      expect(wildcardMatches(wild, text, { any: '%', one: '_' })).toBe(expression.test(text));
    }),
    { numRuns: 500 },
  );
});

test('what a backtracking engine never ends is over at once', () => {
  const text = 'a'.repeat(100_000);
  expect(wildcardMatches(`${'%a'.repeat(50)}%b`, text.slice(0, 20_000), { any: '%' })).toBe(false);
  for (const source of ['(a+)+b', '(a|aa)+b', '(a|a?)+b', 'a*a*a*a*a*a*a*a*b', '(.*a){20}b', '([a-z]+)*!']) {
    expect(linearPattern(source).matches(text)).toBe(false);
    expect(linearPattern(source).finds(text)).toBe(false);
  }
});

test('groups, case, and what no automaton runs', () => {
  expect(linearPattern('([a-z]+)-(\\d+)?').groupsAtStart('ab-12/x')).toEqual(['ab', '12']);
  expect(linearPattern('([a-z]+)-(\\d+)?').groupsAtStart('ab-')).toEqual(['ab', undefined]);
  expect(linearPattern('x').groupsAtStart('yx')).toBeUndefined();
  expect(linearPattern('TBL.*', { ignoreCase: true }).matches('tbl-1')).toBe(true);
  for (const source of ['(', '(?=a)b', '(a)\\1', 'a{5000}', '((a{100}){100}){100}']) {
    expect(() => linearPattern(source)).toThrow(PatternError);
  }
});
