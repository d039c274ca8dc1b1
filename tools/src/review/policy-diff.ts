import { parsePolicy, type Statement } from '../plan/policy';
import type { StatementChange } from './model';

/** The statements that differ between two policy texts; undefined if either is no policy. */
export function policyChanges(before: string | undefined, after: string | undefined): StatementChange[] | undefined {
  if (before === undefined && after === undefined) return undefined;
  const old = before === undefined ? [] : parsePolicy(before);
  const now = after === undefined ? [] : parsePolicy(after);
  return old === undefined || now === undefined ? undefined : statementChanges(old, now);
}

/** The statements that differ between two lists. */
export function statementChanges(old: readonly Statement[], now: readonly Statement[]): StatementChange[] {
  const left = [...now];
  const changes: StatementChange[] = [];
  for (const statement of old) {
    const partner = takePartner(statement, left);
    if (partner === undefined) changes.push({ kind: 'remove', label: label(statement), before: lines(statement) });
    else changes.push(...changed(statement, partner));
  }
  changes.push(
    ...left.map((statement) => ({ kind: 'add' as const, label: label(statement), after: lines(statement) })),
  );
  return changes;
}

// The partner of a statement: the equal one, else the one with the same Sid, else with the same effect and principal or
// actions.
function takePartner(statement: Statement, candidates: Statement[]): Statement | undefined {
  const text = lines(statement).join();
  const tests: ((candidate: Statement) => boolean)[] = [
    (candidate) => lines(candidate).join() === text && candidate.sid === statement.sid,
    (candidate) => statement.sid !== undefined && candidate.sid === statement.sid,
    (candidate) =>
      (statement.sid === undefined || candidate.sid === undefined) &&
      candidate.effect === statement.effect &&
      (candidate.actions.join() === statement.actions.join() ||
        candidate.resources.join() === statement.resources.join()),
  ];
  for (const test of tests) {
    const index = candidates.findIndex(test);
    if (index >= 0) return candidates.splice(index, 1)[0];
  }
  return undefined;
}

function changed(before: Statement, after: Statement): StatementChange[] {
  const old = lines(before);
  const now = lines(after);
  if (old.join('\n') === now.join('\n')) return [];
  return [
    {
      kind: 'change',
      label: label(after),
      before: old.filter((line) => !now.includes(line)),
      after: now.filter((line) => !old.includes(line)),
    },
  ];
}

function label(statement: Statement): string {
  return statement.sid ?? `${statement.effect} ${[...statement.actions, ...statement.notActions][0] ?? ''}`.trim();
}

/** A statement as sorted lines, one fact each, for comparison and display. */
function lines(statement: Statement): string[] {
  const each = (name: string, items: readonly string[]) => [...items].sort().map((item) => `${name} ${item}`);
  return [
    `Effect ${statement.effect}`,
    ...each('Action', statement.actions),
    ...each('NotAction', statement.notActions),
    ...each('Resource', statement.resources),
    ...each('NotResource', statement.notResources),
    ...Object.entries(statement.principals).flatMap(([kind, who]) =>
      each(
        'Principal',
        who.map((w) => `${kind} ${w}`),
      ),
    ),
    ...each(
      'Condition',
      statement.conditions.map(({ operator, key, values }) => `${operator} ${key} = ${[...values].sort().join(', ')}`),
    ),
  ];
}
