import { Accumulator, merge, setOf, statisticNamed } from './statistics';

test('percentiles of many different values are right to two significant digits, in bounded memory', () => {
  const values = new Accumulator();
  for (let value = 1; value <= 100_000; value++) values.add(value);
  const set = values.toSet();
  expect(set).toMatchObject({ count: 100_000, min: 1, max: 100_000 });
  expect(set.values?.size).toBeLessThan(1_000);
  for (const percent of [1, 50, 90, 99]) {
    const value = statisticNamed(`p${percent}`)(set) as number;
    expect(Math.abs(value / (percent * 1_000) - 1)).toBeLessThan(0.06);
  }
});

test('a merged statistic set has no percentiles if one part came without its values', () => {
  const merged = merge(setOf(1), { count: 2, sum: 10, min: 4, max: 6 });
  expect(statisticNamed('Average')(merged)).toBeCloseTo(11 / 3);
  expect(statisticNamed('p50')(merged)).toBeUndefined();
});
