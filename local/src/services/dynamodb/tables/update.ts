import type { Caller } from '../../../core/operation';
import { invalidParameter, limitExceeded, resourceInUse, resourceNotFound, validation } from '../errors';
import { type DynamoState, SETTLING_MS } from '../state';
import { endStream } from '../streams/shards';
import type { BillingMode, IndexInfo, StreamViewType, Table, TableInfo, Throughput } from '../table';
import { backfill } from './backfill';
import {
  checkGlobalThroughput,
  checkIndex,
  checkProjection,
  checkUnits,
  type IndexInput,
  type ThroughputInput,
} from './check-create';
import { checkStream, newIndex, newStream, type StreamInput } from './create';
import { NO_THROUGHPUT } from './describe';
import { type EncryptionInput, encryptionOf } from './encryption';

interface IndexUpdate {
  readonly Create?: IndexInput;
  readonly Update?: {
    readonly IndexName: string;
    readonly ProvisionedThroughput?: ThroughputInput;
    readonly OnDemandThroughput?: object;
  };
  readonly Delete?: { readonly IndexName: string };
}

export interface UpdateTableInput {
  readonly TableName: string;
  readonly AttributeDefinitions?: TableInfo['attributes'];
  readonly BillingMode?: BillingMode;
  readonly ProvisionedThroughput?: ThroughputInput;
  readonly GlobalSecondaryIndexUpdates?: readonly IndexUpdate[];
  readonly StreamSpecification?: StreamInput;
  readonly SSESpecification?: EncryptionInput;
  readonly TableClass?: string;
  readonly DeletionProtectionEnabled?: boolean;
  readonly OnDemandThroughput?: object;
}

const MAX_UNITS = 1_000_000_000_000;
/** Most index changes of one request. */
const MAX_INDEX_UPDATES = 5;

/** Updates a table. @throws AwsError `ValidationException`, `ResourceNotFoundException`, `ResourceInUseException` */
export async function updateTable(state: DynamoState, caller: Caller, input: UpdateTableInput): Promise<Table> {
  checkUpdate(input);
  const encryption = await encryptionOf(state, caller, input.SSESpecification);
  const { table, added, removed } = await state.change(() => {
    const { info } = state.named(caller, input.TableName);
    if (state.statusOf(info) !== 'ACTIVE')
      throw resourceInUse(
        `Attempt to change a resource which is still in use: Table is being ${info.status.toLowerCase()}: ${info.name}`,
      );
    const billed = withBilling(info, input, state.now());
    const indexed = withIndexes(state, billed, input);
    const streamed = withStream(state, indexed, input.StreamSpecification);
    const changed: TableInfo = {
      ...streamed,
      ...(input.AttributeDefinitions !== undefined && { attributes: attributesOf(streamed, input) }),
      ...(input.TableClass !== undefined && { tableClass: input.TableClass }),
      ...(input.DeletionProtectionEnabled !== undefined && { deletionProtection: input.DeletionProtectionEnabled }),
      ...(input.OnDemandThroughput !== undefined && { onDemand: input.OnDemandThroughput }),
      status: 'UPDATING',
      activeAt: state.now() + SETTLING_MS,
    };
    const { encryption: _before, ...rest } = changed;
    const result = input.SSESpecification === undefined ? changed : { ...rest, ...(encryption && { encryption }) };
    const numbers = new Set(info.indexes.map(({ number }) => number));
    const kept = new Set(result.indexes.map(({ number }) => number));
    return {
      table: state.put(result),
      added: result.indexes.filter(({ number }) => !numbers.has(number)),
      removed: info.indexes.filter(({ number }) => !kept.has(number)),
    };
  });
  for (const index of added) state.work(() => backfill(state, table.info, index.number));
  for (const { number } of removed) state.work(() => state.clear(state.entries, number));
  return table;
}

