/** Something to wait for: news, or the end of a time. */
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
   */
  async wait(milliseconds: number, options: { ignoreNews?: boolean } = {}): Promise<void> {
    const ignore = options.ignoreNews ?? false;
    if (this.raised && !ignore) {
      this.raised = false;
      return;
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
    if (!ignore) this.raised = false;
  }

  /** Ends a waiting that ignores news. */
  interrupt(): void {
    this.raised = true;
    this.wake?.();
  }
}
