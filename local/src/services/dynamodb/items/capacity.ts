import type { Table } from '../table';
import type { Written } from './write';

/** Level of detail of ReturnConsumedCapacity. */
export type CapacityDetail = 'INDEXES' | 'TOTAL' | 'NONE' | undefined;

interface Capacity {
  CapacityUnits: number;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
}

export interface ConsumedCapacity extends Capacity {
  TableName: string;
  Table?: Capacity;
  LocalSecondaryIndexes?: Record<string, Capacity>;
  GlobalSecondaryIndexes?: Record<string, Capacity>;
}

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;

/** Units of a read of some bytes ("Read consistency", "DynamoDB throughput capacity"). */
export function readUnits(bytes: number, consistent: boolean | undefined): number {
  return Math.ceil(bytes / READ_BYTES) * (consistent === true ? 1 : 0.5);
}

/** Units of reading one item; a missing one costs the minimum. */
export function itemReadUnits(bytes: number | undefined, consistent: boolean | undefined): number {
  return readUnits(Math.max(1, bytes ?? 1), consistent);
}

/** Counts units by index, and of the table itself. */
export class UnitCounter {
  private table = 0;
  private writes = false;
  private readonly indexes = new Map<string, number>();

  constructor(private readonly of: Table) {}

  /** @param times 2 in a transaction */
  addWrite({ before, after, indexUnits }: Written, times = 1): void {
    this.writes = true;
    this.add(times * Math.max(1, Math.ceil(Math.max(before?.bytes ?? 0, after?.bytes ?? 0) / WRITE_BYTES)));
    for (const [index, units] of indexUnits) this.add(times * units, index);
  }

  add(units: number, index?: string): void {
    if (index === undefined) this.table += units;
    else this.indexes.set(index, (this.indexes.get(index) ?? 0) + units);
  }

  /**
   * Adds the units to the metrics of consumed capacity, so call it once per request.
   *
   * @param kind kind of units, which only transactions report
   * @param given the request's own name of the table, which may be its ARN. @default the table's name
   */
  render(detail: CapacityDetail, kind?: 'Read' | 'Write', given = this.of.info.name): ConsumedCapacity | undefined {
    this.consume();
    if (detail !== 'INDEXES' && detail !== 'TOTAL') return undefined;
    const capacity = (units: number): Capacity => ({
      CapacityUnits: units,
      ...(kind !== undefined && { [`${kind}CapacityUnits`]: units }),
    });
    const total = this.table + [...this.indexes.values()].reduce((sum, units) => sum + units, 0);
    const rendered: ConsumedCapacity = { ...capacity(total), TableName: given };
    if (detail === 'TOTAL') return rendered;
    rendered.Table = capacity(this.table);
    for (const [name, units] of this.indexes) {
      const member = this.of.index(name)?.info.global === true ? 'GlobalSecondaryIndexes' : 'LocalSecondaryIndexes';
      rendered[member] = { ...rendered[member], [name]: capacity(units) };
    }
    return rendered;
  }

  /** Global indexes have their own metrics; units of local ones count for the table. */
  private consume(): void {
    const name = this.writes ? 'ConsumedWriteCapacityUnits' : 'ConsumedReadCapacityUnits';
    let { table } = this;
    for (const [index, units] of this.indexes) {
      if (this.of.index(index)?.info.global === true) this.of.usage.add(name, units, 'Count', undefined, index);
      else table += units;
    }
    if (table > 0) this.of.usage.add(name, table, 'Count');
  }
}
