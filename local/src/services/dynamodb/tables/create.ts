import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../core/operation';
import { fromTagList } from '../../../core/tags';
import { streamArn, tableArn } from '../arn';
import { invalidParameter, resourceInUse } from '../errors';
import { type DynamoState, SETTLING_MS } from '../state';
import type { IndexInfo, KeySchemaElement, StreamInfo, StreamViewType, Table, TableInfo } from '../table';
import { type CreateInput, checkCreate, type IndexInput } from './check-create';
import { NO_THROUGHPUT } from './describe';
import { type EncryptionInput, encryptionOf } from './encryption';

/** Members of a request for a table besides keys and indexes. */
export interface CreateTableInput extends CreateInput {
  readonly StreamSpecification?: StreamInput;
  readonly SSESpecification?: EncryptionInput;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TableClass?: string;
  readonly DeletionProtectionEnabled?: boolean;
  readonly OnDemandThroughput?: object;
}

export interface StreamInput {
  readonly StreamEnabled: boolean;
  readonly StreamViewType?: StreamViewType;
}

/** Creates a table. @throws AwsError `ValidationException`, `ResourceInUseException` */
export async function createTable(state: DynamoState, caller: Caller, input: CreateTableInput): Promise<Table> {
  checkCreate(input);
  if (input.StreamSpecification !== undefined) checkStream(input.StreamSpecification);
  const encryption = await encryptionOf(state, caller, input.SSESpecification);
  return state.change(() => {
    const present = state.find(caller, input.TableName);
    if (present !== undefined) throw resourceInUse(`Table already exists: ${input.TableName}`);
    const now = state.now();
    const arn = tableArn(caller, input.TableName);
    const activeAt = now + SETTLING_MS;
    const indexes = [
      ...(input.LocalSecondaryIndexes ?? []).map((index) => newIndex(state, index, false, activeAt)),
      ...(input.GlobalSecondaryIndexes ?? []).map((index) => newIndex(state, index, true, activeAt)),
    ];
    const billingMode = input.BillingMode ?? 'PROVISIONED';
    const info: TableInfo = {
      accountId: caller.accountId,
      region: caller.region,
      name: input.TableName,
      arn,
      id: randomUUID(),
      number: state.nextNumber(),
      createdAt: now,
      activeAt,
      status: 'CREATING',
      attributes: input.AttributeDefinitions,
      keySchema: input.KeySchema,
      billingMode,
      ...(billingMode === 'PAY_PER_REQUEST' && { onDemandSince: now }),
      throughput: input.ProvisionedThroughput ?? NO_THROUGHPUT,
      ...(input.OnDemandThroughput !== undefined && { onDemand: input.OnDemandThroughput }),
      indexes,
      ...(input.StreamSpecification?.StreamEnabled === true && {
        stream: newStream(state, arn, input.KeySchema, input.StreamSpecification.StreamViewType as StreamViewType),
      }),
      ...(encryption !== undefined && { encryption }),
      ...(input.TableClass !== undefined && { tableClass: input.TableClass }),
      deletionProtection: input.DeletionProtectionEnabled ?? false,
      tags: fromTagList(input.Tags as { Key: string; Value: string }[] | undefined),
    };
    return state.put(info);
  });
}

/** Creates an index; within a change. @param activeAt Infinity for one that is filled first */
export function newIndex(state: DynamoState, input: IndexInput, global: boolean, activeAt: number): IndexInfo {
  return {
    name: input.IndexName,
    global,
    number: state.nextNumber(),
    keySchema: input.KeySchema,
    projection: input.Projection,
    ...(input.ProvisionedThroughput !== undefined && { throughput: input.ProvisionedThroughput }),
    ...(input.OnDemandThroughput !== undefined && { onDemand: input.OnDemandThroughput }),
    activeAt,
  };
}

/** Checks a stream's settings. @throws AwsError for a stream without a view type, or a view type without a stream */
export function checkStream({ StreamEnabled, StreamViewType: viewType }: StreamInput): void {
  if (StreamEnabled && viewType === undefined)
    throw invalidParameter('StreamViewType must be specified when StreamEnabled is true');
  if (!StreamEnabled && viewType !== undefined)
    throw invalidParameter('StreamViewType must not be specified when StreamEnabled is false');
}

/** Creates a stream; within a change. */
export function newStream(
  state: DynamoState,
  table: string,
  keySchema: readonly KeySchemaElement[],
  viewType: StreamViewType,
): StreamInfo {
  const number = state.nextNumber();
  const label = new Date(state.now()).toISOString().replace('Z', '');
  const arn = streamArn(table, label);
  state.shards.begin(number, 1, state.now());
  state.streams.put({ arn, label, viewType, number, table, keySchema, openedAt: state.now() });
  return { arn, label, viewType, number };
}
