/** Runs work one after the other per key; works of different keys don't wait for each other. */
export class Serial {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** Waits for earlier work under the same key, even failed, then runs. @returns the result of `work` */
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

  /** Whether work is in progress under a key. */
  isBusy(key: string): boolean {
    return this.tails.has(key);
  }

  /** Resolves when no work is in progress under a key. */
  async idle(key: string): Promise<void> {
    for (let tail = this.tails.get(key); tail !== undefined; tail = this.tails.get(key)) await tail;
  }

  /** Resolves when all work that began earlier has ended. */
  async allIdle(): Promise<void> {
    await Promise.all(this.tails.values());
  }
}
