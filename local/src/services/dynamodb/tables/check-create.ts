import { invalidParameter, validation } from '../errors';
import type { KeySchemaElement } from '../table';
import type { ScalarType } from '../values/attribute-value';

/** A request's index. */
export interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
  readonly ProvisionedThroughput?: ThroughputInput;
  readonly OnDemandThroughput?: object;
}

export interface ThroughputInput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

/** A request's table. */
export interface CreateInput {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: ScalarType }[];
  readonly KeySchema: readonly KeySchemaElement[];
  readonly LocalSecondaryIndexes?: readonly IndexInput[];
  readonly GlobalSecondaryIndexes?: readonly IndexInput[];
  readonly BillingMode?: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly ProvisionedThroughput?: ThroughputInput;
}

const MAX_UNITS = 1_000_000_000_000;
const MAX_LOCAL = 5;
const MAX_GLOBAL = 20;
/** Most attributes of all indexes' INCLUDE projections together. */
const MAX_PROJECTED = 100;

/** Checks a new table. @throws AwsError `ValidationException` with the first error, in DynamoDB's order */
export function checkCreate(input: CreateInput): void {
  checkThroughput(input);
  const defined = input.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = input;
  checkTableKeys(input, defined);
  if (local === undefined && global === undefined && input.KeySchema.length !== defined.length)
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  const names = new Set<string>();
  if (local !== undefined) checkLocal(local, input, defined, names);
  if (global !== undefined) checkGlobal(global, input, defined, names);
  const all = [...(local ?? []), ...(global ?? [])];
  const used = new Set(
    [input.KeySchema, ...all.map(({ KeySchema }) => KeySchema)].flat().map(({ AttributeName }) => AttributeName),
  );
  if (defined.some((name) => !used.has(name)))
    throw invalidParameter(
      `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
    );
  const projected = all.reduce((sum, { Projection }) => sum + (Projection.NonKeyAttributes?.length ?? 0), 0);
  if (projected > MAX_PROJECTED)
    throw invalidParameter(
      `Number of NonKeyAttributes in all indexes exceeds the limit of ${MAX_PROJECTED}: ${projected}`,
    );
}

function checkThroughput({ BillingMode, ProvisionedThroughput: throughput }: CreateInput): void {
  if (BillingMode === 'PAY_PER_REQUEST') {
    if (throughput !== undefined)
      throw invalidParameter(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      );
    return;
  }
  if (throughput === undefined)
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  checkUnits(throughput);
}

export function checkUnits(throughput: ThroughputInput): void {
  for (const name of ['ReadCapacityUnits', 'WriteCapacityUnits'] as const)
    if (throughput[name] > MAX_UNITS) throw validation(`Given value ${throughput[name]} for ${name} is out of bounds`);
}

function checkTableKeys({ KeySchema }: CreateInput, defined: readonly string[]): void {
  if (KeySchema.length > defined.length)
    throw validation('Invalid KeySchema: Some index key attribute have no definition');
  checkDefined(KeySchema, defined);
  checkKeyTypes(KeySchema);
}

function checkDefined(schema: readonly KeySchemaElement[], defined: readonly string[]): void {
  const keys = schema.map(({ AttributeName }) => AttributeName);
  if (keys.some((key) => !defined.includes(key)))
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
}

function checkKeyTypes(schema: readonly KeySchemaElement[]): void {
  const [first, second] = schema;
  if (first?.AttributeName === second?.AttributeName)
    throw validation('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  if (first?.KeyType !== 'HASH')
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (second !== undefined && second.KeyType !== 'RANGE')
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
}

/** Checks rules that are common to all indexes. */
export function checkIndex(index: IndexInput, defined: readonly string[]): void {
  checkDefined(index.KeySchema, defined);
  checkKeyTypes(index.KeySchema);
}

export function checkProjection({ Projection }: IndexInput): void {
  const { ProjectionType: type, NonKeyAttributes: attributes } = Projection;
  if (type === undefined) throw invalidParameter('Unknown ProjectionType: null');
  if (attributes !== undefined && type !== 'INCLUDE')
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  if (attributes === undefined && type === 'INCLUDE')
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
}

function checkName(name: string, names: Set<string>): void {
  if (names.has(name)) throw invalidParameter(`Duplicate index name: ${name}`);
  names.add(name);
}

function checkLocal(
  indexes: readonly IndexInput[],
  { KeySchema }: CreateInput,
  defined: readonly string[],
  names: Set<string>,
): void {
  if (indexes.length === 0) throw invalidParameter('List of LocalSecondaryIndexes is empty');
  if (KeySchema.length !== 2)
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  const tableHash = KeySchema[0]?.AttributeName;
  for (const index of indexes) {
    const { IndexName: name } = index;
    checkIndex(index, defined);
    if (index.KeySchema.length !== 2)
      throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`);
    const hash = index.KeySchema[0]?.AttributeName;
    if (hash !== tableHash)
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${hash}, table hash key: ${tableHash}`,
      );
    checkProjection(index);
    checkName(name, names);
  }
  if (indexes.length > MAX_LOCAL)
    throw invalidParameter(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL}`);
}

function checkGlobal(
  indexes: readonly IndexInput[],
  { BillingMode }: CreateInput,
  defined: readonly string[],
  names: Set<string>,
): void {
  if (indexes.length === 0) throw invalidParameter('List of GlobalSecondaryIndexes is empty');
  for (const index of indexes) {
    checkIndex(index, defined);
    checkProjection(index);
    checkGlobalThroughput(index, BillingMode);
    checkName(index.IndexName, names);
  }
  if (indexes.length > MAX_GLOBAL)
    throw invalidParameter(`GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL}`);
}

export function checkGlobalThroughput(
  { IndexName, ProvisionedThroughput: throughput }: IndexInput,
  mode: CreateInput['BillingMode'],
): void {
  if (mode === 'PAY_PER_REQUEST' && throughput !== undefined)
    throw invalidParameter(
      `ProvisionedThroughput should not be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  if (mode !== 'PAY_PER_REQUEST' && throughput === undefined)
    throw invalidParameter(`ProvisionedThroughput must be specified for index: ${IndexName}`);
}
