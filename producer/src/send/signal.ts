/** Wakes one waiter when something happens, or has happened since its last wait, or a time is over. */
export class Signal {
  private happened = false;
  private resume?: () => void;

  /** Something happened: ends the wait, or the next one if nobody waits now. */
  raise(): void {
    this.happened = true;
    this.resume?.();
  }

  /** Waits for a notification, at most `ms` milliseconds (`Infinity`: without a limit). */
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
      // Let sockets and timers have their turn even when there is no reason to wait.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.happened = false;
    delete this.resume;
  }
}
