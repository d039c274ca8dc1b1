import type { Cloud } from '../../core/cloud';
import { Memo } from '../../core/memo';
import type { Owner } from '../../core/owner';
import { positionId } from './events';
import { parseFilterPattern } from './filter-pattern';
import type { Matcher } from './filter-regex';
import { LogsState } from './state';

/** Most compiled patterns in the cache, enough for the groups that are written to at once. */
const MAX_COMPILED = 500;
const compiled = new Memo(parseFilterPattern, MAX_COMPILED);

/** Matcher of a filter's pattern, which was checked when the filter was put. */
export const matcherOf = (pattern: string): Matcher => compiled.get(pattern);

/** An event that PutLogEvents stored. */
export interface NewEvent {
  readonly timestamp: number;
  readonly sequence: number;
  readonly message: string;
}

/** Lazy import: an endpoint without filters starts without writers of streams. */
const forwarder = (cloud: Cloud) =>
  cloud.state((require('./subscriptions/forwarder') as typeof import('./subscriptions/forwarder')).Forwarder);

/**
 * Queues events for the matching subscription filters; within the transaction that stores them.
 * @returns a function to call after the commit
 */
export function subscribe(cloud: Cloud, owner: Owner, group: string, stream: string, events: readonly NewEvent[]) {
  let noted = false;
  for (const filter of cloud.state(LogsState).subscriptions.list(owner, [group])) {
    const matches = matcherOf(filter.filterPattern);
    const wanted = events
      .filter(({ message }) => matches(message))
      .map(({ message, ...position }) => ({ id: positionId(position), timestamp: position.timestamp, message }));
    if (wanted.length === 0) continue;
    forwarder(cloud).note(owner, group, stream, filter.name, wanted);
    noted = true;
  }
  return () => {
    if (noted) forwarder(cloud).start();
  };
}

/** Resumes forwarding that an earlier run left unfinished. */
export function resumeForwarding(cloud: Cloud): void {
  if ([...cloud.store.table('logs.forwarding').getKeys({ limit: 1 })].length > 0) forwarder(cloud).start();
}
