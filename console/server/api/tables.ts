import {
  type AttributeValue,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  type KeySchemaElement,
  QueryCommand,
  type ScalarAttributeType,
  ScanCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Aws } from '../aws.js';
import { BadRequest } from '../problem.js';
import type { Lakehouse } from '../settings.js';

/** A table of the stack in DynamoDB. */
export interface TableView {
  readonly name: string;
  readonly status: string;
  /** Items and bytes, which DynamoDB updates every six hours. */
  readonly items: number;
  readonly bytes: number;
  readonly billing: string;
  /** The table's own key, and that of each index. */
  readonly keys: readonly KeyView[];
  /** View type of its stream; undefined without one. */
  readonly stream: string | undefined;
  /** Time to live attribute. */
  readonly expiresBy: string | undefined;
  readonly pointInTimeRecovery: boolean;
}

/** The key of a table or of an index. */
export interface KeyView {
  /** Name of the index; undefined for the table. */
  readonly index: string | undefined;
  readonly hash: string;
  readonly range: string | undefined;
}

/** A page of items, each attribute as JSON text unless it is a string, number or boolean. */
export interface ItemPage {
  readonly items: readonly Readonly<Record<string, string>>[];
  /** Items read to find them; a key condition reads no others. */
  readonly scanned: number | undefined;
  readonly capacityUnits: number | undefined;
  /** Key of the next page. */
  readonly next: string | undefined;
}

/** Conditions on the sort key that the form offers. */
export const RANGE_CONDITIONS: Readonly<Record<string, (name: string) => string>> = {
  '=': (name) => `${name} = :range`,
  'begins with': (name) => `begins_with(${name}, :range)`,
  '<=': (name) => `${name} <= :range`,
  '>=': (name) => `${name} >= :range`,
};

/** Query of items; all items without a partition key. */
export interface ItemQuery {
  readonly index?: string;
  readonly hash?: string;
  /** A name of `RANGE_CONDITIONS`. */
  readonly condition?: string;
  readonly range?: string;
  readonly next?: string;
}

/** Items per page. */
const PAGE = 50;

/** The stack's tables. */
export function readTables(aws: Aws, { tables }: Lakehouse): Promise<TableView[]> {
  return Promise.all(tables.map((name) => readTable(aws, name)));
}

async function readTable({ dynamodb }: Aws, TableName: string): Promise<TableView> {
  const [{ Table }, { TimeToLiveDescription: ttl }, { ContinuousBackupsDescription: backups }] = await Promise.all([
    dynamodb.send(new DescribeTableCommand({ TableName })),
    dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
    dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
  ]);
  return {
    name: TableName,
    status: Table?.TableStatus ?? 'UNKNOWN',
    items: Table?.ItemCount ?? 0,
    bytes: Table?.TableSizeBytes ?? 0,
    billing: Table?.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST' ? 'on demand' : 'provisioned',
    keys: keysOf(Table),
    stream: Table?.StreamSpecification?.StreamEnabled ? Table.StreamSpecification.StreamViewType : undefined,
    expiresBy: ttl?.TimeToLiveStatus === 'ENABLED' ? ttl.AttributeName : undefined,
    pointInTimeRecovery: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
  };
}

function keysOf(table: TableDescription | undefined): KeyView[] {
  const view = (index: string | undefined, schema: readonly KeySchemaElement[] = []): KeyView => ({
    index,
    hash: schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
    range: schema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName,
  });
  const indexes = [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
  return [view(undefined, table?.KeySchema), ...indexes.map(({ IndexName, KeySchema }) => view(IndexName, KeySchema))];
}

/** The last key of the page before, as the answer gave it. @throws BadRequest */
function lastKeyIn(text: string): Record<string, AttributeValue> {
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === 'object' && key !== null) return key as Record<string, AttributeValue>;
  } catch {
    // Not JSON: the same refusal.
  }
  throw new BadRequest('The next page is named by the key that the last one ended with.');
}

/** Reads a page of a table's items: by Query with a partition key, else by Scan. */
export async function readItems({ dynamodb }: Aws, TableName: string, query: ItemQuery): Promise<ItemPage> {
  const { index, hash, condition = '=', range, next } = query;
  const page = {
    TableName,
    ...(index !== undefined && { IndexName: index }),
    Limit: PAGE,
    ReturnConsumedCapacity: 'TOTAL',
    ...(next !== undefined && { ExclusiveStartKey: lastKeyIn(next) }),
  } as const;
  if (hash === undefined) return pageOf(await dynamodb.send(new ScanCommand(page)));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const key = keysOf(Table).find((each) => each.index === index);
  const typeOf = (name: string | undefined) =>
    Table?.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  const ranged = range !== undefined && key?.range !== undefined;
  const rangeText = RANGE_CONDITIONS[Object.hasOwn(RANGE_CONDITIONS, condition) ? condition : '=']?.('#range');
  return pageOf(
    await dynamodb.send(
      new QueryCommand({
        ...page,
        KeyConditionExpression: ranged ? `#hash = :hash AND ${rangeText}` : '#hash = :hash',
        ExpressionAttributeNames: { '#hash': key?.hash ?? '', ...(ranged && { '#range': key?.range ?? '' }) },
        ExpressionAttributeValues: {
          ':hash': keyValue(typeOf(key?.hash), hash),
          ...(ranged && { ':range': keyValue(typeOf(key?.range), range) }),
        },
      }),
    ),
  );
}

/** Reads a page of a PartiQL statement's items. @param statement a SELECT: the console changes no items */
export async function runStatement({ dynamodb }: Aws, statement: string, next?: string): Promise<ItemPage> {
  const { Items, NextToken, ConsumedCapacity } = await dynamodb.send(
    new ExecuteStatementCommand({
      Statement: statement,
      Limit: PAGE,
      ReturnConsumedCapacity: 'TOTAL',
      NextToken: next,
    }),
  );
  return { ...pageOf({ Items, ConsumedCapacity }), next: NextToken };
}

interface Answer {
  readonly Items?: Record<string, AttributeValue>[] | undefined;
  readonly ScannedCount?: number | undefined;
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number | undefined } | undefined;
  readonly LastEvaluatedKey?: Record<string, AttributeValue> | undefined;
}

function pageOf({ Items = [], ScannedCount, ConsumedCapacity, LastEvaluatedKey }: Answer): ItemPage {
  return {
    items: Items.map((item) => Object.fromEntries(Object.entries(item).map(([name, value]) => [name, textOf(value)]))),
    scanned: ScannedCount,
    capacityUnits: ConsumedCapacity?.CapacityUnits,
    next: LastEvaluatedKey && keyText(LastEvaluatedKey),
  };
}

/** A page's key as JSON. A binary value has no JSON form: the page with such a key is the last. */
function keyText(key: Record<string, AttributeValue>): string | undefined {
  return Object.values(key).some(({ B }) => B !== undefined) ? undefined : JSON.stringify(key);
}

function keyValue(type: ScalarAttributeType | undefined, text: string): AttributeValue {
  if (type === 'N') return { N: text };
  return type === 'B' ? { B: Buffer.from(text, 'base64') } : { S: text };
}

/** A value as text: strings and numbers plainly, all others as DynamoDB's JSON. */
function textOf(value: AttributeValue): string {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return value.N;
  if (value.BOOL !== undefined) return String(value.BOOL);
  if (value.NULL !== undefined) return 'null';
  const binary = (_key: string, each: unknown) =>
    each instanceof Uint8Array ? Buffer.from(each).toString('base64') : each;
  return JSON.stringify(value, binary);
}
