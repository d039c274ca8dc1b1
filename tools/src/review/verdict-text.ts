import { actionOf, type Verdict } from '../plan/actions';
import type { MaskedPlan } from '../plan/masked-plan';
import type { DataImpact } from './data/model';

/** The counts in order of importance, with their verbs for one and for many. */
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

/** The verdict in a few sentences: whether the plan is complete, whether anything changes, and the fate of data. */
export function headlineOf(verdict: Verdict, impacts: readonly DataImpact[], drift: number, plan: MaskedPlan): string {
  const counts = VERDICT_WORDS.filter(([key]) => verdict[key] > 0).map(([key, words]) => `${verdict[key]} ${words}`);
  const sentences = [
    ...(plan.errored ? ['The plan ended in an error: what it holds is incomplete.'] : []),
    ...(counts.length > 0 ? [`${counts.join(', ')}.`] : nothingChanges(drift, plan)),
    ...(counts.length > 0 || impacts.length > 0 ? dataSentences(impacts) : []),
    ...(counts.length > 0 ? otherwise(plan) : []),
  ];
  return sentences.join(' ');
}

function dataSentences(impacts: readonly DataImpact[]): string[] {
  const count = (effect: DataImpact['effect']) => impacts.filter((impact) => impact.effect === effect).length;
  const places = (number: number) => `${number} place${number === 1 ? '' : 's'}`;
  const unjudged = [...new Set(impacts.filter(({ effect }) => effect === 'unjudged').map(({ type }) => type))];
  const bad = [
    ...(count('lost') > 0 ? [`Data is lost in ${places(count('lost'))}.`] : []),
    ...(count('gap') > 0 ? [`Delivery has a gap in ${places(count('gap'))}.`] : []),
    ...(unjudged.length > 0 ? [`Not judged what goes with ${listed(unjudged)}.`] : []),
  ];
  const risks = count('risk') > 0 ? [`Data is easier to lose or to miss in ${places(count('risk'))}.`] : [];
  return [...(bad.length > 0 ? bad : ['Nothing that holds data is destroyed.']), ...risks];
}

/** Most types that the headline lists. */
const MOST_TYPES = 5;

function listed(types: readonly string[]): string {
  const more = types.length - MOST_TYPES;
  return `${types.slice(0, MOST_TYPES).join(', ')}${more > 0 ? ` and ${more} more types` : ''}`;
}

/** Effects of a plan besides changed resources. */
function otherwise(plan: MaskedPlan): string[] {
  const invoked = plan.actionInvocations.filter(({ deferred }) => deferred === undefined).length;
  const deferred = plan.deferredChanges.length + plan.actionInvocations.length - invoked;
  return [
    ...(invoked > 0 ? [`${invoked} action(s) are invoked.`] : []),
    ...(deferred > 0 ? [`${deferred} change(s) are deferred to a later plan.`] : []),
    ...(plan.complete || plan.errored ? [] : ['The plan is partial.']),
  ];
}

function nothingChanges(drift: number, plan: MaskedPlan): string[] {
  const outputs = Object.values(plan.outputChanges).filter((change) => actionOf(change) !== 'no-op').length;
  const noted = [
    ...(drift > 0 ? [`${drift} drifted since the last apply`] : []),
    ...(outputs > 0 ? [`${outputs} output(s) change`] : []),
  ];
  const more = otherwise(plan);
  // An errored plan may be incomplete: it can't show that nothing changes.
  if (noted.length === 0 && more.length === 0) return plan.errored ? [] : ['No changes.'];
  const resources = plan.errored ? 'No changes to resources so far' : 'No changes to resources';
  return [noted.length === 0 ? `${resources}.` : `${resources}; ${noted.join(', ')}.`, ...more];
}
