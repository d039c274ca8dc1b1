import type { ProduceOptions } from '../produce';
import type { CliOptions } from './options';

/** Where the run goes and as whom. @param outputsRegion the stack's region, used when nothing else names one */
export function connection(options: CliOptions, outputsRegion: string | undefined): Partial<ProduceOptions> {
  const { profile, endpoint, connectTimeout, requestTimeout } = options;
  const own = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  // The SDK for JavaScript reads AWS_REGION alone; the CLI and the other SDKs read AWS_DEFAULT_REGION too.
  const region = options.region ?? own ?? (profile === undefined ? outputsRegion : undefined);
  return {
    connectTimeout,
    requestTimeout,
    ...(region && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
  };
}
