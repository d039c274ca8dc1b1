import type { Owner } from '../../../core/owner';

/** Values of one metric. */
interface Gathered {
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: number[];
}

/** Metric values of a table's requests until they are published. */
export class Usage {
  private gathered = new Map<string, Gathered>();

  constructor(
    readonly owner: Owner,
    private readonly table: string,
  ) {}

  add(name: string, value: number, unit: string, operation?: string, index?: string): void {
    const key = `${name} ${operation} ${index}`;
    const known = this.gathered.get(key);
    if (known !== undefined) {
      known.values.push(value);
      return;
    }
    const dimensions = {
      TableName: this.table,
      ...(operation !== undefined && { Operation: operation }),
      ...(index !== undefined && { GlobalSecondaryIndexName: index }),
    };
    this.gathered.set(key, { name, unit, dimensions, values: [value] });
  }

  /** Returns and removes all values. */
  take(): Iterable<Gathered> {
    const { gathered } = this;
    this.gathered = new Map();
    return gathered.values();
  }
}
