/** Runs work one after the other for each key; works of different keys don't wait for each other. */
export class Serial {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** Waits for the work before it under the same key, whatever became of that. @returns what `work` returns. */
  run<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const result = (this.tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result.then(
      () => {},
      () => {},
    );
    this.tails.set(key, tail);
    void tail.then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    return result;
  }

  /** Whether work is under way under a key. */
  isBusy(key: string): boolean {
    return this.tails.has(key);
  }

  /** Resolves when no work is under way under a key. */
  async idle(key: string): Promise<void> {
    for (let tail = this.tails.get(key); tail !== undefined; tail = this.tails.get(key)) await tail;
  }

  /** Resolves when no work is under way that was begun before. */
  async allIdle(): Promise<void> {
    await Promise.all(this.tails.values());
  }
}
