/** Wakes one waiter when news come, or have come since its last wait, or a time is over. */
export class Signal {
  private raised = false;
  private wake: (() => void) | undefined;
  private deaf = false;

  raise(): void {
    this.raised = true;
    if (!this.deaf) this.wake?.();
  }

  /**
   * Waits for news, of which there may be some already.
   * @param options.ignoreNews wait for the whole time whatever comes; the news stay. @default false
   * @returns whether there were news.
   */
  async wait(milliseconds: number, options: { ignoreNews?: boolean } = {}): Promise<boolean> {
    const ignore = options.ignoreNews ?? false;
    if (this.raised && !ignore) {
      this.raised = false;
      return true;
    }
    this.deaf = ignore;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
    this.deaf = false;
    const { raised } = this;
    if (!ignore) this.raised = false;
    return raised;
  }

  /** Ends a waiting that ignores news. */
  interrupt(): void {
    this.raised = true;
    this.wake?.();
  }
}
