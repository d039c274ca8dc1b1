/**
 * Caches answers for a while, so that many requests of a page (or of several) cost one call: AWS bills metrics and
 * listings by the request. Failures are not cached.
 */
export class Memo {
  private readonly kept = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();

  /** @param milliseconds lifetime of an answer */
  constructor(private readonly milliseconds: number) {}

  /** The cached answer for a key, or else the result of `read`. */
  get<T>(key: string, read: () => Promise<T>): Promise<T> {
    const found = this.kept.get(key);
    if (found !== undefined && Date.now() < found.until) return found.answer as Promise<T>;
    const answer = read();
    this.kept.set(key, { until: Date.now() + this.milliseconds, answer });
    answer.catch(() => this.kept.delete(key));
    return answer;
  }
}
