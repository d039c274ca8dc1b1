import type { Verdict } from './actions';
import type { DataImpact } from './model';
import type { PlanJson } from './plan-json';

/** The counts in the order in which they matter, with the verb for one and for many. */
export const VERDICT_WORDS: readonly (readonly [keyof Verdict, string])[] = [
  ['delete', 'to delete'],
  ['replace', 'to replace (each a delete and a create)'],
  ['update', 'to update'],
  ['create', 'to create'],
  ['import', 'to import'],
  ['move', 'to move'],
  ['forget', 'to forget'],
  ['unknown', 'with an unknown action'],
];

/** The verdict in a sentence or two: whether anything changes, and whether data goes with it. */
export function headlineOf(verdict: Verdict, impacts: readonly DataImpact[], drift: number, plan: PlanJson): string {
  const counts = VERDICT_WORDS.filter(([key]) => verdict[key] > 0).map(([key, words]) => `${verdict[key]} ${words}`);
  const outputs = Object.values(plan.output_changes ?? {}).filter(({ actions }) => actions?.join() !== 'no-op').length;
  if (counts.length === 0) {
    const noted = [drift > 0 && `${drift} drifted since the last apply`, outputs > 0 && `${outputs} output(s) change`];
    const rest = noted.filter((text) => text !== false);
    return rest.length === 0 ? 'No changes.' : `No changes to resources; ${rest.join(', ')}.`;
  }
  const lost = impacts.filter(({ effect }) => effect === 'lost').length;
  const gaps = impacts.filter(({ effect }) => effect === 'gap').length;
  const data = [
    ...(lost > 0 ? [`Data is lost in ${lost} place${lost > 1 ? 's' : ''}.`] : []),
    ...(gaps > 0 ? [`Delivery has a gap in ${gaps} place${gaps > 1 ? 's' : ''}.`] : []),
  ];
  return [`${counts.join(', ')}.`, ...(data.length === 0 ? ['Nothing known to hold data is destroyed.'] : data)].join(
    ' ',
  );
}
