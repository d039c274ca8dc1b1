import { parsePlan, reviewPlan, toHtml, toJson, toMarkdown, toSarif, toTerminal } from 'lakehouse-tools';
import { syntheticPlan } from './synthetic-plan';

test('a plan of 5,000 resources is reviewed whole, in every format', () => {
  const review = reviewPlan(parsePlan(JSON.stringify(syntheticPlan(5000))));
  const { verdict } = review;
  expect(verdict.create + verdict.update + verdict.replace + verdict.delete + verdict.unchanged).toBe(5000);
  expect(review.changes.length).toBe(5000 - verdict.unchanged);
  for (const render of [toTerminal, toMarkdown, toJson, toSarif])
    expect(render(review)).toContain('aws_kinesis_stream.r2');
  expect(review.diagram.nodes.length).toBeLessThanOrEqual(40);
  expect(toHtml(review)).toContain('1000 resources');
});

test('a plan of one more resource adds one more change, not one more of everything', () => {
  const size = (count: number) => toJson(reviewPlan(syntheticPlan(count))).length;
  expect(size(1000)).toBeLessThan(2.1 * size(500));
});
