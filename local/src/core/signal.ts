/** Wakes one waiter on news, also since its last wait, or after a timeout. */
export class Signal {
  private raised = false;
  private wake: (() => void) | undefined;
  private deaf = false;

  raise(): void {
    this.raised = true;
    if (!this.deaf) this.wake?.();
  }

  /**
   * Waits for news, possibly already there.
   * @param options.ignoreNews wait the whole time in any case; news are kept. @default false
   * @returns whether there were news
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

  /** Ends a wait that ignores news. */
  interrupt(): void {
    this.raised = true;
    this.wake?.();
  }
}
