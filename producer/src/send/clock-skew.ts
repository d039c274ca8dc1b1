import type { KinesisClient } from '@aws-sdk/client-kinesis';

/** Change of the clock's offset that counts as a wrong clock: AWS takes signatures that are up to five minutes off. */
const SKEW_MS = 4 * 60_000;

interface Clocked {
  systemClockOffset: number;
}

/**
 * Marks a request that failed because of a signature with the wrong time, as the SDK does for its own retries, which
 * are off here. The SDK corrects its clock by the `Date` of each answer, and reports a correction only if the clock is
 * off afterwards: a clock that is set right in mid-run, or several requests at once, need the comparison here.
 */
export function noticeClockSkew(client: KinesisClient): void {
  const config = client.config as unknown as Clocked;
  client.middlewareStack.add(
    (next) => async (args) => {
      const before = config.systemClockOffset;
      try {
        return await next(args);
      } catch (error) {
        const metadata = (error as { $metadata?: { clockSkewCorrected?: boolean } }).$metadata;
        if (metadata && Math.abs(config.systemClockOffset - before) >= SKEW_MS) metadata.clockSkewCorrected = true;
        throw error;
      }
    },
    { step: 'initialize', name: 'noticeClockSkew' },
  );
}

/**
 * Milliseconds by which this machine's clock is behind the service's, if AWS would refuse signatures for it; else 0.
 */
export function clockOffset(client: KinesisClient): number {
  const { systemClockOffset } = client.config as unknown as Clocked;
  return Math.abs(systemClockOffset) >= SKEW_MS ? systemClockOffset : 0;
}
