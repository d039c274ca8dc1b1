import type { Cloud } from '../../core/cloud';
import { positionId } from './events';
import { parseFilterPattern } from './filter-pattern';
import type { Matcher } from './filter-regex';
import { LogsState, type Owner } from './state';

/** Patterns that are kept compiled: as many as groups that are written to at once have. */
const MAX_COMPILED = 500;
const compiled = new Map<string, Matcher>();

/** A filter's pattern, which was checked when the filter was put. */
export function matcherOf(pattern: string): Matcher {
  let found = compiled.get(pattern);
  if (found === undefined) {
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    found = parseFilterPattern(pattern);
    compiled.set(pattern, found);
  }
  return found;
}

/** An event that PutLogEvents stored. */
export interface NewEvent {
  readonly timestamp: number;
  readonly sequence: number;
  readonly message: string;
}

/** Loaded where there is a filter: an endpoint without any starts without streams' writers. */
const forwarder = (cloud: Cloud) =>
  cloud.state((require('./subscriptions/forwarder') as typeof import('./subscriptions/forwarder')).Forwarder);

/**
 * Notes events for the subscription filters that they match, inside the transaction that stores them.
 * @returns what to call once it is through.
 */
export function subscribe(cloud: Cloud, owner: Owner, group: string, stream: string, events: readonly NewEvent[]) {
  let noted = false;
  for (const filter of cloud.state(LogsState).listSubscriptions(owner, group)) {
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

/** Takes up forwarding that an earlier run didn't get to the end of. */
export function resumeForwarding(cloud: Cloud): void {
  if ([...cloud.store.table('logs.forwarding').getKeys({ limit: 1 })].length > 0) forwarder(cloud).start();
}
