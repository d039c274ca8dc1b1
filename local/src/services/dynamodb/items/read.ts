import { JsonOutput } from '../../../core/json-text';
import { invalidParameter, validation } from '../errors';
import type { Path } from '../expressions/ast';
import { matches } from '../expressions/condition';
import { attributeOf, project } from '../expressions/path';
import type { DynamoState } from '../state';
import { indexKey, itemKey } from '../storage/keys';
import { Row } from '../storage/row';
import type { RowRange } from '../storage/rows';
import { listOf } from '../storage/slab';
import type { Index, Table } from '../table';
import type { AttributeValue, Item } from '../values/attribute-value';
import { type CapacityDetail, type ConsumedCapacity, readUnits, UnitCounter } from './capacity';
import type { Expressions } from './request';

/** Bytes at which a page of Query or Scan ends. */
const PAGE_BYTES = 1024 * 1024;

export type Select = 'SPECIFIC_ATTRIBUTES' | 'COUNT' | 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES';

/** Common members of Query and Scan. */
export interface ReadInput {
  readonly TableName: string;
  /** The table's ARN, where the request names the table by it. */
  readonly TableArn?: string;
  readonly IndexName?: string;
  readonly Select?: Select;
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly ReturnConsumedCapacity?: CapacityDetail;
}

