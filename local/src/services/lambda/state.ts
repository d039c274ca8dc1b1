import { createHash, randomUUID } from 'node:crypto';
import type {
  AliasConfiguration,
  DeadLetterConfig,
  DestinationConfig,
  EventSourceMappingConfiguration,
  LoggingConfig,
  SnapStart,
  TracingConfig,
} from '@aws-sdk/client-lambda';
import { isOf, type Owner } from '../../core/owner';
import { ServiceState } from '../../core/service-state';
import type { Tips } from '../kinesis/tips';
import { type FunctionName, type FunctionReference, functionArn } from './arn';
import { CodeStore } from './code-store';
import { functionNotFound, notFound } from './errors';

/** One version of a function, or `$LATEST`. Immutable. */
export interface FunctionVersion extends FunctionName {
  /** `$LATEST`, or a number from 1 on. */
  readonly version: string;
  readonly runtime: string;
  readonly handler: string;
  readonly roleArn: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Digest of the unpacked package, as base64. */
  readonly codeSha256: string;
  readonly codeSize: number;
  readonly modifiedAt: number;
  /** Changes with each update: environments of earlier revisions aren't reused. */
  readonly revision: string;
  readonly architectures: readonly string[];
  readonly ephemeralMiB: number;
  readonly tracing: TracingConfig['Mode'];
  readonly logging: LoggingConfig;
  readonly deadLetters?: DeadLetterConfig;
  /** Stored and returned only, without effect. */
  readonly kmsKeyArn?: string;
  readonly sourceKmsKeyArn?: string;
  readonly snapStart?: SnapStart['ApplyOn'];
}

/** A function's settings outside of its versions. */
export interface FunctionInfo extends FunctionName {
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly nextVersion: number;
  readonly aliases: Readonly<Record<string, AliasConfiguration & { FunctionVersion: string }>>;
  /** Resource policies by qualifier; the function's own under ''. */
  readonly policies: Readonly<Record<string, string>>;
  readonly invokeConfigs: Readonly<Record<string, InvokeConfig>>;
}

/** Retry settings of asynchronous invocations, by function, version or alias. */
export interface InvokeConfig {
  readonly modifiedAt: number;
  readonly retries?: number;
  readonly maxAgeSeconds?: number;
  readonly destinations?: DestinationConfig;
}

/** An event source mapping: settings and state. */
export interface Mapping extends Owner {
  readonly uuid: string;
  readonly sourceArn: string;
  readonly function: FunctionReference;
  readonly createdAt: number;
  /**
   * Ends of a Kinesis stream's shards at its creation, for LATEST. @default unknown: created by an earlier version of
   * the endpoint
   */
  readonly startsAfter?: Tips;
  readonly settings: MappingSettings;
  readonly tags: Readonly<Record<string, string>>;
}

export type MappingSettings = Required<
  Pick<EventSourceMappingConfiguration, 'BatchSize' | 'MaximumBatchingWindowInSeconds'>
> &
  Pick<
    EventSourceMappingConfiguration,
    | 'FilterCriteria'
    | 'ParallelizationFactor'
    | 'StartingPosition'
    | 'StartingPositionTimestamp'
    | 'DestinationConfig'
    | 'MaximumRecordAgeInSeconds'
    | 'BisectBatchOnFunctionError'
    | 'MaximumRetryAttempts'
    | 'TumblingWindowInSeconds'
    | 'FunctionResponseTypes'
    | 'ScalingConfig'
    | 'MetricsConfig'
    | 'KMSKeyArn'
  > & { readonly enabled: boolean; readonly modifiedAt: number };

/** An asynchronous invocation that waits for its first or next run. */
export interface WaitingEvent {
  readonly id: string;
  readonly reference: FunctionReference;
  readonly payload: Buffer;
  readonly acceptedAt: number;
  readonly attempts: number;
  readonly notBefore: number;
}

/** Functions, their versions, event source mappings and asynchronous invocations. */
export class LambdaState extends ServiceState {
  readonly code = new CodeStore(this.cloud);
  readonly events = this.rows<WaitingEvent>('lambda.events');
  private readonly functions = this.owned<FunctionInfo>('lambda.functions');
  private readonly versions = this.owned<FunctionVersion>('lambda.versions');
  private readonly mappings = this.rows<Mapping>('lambda.mappings');

  find(name: FunctionName): FunctionInfo | undefined {
    return this.functions.get(name, name.name);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(name: FunctionName): FunctionInfo {
    const found = this.find(name);
    if (found === undefined) throw functionNotFound(functionArn(name));
    return found;
  }

  /** The version of a reference, `$LATEST` by default. @throws AwsError `ResourceNotFoundException` */
  version(reference: FunctionReference): FunctionVersion {
    const { qualifier, ...name } = reference;
    const info = this.get(name);
    const number = qualifier === undefined ? '$LATEST' : (info.aliases[qualifier]?.FunctionVersion ?? qualifier);
    const found = this.versions.get(name, name.name, number);
    if (found === undefined) throw functionNotFound(functionArn(name, qualifier));
    return found;
  }

  put(info: FunctionInfo): void {
    this.functions.put(info, [info.name], info);
  }

  putVersion(version: FunctionVersion): void {
    this.versions.put(version, [version.name, version.version], version);
  }

  removeVersion(name: FunctionName, version: string): void {
    this.versions.remove(name, name.name, version);
  }

  remove(name: FunctionName): void {
    for (const { version } of [...this.listVersions(name)]) this.removeVersion(name, version);
    this.functions.remove(name, name.name);
  }

  list(owner: Owner): Generator<FunctionInfo> {
    return this.functions.list(owner);
  }

  /** Lists versions: `$LATEST`, then the published ones in order. */
  listVersions(name: FunctionName): FunctionVersion[] {
    const all = [...this.versions.list(name, [name.name])];
    return all.sort((a, b) => (Number(a.version) || 0) - (Number(b.version) || 0));
  }

  /** Versions of all accounts, which share packages. */
  *everyVersion(): Generator<FunctionVersion> {
    for (const { value } of this.versions.all()) yield value;
  }

  /** An owner's mapping. @throws AwsError `ResourceNotFoundException` */
  mapping(owner: Owner, uuid: string): Mapping {
    const found = this.findMapping(uuid);
    if (found === undefined || !isOf(owner, found)) throw notFound('The resource you requested does not exist.');
    return found;
  }

  findMapping(uuid: string): Mapping | undefined {
    return this.mappings.get(uuid);
  }

  putMapping(mapping: Mapping): void {
    this.mappings.put(mapping.uuid, mapping);
  }

  removeMapping(uuid: string): void {
    this.mappings.remove(uuid);
  }

  /** The resource policy of a function's ARN, with or without a qualifier. */
  policyOf(arn: string): string | undefined {
    const [, region, accountId, name, qualifier = ''] =
      /^arn:aws:lambda:([^:]+):(\d{12}):function:([\w-]+)(?::(.+))?$/.exec(arn) ?? [];
    if (region === undefined || accountId === undefined || name === undefined) return undefined;
    return this.find({ region, accountId, name })?.policies[qualifier];
  }

  *allMappings(): Generator<Mapping> {
    for (const { value } of this.mappings.getRange({})) yield value;
  }
}

export const newRevision = (): string => randomUUID();

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
