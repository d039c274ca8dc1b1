/**
 * Prints on stdout; the returned promise holds the source back while the reader is slow.
 *
 * @param onClosed called once when the reader is gone (EPIPE)
 */
export function printer(onClosed: () => void): (lines: Buffer) => Promise<void> | undefined {
  const { stdout } = process;
  let closed = false;
  stdout.on('error', () => {
    if (closed) return;
    closed = true;
    onClosed();
  });
  return (lines) => {
    if (closed || stdout.write(lines)) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'error', 'close']) stdout.off(event, done);
        resolve();
      };
      for (const event of ['drain', 'error', 'close']) stdout.on(event, done);
    });
  };
}
