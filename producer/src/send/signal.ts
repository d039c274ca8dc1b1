/** Wakes one waiter on an event, also one since its last wait, or after a timeout. */
export class Signal {
  private happened = false;
  private resume?: () => void;

  /** Ends the wait, or the next one if nobody waits now. */
  raise(): void {
    this.happened = true;
    this.resume?.();
  }

  /** Waits for an event, at most `ms` milliseconds (`Infinity`: without a limit). */
  async wait(ms: number): Promise<void> {
    if (!this.happened && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(ms) ? setTimeout(resolve, Math.ceil(ms)) : undefined;
        this.resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    } else {
      // A turn for sockets and timers, even without a reason to wait.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.happened = false;
    delete this.resume;
  }
}
