import type { Cloud } from '../core/cloud';

const lasts = new WeakMap<Cloud, Promise<unknown>>();

/** Runs one piece of work of an endpoint after the other. */
export function exclusively<T>(cloud: Cloud, work: () => Promise<T>): Promise<T> {
  const result = (lasts.get(cloud) ?? Promise.resolve()).then(work, work);
  lasts.set(cloud, result);
  return result;
}
