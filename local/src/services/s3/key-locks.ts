/** One at a time per key: what reads, decides, commits and moves a file mustn't meet another that does. */
export class KeyLocks {
  private readonly tails = new Map<string, Promise<void>>();

  async run<T>(bucket: string, key: string, work: () => Promise<T>): Promise<T> {
    const name = `${bucket}\0${key}`;
    const before = this.tails.get(name);
    let release: () => void = () => {};
    const tail = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.tails.set(name, tail);
    try {
      await before;
      return await work();
    } finally {
      if (this.tails.get(name) === tail) this.tails.delete(name);
      release();
    }
  }

  /** Waits until nobody is at work on a key, so that its metadata and its file belong together. */
  async idle(bucket: string, key: string): Promise<void> {
    const name = `${bucket}\0${key}`;
    for (let tail = this.tails.get(name); tail !== undefined; tail = this.tails.get(name)) await tail;
  }
}
