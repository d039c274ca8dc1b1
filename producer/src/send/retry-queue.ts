import type { Entry } from './entry';

interface Waiting {
  readonly due: number;
  readonly entry: Entry;
}

/** Records that wait for their next attempt, earliest first (a binary heap). */
export class RetryQueue {
  private readonly heap: Waiting[] = [];

  get length(): number {
    return this.heap.length;
  }

  /** Time of the earliest next attempt, `Infinity` if none waits. */
  get nextDue(): number {
    return this.heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  add(entry: Entry, due: number): void {
    const { heap } = this;
    const item = { due, entry };
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Waiting;
      if (above.due <= due) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = item;
  }

  /** The first record, if it is due. */
  peek(now: number): Entry | undefined {
    const first = this.heap[0];
    return first && first.due <= now ? first.entry : undefined;
  }

  /** Removes and returns the first record, due or not. */
  shift(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.entry;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Waiting).due < (heap[child] as Waiting).due) child++;
      const below = heap[child] as Waiting;
      if (below.due >= last.due) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first.entry;
  }
}
