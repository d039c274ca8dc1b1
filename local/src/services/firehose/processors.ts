import type { DestinationSettings } from './state';

type Processing = Pick<DestinationSettings, 'ProcessingConfiguration'>;
export type Processor = NonNullable<NonNullable<Processing['ProcessingConfiguration']>['Processors']>[number];

/** A Lambda processor with AWS's defaults ("Transform source data in Amazon Data Firehose"). */
export interface LambdaProcessor {
  readonly arn: string;
  /** @default the destination's */
  readonly roleArn: string | undefined;
  /** Retries of a failed invocation. @default 3 */
  readonly retries: number;
  /** Bytes collected for one invocation. @default 1 MB */
  readonly bufferBytes: number;
  /** Milliseconds that records wait for others. @default 60 s */
  readonly bufferMs: number;
}

/** The enabled processors. */
export function processorsOf({ ProcessingConfiguration }: Processing): readonly Processor[] {
  return ProcessingConfiguration?.Enabled === true ? (ProcessingConfiguration.Processors ?? []) : [];
}

export function parameterOf(processor: Processor | undefined, name: string): string | undefined {
  return processor?.Parameters?.find(({ ParameterName }) => ParameterName === name)?.ParameterValue;
}

export function lambdaProcessorOf(settings: Processing): LambdaProcessor | undefined {
  const processor = processorsOf(settings).find(({ Type }) => Type === 'Lambda');
  const arn = parameterOf(processor, 'LambdaArn');
  if (arn === undefined) return undefined;
  return {
    arn,
    roleArn: parameterOf(processor, 'RoleArn'),
    retries: Number(parameterOf(processor, 'NumberOfRetries') ?? 3),
    bufferBytes: Number(parameterOf(processor, 'BufferSizeInMBs') ?? 1) * 1024 * 1024,
    bufferMs: Number(parameterOf(processor, 'BufferIntervalInSeconds') ?? 60) * 1000,
  };
}