function checkUpdate(input: UpdateTableInput): void {
  const { ProvisionedThroughput: throughput, GlobalSecondaryIndexUpdates: updates = [] } = input;
  const asked = [
    throughput,
    input.BillingMode,
    input.StreamSpecification,
    input.SSESpecification,
    input.TableClass,
    input.DeletionProtectionEnabled,
    input.OnDemandThroughput,
  ];
  if (asked.every((one) => one === undefined) && updates.length === 0)
    throw validation(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  if (input.BillingMode === 'PROVISIONED' && throughput === undefined)
    throw invalidParameter('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  if (throughput !== undefined) checkUnits(throughput);
  const names = new Set<string>();
  for (const { Create, Update, Delete } of updates) {
    const name = (Create ?? Update ?? Delete)?.IndexName;
    if (name === undefined)
      throw invalidParameter(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
      );
    if (names.has(name))
      throw invalidParameter(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${name}`,
      );
    names.add(name);
  }
  if (input.StreamSpecification !== undefined) checkStream(input.StreamSpecification);
}

function attributesOf(
  info: TableInfo,
  { AttributeDefinitions: given = [] }: UpdateTableInput,
): TableInfo['attributes'] {
  const used = new Set(
    [info.keySchema, ...info.indexes.map(({ keySchema }) => keySchema)].flat().map((key) => key.AttributeName),
  );
  const all = new Map([...info.attributes, ...given].map((attribute) => [attribute.AttributeName, attribute]));
  return [...all.values()].filter(({ AttributeName }) => used.has(AttributeName));
}

function withBilling(info: TableInfo, input: UpdateTableInput, now: number): TableInfo {
  const { ProvisionedThroughput: wanted } = input;
  const mode = input.BillingMode ?? info.billingMode;
  if (mode === 'PAY_PER_REQUEST') {
    if (wanted !== undefined)
      throw invalidParameter(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      );
    if (info.billingMode === mode) return info;
    const { nextThroughput: _none, ...rest } = info;
    const indexes = info.indexes.map((index) => (index.global ? { ...index, throughput: NO_THROUGHPUT } : index));
    return { ...rest, billingMode: mode, onDemandSince: now, throughput: NO_THROUGHPUT, indexes };
  }
  if (wanted === undefined) return info;
  const current = info.nextThroughput ?? info.throughput;
  if (info.billingMode === mode) {
    const { throughput, nextThroughput } = changed(current, wanted, now);
    return { ...info, throughput, nextThroughput };
  }
  return { ...info, billingMode: mode, throughput: wanted, nextThroughput: wanted };
}

/** The throughput during an update, and after it. */
function changed(current: Throughput, wanted: ThroughputInput, now: number) {
  const reads = wanted.ReadCapacityUnits - current.ReadCapacityUnits;
  const writes = wanted.WriteCapacityUnits - current.WriteCapacityUnits;
  if (reads === 0 && writes === 0)
    throw validation(
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${current.ReadCapacityUnits}. Requested ReadCapacityUnits: ${wanted.ReadCapacityUnits}. Current WriteCapacityUnits provisioned for the table: ${current.WriteCapacityUnits}. Requested WriteCapacityUnits: ${wanted.WriteCapacityUnits}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
  const increases = reads > 0 || writes > 0;
  const name = increases ? 'LastIncreaseDateTime' : 'LastDecreaseDateTime';
  const decreases = (current.NumberOfDecreasesToday ?? 0) + (increases ? 0 : 1);
  return {
    throughput: { ...current, [name]: now / 1000 },
    nextThroughput: {
      ...current,
      ...wanted,
      [name]: (now + SETTLING_MS) / 1000,
      NumberOfDecreasesToday: decreases,
    },
  };
}

function withIndexes(state: DynamoState, info: TableInfo, input: UpdateTableInput): TableInfo {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  if (updates.length > MAX_INDEX_UPDATES || updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1)
    throw limitExceeded(
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  let indexes = info.indexes;
  const defined = [...info.attributes, ...(input.AttributeDefinitions ?? [])].map((one) => one.AttributeName);
  for (const { Create, Update, Delete } of updates) {
    if (Create !== undefined) indexes = [...indexes, added(state, info, Create, defined)];
    if (Update !== undefined) indexes = updated(indexes, Update);
    if (Delete !== undefined) {
      const gone = indexes.find(({ global, name }) => global && name === Delete.IndexName);
      if (gone === undefined) throw resourceNotFound();
      indexes = indexes.filter((index) => index !== gone);
    }
  }
  if (info.billingMode === 'PROVISIONED' && input.BillingMode === 'PROVISIONED') {
    const lacking = indexes.filter(({ global, throughput }) => global && !(throughput?.ReadCapacityUnits ?? 0));
    if (lacking.length > 0)
      throw invalidParameter(
        `ProvisionedThroughput must be specified for index: ${lacking.map(({ name }) => name).join(',')}`,
      );
  }
  return { ...info, indexes };
}

function added(state: DynamoState, info: TableInfo, input: IndexInput, defined: readonly string[]): IndexInfo {
  if (info.indexes.some(({ name }) => name === input.IndexName))
    throw validation(`Attempting to create an index which already exists: ${input.IndexName}`);
  checkIndex(input, defined);
  checkProjection(input);
  checkGlobalThroughput(input, info.billingMode);
  return { ...newIndex(state, input, true, Number.POSITIVE_INFINITY), backfilling: true };
}

function updated(indexes: readonly IndexInfo[], update: NonNullable<IndexUpdate['Update']>): readonly IndexInfo[] {
  const { IndexName, ProvisionedThroughput: throughput, OnDemandThroughput: onDemand } = update;
  if (throughput !== undefined)
    for (const units of [throughput.ReadCapacityUnits, throughput.WriteCapacityUnits])
      if (units > MAX_UNITS)
        throw validation(
          'This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate',
        );
  if (!indexes.some(({ global, name }) => global && name === IndexName)) throw resourceNotFound();
  return indexes.map((index) =>
    index.name === IndexName
      ? { ...index, ...(throughput !== undefined && { throughput }), ...(onDemand !== undefined && { onDemand }) }
      : index,
  );
}

function withStream(state: DynamoState, info: TableInfo, wanted: StreamInput | undefined): TableInfo {
  if (wanted === undefined) return info;
  const { stream, ...rest } = info;
  if (!wanted.StreamEnabled) {
    if (stream === undefined) throw validation(`Table already has a disabled stream: TableName: ${info.name}`);
    endStream(state, stream);
    return { ...rest, latestStream: stream };
  }
  if (stream !== undefined) throw validation(`Table already has an enabled stream: TableName: ${info.name}`);
  return { ...info, stream: newStream(state, info.arn, info.keySchema, wanted.StreamViewType as StreamViewType) };
}
