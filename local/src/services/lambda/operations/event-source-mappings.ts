import { randomUUID } from 'node:crypto';
import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import type { Cloud } from '../../../core/cloud';
import { AwsError } from '../../../core/errors';
import { isOwner, type Strict } from '../../../core/operation';
import { isOf, serviceIn } from '../../../core/owner';
import { DynamoState } from '../../dynamodb/state';
import { tipsOf as changesTipsOf } from '../../dynamodb/streams/tips';
import { type Tips, tipsOf } from '../../kinesis/tips';
import { type FunctionReference, functionArn, mappingArn, parseFunction } from '../arn';
import { operation } from '../contract';
import { conflict, invalidParameter } from '../errors';
import { filterOf } from '../event-sources/filter';
import { Pollers } from '../event-sources/pollers';
import { sourceOf } from '../event-sources/streams';
import { page } from '../paging';
import { roleOf } from '../runtime/pool';
import { LambdaState, type Mapping, type MappingSettings } from '../state';

type Input = Strict<CreateEventSourceMappingRequest | UpdateEventSourceMappingRequest>;

export const createEventSourceMapping = operation('CreateEventSourceMapping', {
  permissions: (input, { caller }) => [
    {
      action: 'lambda:CreateEventSourceMapping',
      resource: '*',
      conditions: { 'lambda:FunctionArn': functionArn(parseFunction(caller, input.FunctionName)) },
    },
  ],
  handle: async (input, { state, cloud, caller }) => {
    const sourceArn = input.EventSourceArn;
    if (sourceArn === undefined) throw invalidParameter('Event source ARN is a required parameter.');
    const service = serviceIn(sourceArn);
    if (service !== 'kinesis' && service !== 'dynamodb' && service !== 'sqs')
      throw invalidParameter(`Unrecognized event source, or one that this local endpoint doesn't read: ${sourceArn}`);
    const reference = parseFunction(caller, input.FunctionName);
    state.version(reference);
    const twin = [...state.allMappings()].find(
      (mapping) => mapping.sourceArn === sourceArn && qualifiedArn(mapping.function) === qualifiedArn(reference),
    );
    if (twin !== undefined)
      throw conflict(
        `An event source mapping with ${service} arn (" ${sourceArn} ") and function (" ${reference.name} ") already exists. Please update or delete the existing mapping with UUID ${twin.uuid}`,
      );
    const now = cloud.clock.now();
    const settings: MappingSettings = {
      ...initial(service, input),
      ...changeOf(service, input),
      enabled: input.Enabled ?? true,
      modifiedAt: now,
    };
    check(service, settings);
    const { accountId, region } = caller;
    const startsAfter = settings.StartingPosition === 'LATEST' ? tipsIn(cloud, service, sourceArn) : undefined;
    const mapping: Mapping = {
      ...{ uuid: randomUUID(), accountId, region, sourceArn, function: reference },
      ...{ createdAt: now, settings, tags: input.Tags ?? {} },
      ...(startsAfter !== undefined && { startsAfter }),
    };
    await checkAccess(cloud, mapping);
    await state.transaction(() => state.putMapping(mapping));
    void cloud.state(Pollers).apply(mapping);
    return show(cloud, mapping, settings.enabled ? 'Creating' : 'Disabled');
  },
});

/** Present ends of a source's shards; undefined for a queue. */
function tipsIn(cloud: Cloud, service: string, sourceArn: string): Tips | undefined {
  if (service === 'dynamodb') return changesTipsOf(cloud.state(DynamoState), sourceArn);
  // A consumer's ARN begins with its stream's.
  return service === 'kinesis' ? tipsOf(cloud, sourceArn.replace(/\/consumer\/.*/, '')) : undefined;
}

export const getEventSourceMapping = operation('GetEventSourceMapping', {
  handle: ({ UUID }, { state, cloud, caller }) => show(cloud, state.mapping(caller, UUID)),
});

export const listEventSourceMappings = operation('ListEventSourceMappings', {
  resource: () => '*',
  handle: ({ EventSourceArn, FunctionName, ...request }, { state, cloud, caller }) => {
    const wanted = FunctionName === undefined ? undefined : functionArn(parseFunction(caller, FunctionName));
    const all = [...state.allMappings()].filter(
      (mapping) =>
        isOf(caller, mapping) &&
        (EventSourceArn === undefined || mapping.sourceArn === EventSourceArn) &&
        (wanted === undefined || functionArn(mapping.function) === wanted),
    );
    const { items, ...rest } = page(all, request, 100);
    return { EventSourceMappings: items.map((mapping) => show(cloud, mapping)), ...rest };
  },
});

/** Updates a mapping, which resumes at its position. */
export const updateEventSourceMapping = operation('UpdateEventSourceMapping', {
  handle: async (input, { state, cloud, caller }) => {
    const mapping = state.mapping(caller, input.UUID);
    const service = serviceIn(mapping.sourceArn) as string;
    const settings: MappingSettings = {
      ...mapping.settings,
      ...changeOf(service, input),
      enabled: input.Enabled ?? mapping.settings.enabled,
      modifiedAt: cloud.clock.now(),
    };
    check(service, settings);
    const reference = input.FunctionName === undefined ? mapping.function : parseFunction(caller, input.FunctionName);
    state.version(reference);
    const changed = { ...mapping, settings, function: reference };
    await state.transaction(() => state.putMapping(changed));
    void cloud.state(Pollers).apply(changed);
    return show(cloud, changed, settings.enabled ? 'Updating' : 'Disabling');
  },
});

