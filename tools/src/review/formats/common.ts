import type { Action } from '../../plan/actions';
import type { AttributeChange, Review, ReviewedChange, StatementChange } from '../model';

/** Terraform's own symbols, with words for actions without one. */
export const SYMBOLS: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  renew: '+/.',
  delete: '-',
  forget: '.',
  read: '<=',
  'no-op': ' ',
  unknown: '?',
};

// Order of actions: those that a reviewer must not miss come first.
const WEIGHT: Readonly<Record<Action, number>> = {
  delete: 0,
  replace: 1,
  renew: 1,
  unknown: 2,
  forget: 3,
  update: 4,
  'no-op': 5,
  create: 6,
  read: 7,
};

/** Changes under the construct or module that declares them, the gravest first. */
export function grouped(changes: readonly ReviewedChange[]): [string, ReviewedChange[]][] {
  const groups = new Map<string, ReviewedChange[]>();
  const gravestFirst = [...changes].sort((a, b) => WEIGHT[a.action] - WEIGHT[b.action]);
  for (const change of gravestFirst) {
    const list = groups.get(change.group);
    if (list === undefined) groups.set(change.group, [change]);
    else list.push(change);
  }
  return [...groups];
}

/** Notes on a change after its address: moved, imported, reason, order. */
export function remarks(change: ReviewedChange): string[] {
  return [
    ...(change.movedFrom === undefined ? [] : [`moved from ${change.movedFrom}`]),
    ...(change.importedId === undefined ? [] : [`imported from ${change.importedId}`]),
    ...(change.reason === undefined ? [] : [change.reason]),
    ...(change.deposed === undefined ? [] : [`left-over object ${change.deposed}`]),
    ...(change.createFirst === true ? ['the new one is created first'] : []),
  ];
}

/** The word for an action in a sentence. */
export function actionWord(change: Pick<ReviewedChange, 'action' | 'movedFrom' | 'importedId'>): string {
  if (change.action === 'renew') return 'create, letting go of the old one';
  if (change.action !== 'no-op') return change.action;
  if (change.importedId !== undefined) return 'import';
  return change.movedFrom !== undefined ? 'move' : 'no-op';
}

/** Title of a plan, with its place: `Plan for lakehouse-dev in account 123456789012, eu-west-1`. */
export function titleOf({ stack, target }: Review, name: (stack: string) => string = (text) => text): string {
  const plan = stack === undefined ? 'Plan' : `Plan for ${name(stack)}`;
  if (target === undefined) return plan;
  const endpoint = target.endpoint === undefined ? '' : ` at ${target.endpoint}`;
  return `${plan} in account ${target.account}, ${target.region}${endpoint}`;
}

/** Cuts a long value; the JSON format has all of it. */
export function cut(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** One attribute on one line; policies take several. */
export function attributeText(attribute: AttributeChange, length: number): string {
  const before = attribute.before === undefined ? '' : cut(attribute.before, length);
  const after = attribute.after === undefined ? '' : cut(attribute.after, length);
  const value =
    attribute.kind === 'add' ? after : attribute.kind === 'remove' ? `${before} -> (removed)` : `${before} -> ${after}`;
  return `${attribute.path}: ${value}${attribute.forcesReplacement ? '  # forces replacement' : ''}`;
}

/** A statement's change as lines of a diff. */
export function statementLines(statement: StatementChange): string[] {
  const sign = statement.kind === 'add' ? '+' : statement.kind === 'remove' ? '-' : '~';
  return [
    `${sign} ${statement.label}`,
    ...(statement.before ?? []).map((line) => `    - ${line}`),
    ...(statement.after ?? []).map((line) => `    + ${line}`),
  ];
}

/** A difference in USD with its sign: `+$3.68`. */
export function signedUsd(usd: number): string {
  return `${usd < 0 ? '-' : '+'}$${Math.abs(usd).toFixed(2)}`;
}

/** Counts of findings that aren't accepted: `1 high, 2 medium`. */
export function findingCounts(review: Review): string {
  const open = review.findings.filter(({ accepted }) => accepted === undefined);
  const counts = (['high', 'medium', 'low', 'info'] as const)
    .map((severity) => [open.filter((finding) => finding.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  const accepted = review.findings.length - open.length;
  const text = counts.length === 0 ? 'none open' : counts.join(', ');
  return accepted === 0 ? text : `${text}; ${accepted} accepted`;
}