export interface Page {
  readonly Items?: readonly Item[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: Item;
  ConsumedCapacity?: ConsumedCapacity;
}

/** Source of a read: a table, or one of its indexes. */
export interface Source {
  readonly table: Table;
  readonly index: Index | undefined;
  /** Whether items are read from the table, since a local index lacks requested attributes. */
  readonly fetches: boolean;
}

/**
 * The source of a read. @throws AwsError `ValidationException` for a missing index, or one that doesn't support the
 * request
 */
export function sourceOf(table: Table, input: ReadInput): Source {
  if (input.IndexName === undefined) return { table, index: undefined, fetches: false };
  const index = table.index(input.IndexName);
  if (index === undefined) throw validation(`The table does not have the specified index: ${input.IndexName}`);
  if (index.info.global && input.ConsistentRead === true)
    throw validation('Consistent reads are not supported on global secondary indexes');
  return { table, index, fetches: input.Select === 'ALL_ATTRIBUTES' && index.projected !== undefined };
}

/** Refuses attributes that a global index lacks. @throws AwsError */
export function checkGlobal({ index, fetches }: Source): void {
  if (fetches && index?.info.global === true)
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.info.name} because its projection type is not ALL`,
    );
}

/** Checks Select against the rest of the request. @throws AwsError */
export function checkSelect({ Select, IndexName }: ReadInput, hasProjection: boolean): void {
  if (Select === undefined) return;
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined)
    throw invalidParameter('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  if (Select === 'SPECIFIC_ATTRIBUTES' && !hasProjection)
    throw invalidParameter(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  if (Select !== 'SPECIFIC_ATTRIBUTES' && hasProjection)
    throw invalidParameter(
      `Cannot specify the ProjectionExpression when choosing to get ${Select === 'COUNT' ? 'only the Count' : Select}`,
    );
}

/** A source with a projection: local indexes fetch missing attributes from the table; global ones refuse. */
export function withProjection(source: Source, projection: readonly Path[] | undefined): Source {
  const { index } = source;
  const lacking = projection
    ?.map(([head]) => head as string)
    .filter((name) => index?.projected !== undefined && !index.projected.has(name));
  if (lacking === undefined || lacking.length === 0) return source;
  if (index?.info.global === true)
    throw invalidParameter(
      `Global secondary index ${index.info.name} does not project [${[...new Set(lacking)].join(', ')}]`,
    );
  return { ...source, fetches: true };
}

/** The stored key of the row after which a page begins. @param start attributes of the last one's LastEvaluatedKey */
export function storedKeyOf({ table, index }: Source, start: Item): Buffer {
  return index === undefined
    ? itemKey(table.info.number, table, start)
    : indexKey(index.info.number, index, table, start);
}

/** Key attributes of LastEvaluatedKey: the table's, then the index's. */
export function startKeyNames({ table, index }: Source): string[] {
  const parts = [table.hash, table.sort, index?.hash, index?.sort];
  return [...new Set(parts.flatMap((part) => (part === undefined ? [] : [part.name])))];
}

/** Reads one page of key ranges, one after the other. */
export function readPage(
  state: DynamoState,
  source: Source,
  ranges: readonly RowRange[],
  input: ReadInput,
  { filter, projection }: Pick<Expressions, 'filter' | 'projection'>,
): Page {
  const { table, index, fetches } = source;
  const rows = index === undefined ? state.items : state.entries;
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  const found: Row[] = [];
  const read = new Bytes();
  let scanned = 0;
  let size = 0;
  let last = undefined as Row | undefined;
  const isFull = () => scanned >= limit || size >= PAGE_BYTES;
  const take = (entry: Row) => {
    const row = fetches ? fetched(state, table, entry) : entry;
    read.add(entry.bytes, fetches ? row.bytes : undefined);
    scanned++;
    size += row.pageBytes(table.sort?.name);
    last = row;
    if (filter === undefined || matches(filter, row.item))
      found.push(projection === undefined ? row : Row.of(project(row.item, projection)));
    return !isFull();
  };
  for (const range of ranges) if (!isFull()) rows.read(range, take);
  const ends = isFull() ? last : undefined;
  const capacity = read.render(source, input);
  const rest = {
    Count: found.length,
    ScannedCount: scanned,
    ...(ends !== undefined && { LastEvaluatedKey: keyAt(ends.item, source) }),
    ...(capacity !== undefined && { ConsumedCapacity: capacity }),
  };
  return input.Select === 'COUNT' ? rest : new ItemsPage(found, rest);
}

/** A page whose items stay serialized as stored, unless a caller reads them. */
class ItemsPage extends JsonOutput implements Page {
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Item;
  readonly ConsumedCapacity?: ConsumedCapacity;

  constructor(
    private readonly rows: readonly Row[],
    private readonly rest: Omit<Page, 'Items'>,
  ) {
    super();
    this.Count = rest.Count;
    this.ScannedCount = rest.ScannedCount;
    if (rest.LastEvaluatedKey !== undefined) this.LastEvaluatedKey = rest.LastEvaluatedKey;
    if (rest.ConsumedCapacity !== undefined) this.ConsumedCapacity = rest.ConsumedCapacity;
  }

  /** A getter of the class: one per page would keep the page's rows until V8 collects its whole heap. */
  get Items(): readonly Item[] {
    return this.rows.map(({ item }) => item);
  }

  jsonText(): Buffer {
    return listOf('{"Items":[', this.rows, `],${JSON.stringify(this.rest).slice(1)}`);
  }
}

function fetched(state: DynamoState, table: Table, entry: Row): Row {
  return state.items.get(itemKey(table.info.number, table, entry.item)) ?? entry;
}

function keyAt(item: Item, source: Source): Item {
  return Object.fromEntries(startKeyNames(source).map((name) => [name, attributeOf(item, name) as AttributeValue]));
}

/** Bytes read from the index and from the table. */
class Bytes {
  private read = 0;
  private fetched = 0;

  add(read: number, fetched: number | undefined): void {
    this.read += read;
    this.fetched += fetched ?? 0;
  }

  render({ table, index }: Source, input: ReadInput): ConsumedCapacity | undefined {
    const units = new UnitCounter(table);
    units.add(readUnits(index === undefined ? this.read : this.fetched, input.ConsistentRead));
    if (index !== undefined) units.add(readUnits(this.read, input.ConsistentRead), index.info.name);
    return units.render(input.ReturnConsumedCapacity, undefined, input.TableArn);
  }
}