export const deleteEventSourceMapping = operation('DeleteEventSourceMapping', {
  handle: async ({ UUID }, { state, cloud, caller }) => {
    const mapping = state.mapping(caller, UUID);
    const shown = show(cloud, mapping, 'Deleting');
    await state.transaction(() => state.removeMapping(UUID));
    void cloud.state(Pollers).apply(mapping);
    return shown;
  },
});

const qualifiedArn = (reference: FunctionReference): string => functionArn(reference, reference.qualifier);

/** Defaults by the kind of source (Lambda's page "CreateEventSourceMapping"). */
function initial(service: string, input: Strict<CreateEventSourceMappingRequest>): MappingSettings {
  const common = { enabled: true, modifiedAt: 0, MaximumBatchingWindowInSeconds: 0 };
  if (service === 'sqs') return { ...common, BatchSize: 10 };
  if (input.StartingPosition === undefined)
    throw invalidParameter(
      '1 validation error detected: Value null at StartingPosition failed to satisfy constraint: Member must not be null.',
    );
  return {
    ...common,
    BatchSize: 100,
    ParallelizationFactor: 1,
    MaximumRecordAgeInSeconds: -1,
    MaximumRetryAttempts: -1,
    BisectBatchOnFunctionError: false,
    TumblingWindowInSeconds: 0,
    DestinationConfig: { OnFailure: {} },
    FunctionResponseTypes: [],
    StartingPosition: input.StartingPosition,
    ...(input.StartingPositionTimestamp !== undefined && {
      StartingPositionTimestamp: input.StartingPositionTimestamp,
    }),
  };
}

const SHARED = [
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'FilterCriteria',
  'FunctionResponseTypes',
  'MetricsConfig',
  'KMSKeyArn',
] as const;
const OF_QUEUES = ['ScalingConfig'] as const;
const OF_STREAMS = [
  'ParallelizationFactor',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'TumblingWindowInSeconds',
] as const;

function changeOf(service: string, input: Input): Partial<MappingSettings> {
  const given: Readonly<Record<string, unknown>> = { ...input };
  const isQueue = service === 'sqs';
  const foreign = (isQueue ? OF_STREAMS : OF_QUEUES).find((name) => given[name] !== undefined);
  if (foreign !== undefined && foreign !== 'DestinationConfig')
    throw invalidParameter(`Unsupported ${foreign} parameter for given event source mapping type.`);
  const names = isQueue ? [...SHARED, ...OF_QUEUES] : [...SHARED, ...OF_STREAMS];
  return Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
}

function check(service: string, settings: MappingSettings): void {
  filterOf(settings.FilterCriteria);
  if (service === 'sqs') {
    if (settings.BatchSize > 10 && settings.MaximumBatchingWindowInSeconds < 1)
      throw invalidParameter(
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
      );
    return;
  }
  const { StartingPosition, StartingPositionTimestamp, TumblingWindowInSeconds = 0 } = settings;
  const { MaximumRecordAgeInSeconds: age = -1, ParallelizationFactor = 1 } = settings;
  if (service === 'dynamodb' && StartingPosition === 'AT_TIMESTAMP')
    throw invalidParameter('Unsupported starting position for DynamoDB: AT_TIMESTAMP');
  if ((StartingPosition === 'AT_TIMESTAMP') !== (StartingPositionTimestamp !== undefined))
    throw invalidParameter('StartingPositionTimestamp goes with the starting position AT_TIMESTAMP, and only with it.');
  if (age !== -1 && age < 60)
    throw invalidParameter('MaximumRecordAgeInSeconds must be -1, for infinite, or from 60 to 604800.');
  if (TumblingWindowInSeconds > 0 && ParallelizationFactor > 1)
    throw invalidParameter('A tumbling window needs a ParallelizationFactor of 1.');
}

/** Checks, as AWS does, that the role may read the source. */
async function checkAccess(cloud: Cloud, mapping: Mapping): Promise<void> {
  const version = cloud.state(LambdaState).version(mapping.function);
  const isQueue = serviceIn(mapping.sourceArn) === 'sqs';
  try {
    const caller = roleOf(cloud, version);
    if (isQueue) {
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'])
        if (!isOwner(caller)) cloud.authorize(caller, { action: `sqs:${action}`, resource: mapping.sourceArn });
    } else await sourceOf(cloud, mapping).shards(caller);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter(
      isQueue
        ? `The provided execution role does not have permissions to call ReceiveMessage on SQS`
        : `Cannot access stream ${mapping.sourceArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM. (${error.message})`,
    );
  }
}

function show(cloud: Cloud, mapping: Mapping, state?: string): EventSourceMappingConfiguration {
  const { enabled, modifiedAt, ...settings } = mapping.settings;
  return {
    UUID: mapping.uuid,
    ...settings,
    EventSourceArn: mapping.sourceArn,
    FunctionArn: qualifiedArn(mapping.function),
    LastModified: new Date(modifiedAt),
    LastProcessingResult: cloud.state(Pollers).lastResult(mapping.uuid),
    State: state ?? (enabled ? 'Enabled' : 'Disabled'),
    StateTransitionReason: 'User action',
    EventSourceMappingArn: mappingArn(mapping, mapping.uuid),
  };
}
